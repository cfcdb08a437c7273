import type { JSX, ReactNode } from "react";
import styled from "styled-components";
import { alert, brand, highlight, line, still, tabular, unseen } from "../theme";

const RADIUS = 64;
const LENGTH = 2 * Math.PI * RADIUS;

const Figure = styled.figure`
  position: relative;
  flex: none;
  width: 148px;
  height: 148px;
  svg {
    display: block;
    transform: rotate(-90deg);
  }
  circle:last-child {
    transition: stroke-dashoffset 1s linear;
    ${still} {
      transition: none;
    }
  }
`;

const Figures = styled.span<{ $last: boolean; $size: number }>`
  ${tabular}
  position: absolute;
  inset: 0;
  display: flex;
  align-items: baseline;
  justify-content: center;
  line-height: 148px;
  color: ${({ $last }) => ($last ? alert : brand)};
  font-size: ${({ $size }) => $size}px;
  font-weight: 600;
  small {
    margin-left: 2px;
    font-size: 20px;
  }
`;

const Unseen = styled.figcaption`
  ${unseen}
`;

interface RingTimerProps {
  /** What is left, 0 to 1. */
  readonly share: number;
  /** Time is running out. */
  readonly last: boolean;
  /** The time left in words. */
  readonly label: string;
  readonly size?: number;
  readonly children: ReactNode;
}

/** Time that runs out, as a ring that empties around its figures. */
export function RingTimer({ share, last, label, size = 48, children }: RingTimerProps): JSX.Element {
  return (
    <Figure>
      <svg aria-hidden="true" focusable="false" height="148" viewBox="0 0 148 148" width="148">
        <circle cx="74" cy="74" fill="none" r={RADIUS} stroke={line} strokeWidth="10" />
        <circle
          cx="74"
          cy="74"
          fill="none"
          r={RADIUS}
          stroke={last ? alert : highlight}
          strokeDasharray={LENGTH}
          strokeDashoffset={LENGTH * (1 - share)}
          strokeLinecap="butt"
          strokeWidth="10"
        />
      </svg>
      <Figures $last={last} $size={size} aria-hidden="true">
        {children}
      </Figures>
      <Unseen>{label}</Unseen>
    </Figure>
  );
}
