/**
 * How long it still takes, why that grew, and when the service closes.
 *
 * Each of the three is a live region of its own, so that a screen reader hears only what has changed. Room is kept for
 * what usually comes, so that nothing below moves.
 */

import type { JSX } from "react";
import styled, { keyframes } from "styled-components";
import { IconClock } from "suomifi-ui-components";
import type { Waiting } from "../model/waiting";
import { NARROW } from "./theme";
import { closingIn, estimateIn } from "./waiting_words";
import { useSpeech } from "./words";

const Told = styled.div`
  display: flex;
  flex-direction: column;
  gap: 0.3rem;
  min-height: 5rem;
`;

const Figure = styled.p`
  min-height: 2rem;
  font-size: 1.6rem;
  font-weight: 600;
  line-height: 1.25;
  font-variant-numeric: tabular-nums;
  ${NARROW} {
    font-size: 1.25rem;
  }
`;

const Closing = styled.p`
  display: flex;
  gap: 0.7rem;
  padding-top: 0.7rem;
  border-top: 2px solid var(--line);
  & > .fi-icon {
    flex: none;
    width: 1.35rem;
    height: 1.35rem;
    color: var(--action);
  }
  & .fi-icon-base-fill {
    fill: currentcolor;
  }
  &:empty {
    display: none;
  }
`;

const Bar = styled.span`
  display: block;
  width: min(22rem, 90%);
  height: 1.3rem;
  margin: 0.3rem 0;
  border-radius: 0.3rem;
  background: var(--line);
  opacity: 0.7;
  animation: ${keyframes`50% { opacity: 0.3; }`} 1.8s ease-in-out infinite;
`;

export function Estimate({ waiting }: { waiting: Waiting }): JSX.Element {
  const speech = useSpeech();
  const { figure, detail } = estimateIn(speech, waiting);
  return (
    <>
      <Told>
        <Figure role="status">{figure ?? <Bar aria-hidden="true" />}</Figure>
        <p role="status">{detail}</p>
      </Told>
      <Closing role="status">
        {waiting.closing === null ? null : (
          <>
            <IconClock />
            <span>{closingIn(speech, waiting.closing)}</span>
          </>
        )}
      </Closing>
    </>
  );
}
