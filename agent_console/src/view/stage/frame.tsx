/** The shape that every quiet state of the stage shares: a sign, a heading, a few sentences, what to do. */

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
