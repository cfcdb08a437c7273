/** How a wait is to be taken, said three ways at once: symbol, word and colour. */

import type { JSX } from "react";
import styled, { css } from "styled-components";
import type { WaitLevel } from "../../model/waiting";
import { useWords } from "../../words/i18n";
import { alert, alertPale, ground, ink, quiet, success, successPale, warningPale } from "../theme";
import { ActSign, NobodySign, NoticeSign, ReadySign } from "./icons";

export const LEVEL_INK: Record<WaitLevel, string> = {
  none: quiet,
  good: success,
  notice: "hsl(30, 90%, 28%)",
  act: alert,
};
export const LEVEL_PALE: Record<WaitLevel, string> = {
  none: ground,
  good: successPale,
  notice: warningPale,
  act: alertPale,
};

const SIGNS = { none: NobodySign, good: ReadySign, notice: NoticeSign, act: ActSign } as const;

const strong = css`
  font-weight: 600;
`;

const Row = styled.span<{ $level: WaitLevel }>`
  display: inline-flex;
  align-items: center;
  gap: 6px;
  color: ${({ $level }) => ($level === "none" ? ink : LEVEL_INK[$level])};
  ${strong}
`;

interface LevelWordProps {
  readonly level: WaitLevel;
  readonly size?: number;
}

export function LevelWord({ level, size = 20 }: LevelWordProps): JSX.Element {
  const { t } = useWords();
  const Sign = SIGNS[level];
  return (
    <Row $level={level} data-level={level}>
      <Sign size={size} />
      {t(`level.${level}`)}
    </Row>
  );
}
