import type { JSX, ReactNode } from "react";
import styled from "styled-components";
import { brand, panel } from "../theme";

const Panel = styled.div`
  ${panel}
  display: grid;
  align-content: center;
  justify-items: center;
  gap: 12px;
  max-width: 920px;
  min-height: 320px;
  margin: 0 auto;
  padding: 40px 24px;
  text-align: center;
  h1 {
    color: ${brand};
    font-size: 28px;
    font-weight: 600;
    line-height: 1.2;
  }
  p {
    max-width: 34em;
    font-size: 18px;
    text-wrap: pretty;
  }
`;

/** Says what will appear here and how. */
export function EmptyBoard({
  heading,
  children,
}: {
  readonly heading: string;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <Panel>
      <h1>{heading}</h1>
      <p>{children}</p>
    </Panel>
  );
}
