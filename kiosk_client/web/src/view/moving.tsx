/** What moves: something under way, and a countdown. Words beside them always say the same. */

import type { JSX } from "react";
import styled, { keyframes } from "styled-components";
import { secondsLeft } from "../model/state";

const Turning = styled.svg`
  display: block;
  flex: none;
  width: 1.6rem;
  height: 1.6rem;
  fill: none;
  stroke: var(--action);
  stroke-width: 3;
  stroke-linecap: round;
  animation: ${keyframes`to { transform: rotate(360deg); }`} 1.1s linear infinite;
`;

/** Something is under way; the words beside it say what. */
export function Spinner(): JSX.Element {
  return (
    <Turning aria-hidden="true" focusable="false" viewBox="0 0 24 24">
      <path d="M12 3a9 9 0 1 1-8.5 6" />
    </Turning>
  );
}

const RADIUS = 44;
const AROUND = 2 * Math.PI * RADIUS;

const Dial = styled.svg`
  display: block;
  flex: none;
  width: 6rem;
  height: 6rem;
  & circle {
    fill: none;
    stroke: var(--line);
    stroke-width: 8;
  }
  & circle + circle {
    stroke: var(--action);
    stroke-linecap: round;
    transition: stroke-dashoffset 0.5s linear;
  }
  & text {
    fill: var(--ink);
    font-size: 34px;
    font-weight: 600;
    text-anchor: middle;
    dominant-baseline: central;
  }
`;

/** How much is left, drawn; the words beside it say the same. */
export function Countdown(props: { until: number; now: number; length: number }): JSX.Element {
  const left = Math.min(1, Math.max(0, (props.until - props.now) / props.length));
  return (
    <Dial aria-hidden="true" focusable="false" viewBox="0 0 100 100">
      <circle cx="50" cy="50" r={RADIUS} />
      <circle
        cx="50"
        cy="50"
        r={RADIUS}
        strokeDasharray={AROUND}
        strokeDashoffset={AROUND * (1 - left)}
        transform="rotate(-90 50 50)"
      />
      <text x="50" y="52">
        {secondsLeft(props.until, props.now, props.length)}
      </text>
    </Dial>
  );
}
