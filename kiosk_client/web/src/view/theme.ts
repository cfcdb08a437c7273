/**
 * How the kiosk looks: the Suomi.fi colours as variables, two palettes, and the one measure that all sizes follow.
 *
 * 1 rem is the smallest text: 28 px on a standing screen, which is read from further away, and 24 px on a lying one.
 * It does not follow the width of the window, so that zooming enlarges everything.
 */

import { createGlobalStyle, css } from "styled-components";
import { suomifiDesignTokens } from "suomifi-ui-components";

const { colors } = suomifiDesignTokens;

export const PORTRAIT = "@media (orientation: portrait)";
export const LANDSCAPE = "@media (orientation: landscape)";
/** A lying screen with room for things beside each other: zoomed in, it has none. */
export const WIDE = "@media (orientation: landscape) and (min-width: 1100px)";
/** Windows so low (zoomed in, most often) that nothing may stand still over the content. */
export const LOW = "@media (max-height: 640px)";
/** Windows so narrow that two columns of choices are none. */
export const NARROW = "@media (max-width: 720px)";

/** The height of the smallest target, whatever the size of the text. */
export const TARGET = "max(76px, 3rem)";

const plain = css`
  --ground: ${colors.depthSecondary};
  --paper: ${colors.whiteBase};
  --ink: ${colors.blackBase};
  --quiet: ${colors.depthDark1};
  --line: ${colors.depthLight1};
  --brand: ${colors.brandBase};
  --on-brand: ${colors.whiteBase};
  --action: ${colors.highlightDark1};
  --on-action: ${colors.whiteBase};
  --accent: ${colors.accentBase};
  --tint: ${colors.highlightLight3};
  --alert: ${colors.alertBase};
  --on-alert: ${colors.whiteBase};
  --alert-tint: ${colors.alertLight1};
  --warning: ${colors.warningBase};
  --warning-tint: ${colors.warningLight1};
  --success: ${colors.successDark1};
  --on-success: ${colors.whiteBase};
  --focus: ${colors.accentSecondary};
  --focus-gap: ${colors.whiteBase};
  --figure: ${colors.depthBase};
  --edge: 0 1px 2px hsl(0 0% 13% / 14%), 0 1px 6px hsl(0 0% 13% / 10%);
`;

const contrast = css`
  --ground: #000;
  --paper: #000;
  --ink: #fff;
  --quiet: #fff;
  --line: #fff;
  --brand: #000;
  --on-brand: #fff;
  --action: #ffe600;
  --on-action: #000;
  --accent: #ffe600;
  --tint: #000;
  --alert: #ffb3ab;
  --on-alert: #000;
  --alert-tint: #000;
  --warning: #ffe600;
  --warning-tint: #000;
  --success: #7dffb2;
  --on-success: #000;
  --focus: #00e5ff;
  --focus-gap: #000;
  --figure: #fff;
  --edge: 0 0 0 2px #fff;
`;

export const GlobalStyle = createGlobalStyle`
  html {
    ${plain}
    /* Where everything begins: a very wide window keeps its lines together in the middle. */
    --side: max(2rem, calc((100vw - 84rem) / 2));
    @media (max-width: 720px) { --side: 1rem; }
    --bar: 28px;
    font-size: 28px;
    color-scheme: light;
    -webkit-text-size-adjust: 100%;
    ${LANDSCAPE} {
      --bar: 24px;
      font-size: 24px;
    }
  }
  html[data-large="true"] {
    font-size: 34px;
    ${LANDSCAPE} { font-size: 29px; }
  }
  html[data-contrast="true"] {
    ${contrast}
    color-scheme: dark;
  }
  *, *::before, *::after { box-sizing: border-box; }
  body {
    margin: 0;
    background: var(--ground);
    color: var(--ink);
    font-family: "Source Sans 3", "Helvetica Neue", Arial, sans-serif;
    font-size: 1rem;
    line-height: 1.35;
    /* A finger that rests too long must not select words or open menus. */
    user-select: none;
    -webkit-tap-highlight-color: transparent;
    touch-action: manipulation;
  }
  h1, h2, p, ul, ol { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  button, input { font: inherit; color: inherit; }
  :focus-visible {
    outline: 4px solid var(--focus);
    outline-offset: 3px;
  }
  h1:focus-visible { outline: none; }
  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
