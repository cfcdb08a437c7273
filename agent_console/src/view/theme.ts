/** The Suomi.fi tokens by the names that this console uses, and the few measures of its own. */

import { css } from "styled-components";
import { suomifiDesignTokens } from "suomifi-ui-components";

const { colors } = suomifiDesignTokens;

export const ink = colors.blackBase;
export const quiet = colors.blackLight1;
export const paper = colors.whiteBase;
export const ground = colors.depthLight3;
export const line = colors.depthLight1;
export const brand = colors.brandBase;
export const highlight = colors.highlightBase;
export const highlightPale = colors.highlightLight3;
/** Darker than the token, for text on the pale ground needs 4.5:1. */
export const success = "hsl(165, 90%, 22%)";
export const successPale = "hsl(166, 54%, 94%)";
export const warning = colors.warningBase;
export const warningPale = colors.warningLight1;
export const alert = colors.alertBase;
export const alertPale = colors.alertLight1;
export const focus = colors.accentSecondary;

/** From here on the rail, the stage and the matter stand side by side. */
export const wide = "@media (min-width: 1180px)";
/** From here on the rail stands beside the stage. */
export const middle = "@media (min-width: 760px)";
export const still = "@media (prefers-reduced-motion: reduce)";

/** Digits of one width, so that a ticking clock does not shake. */
export const tabular = css`
  font-variant-numeric: tabular-nums;
`;

export const panel = css`
  background: ${paper};
  border: 1px solid ${line};
  border-radius: 4px;
`;

/** What only a screen reader tells. */
export const unseen = css`
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  padding: 0;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
  border: 0;
`;

export const focusRing = css`
  &:focus-visible {
    outline: 3px solid ${focus};
    outline-offset: 2px;
  }
`;
