import type { JSX } from "react";
import styled from "styled-components";
import { clockOf, durationOf } from "../../model/time";
import { useWords } from "../../words/i18n";
import { tabular, unseen } from "../theme";

const Digits = styled.span`
  ${tabular}
  white-space: nowrap;
`;

const Unseen = styled.span`
  ${unseen}
`;

interface ClockProps {
  /** ms since the epoch, both by the same clock. */
  readonly since: number;
  readonly now: number;
}

/** How long since, ticking. The digits are for the eye; a screen reader hears the duration in words, when asked. */
export function Clock({ since, now }: ClockProps): JSX.Element {
  const { language } = useWords();
  const elapsed = now - since;
  return (
    <Digits>
      <span aria-hidden="true">{clockOf(elapsed)}</span>
      <Unseen>{durationOf(elapsed, language)}</Unseen>
    </Digits>
  );
}
