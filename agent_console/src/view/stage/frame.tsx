/**
 * The shapes of the stage. A quiet state: a sign, a heading, a few sentences, what to do. One that counts time: a ring
 * that runs out, beside it what it is about, below what to do.
 */

import type { JSX, ReactNode } from "react";
import styled from "styled-components";
import { brand, ground, quiet } from "../theme";

const Middle = styled.div`
  display: grid;
  justify-items: center;
  align-content: center;
  gap: 12px;
  min-height: 100%;
  padding: 40px 24px;
  text-align: center;
`;

const Sign = styled.div<{ $ink: string }>`
  display: grid;
  place-items: center;
  width: 88px;
  height: 88px;
  border-radius: 50%;
  background: ${ground};
  color: ${({ $ink }) => $ink};
`;

export const StageHeading = styled.h2`
  font-size: 28px;
  line-height: 1.2;
  font-weight: 600;
  color: ${brand};
  text-wrap: balance;
`;

export const StageText = styled.p`
  max-width: 34em;
  font-size: 18px;
  text-wrap: pretty;
`;

export const StageQuiet = styled.p`
  max-width: 34em;
  color: ${quiet};
  text-wrap: pretty;
`;

interface QuietStageProps {
  readonly sign: ReactNode;
  readonly ink?: string;
  readonly heading: string;
  readonly children: ReactNode;
}

export function QuietStage({ sign, ink = brand, heading, children }: QuietStageProps): JSX.Element {
  return (
    <Middle>
      <Sign $ink={ink}>{sign}</Sign>
      <StageHeading>{heading}</StageHeading>
      {children}
    </Middle>
  );
}

/** A state that counts time; `$ink` is the colour of its upper edge. */
export const TimedStage = styled.div<{ $ink: string }>`
  display: grid;
  align-content: center;
  justify-items: center;
  gap: 24px;
  min-height: 100%;
  padding: 24px;
  border-top: 6px solid ${({ $ink }) => $ink};
`;

/** The ring and what it is about, side by side where there is room. */
export const TimedTop = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: center;
  gap: 16px 32px;
  width: 100%;
`;

export const TimedSubject = styled.div`
  display: grid;
  gap: 8px;
  flex: 1 1 280px;
  max-width: 460px;
  min-width: 0;
`;
