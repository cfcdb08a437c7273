/** The head of a screen: its question, on the band that fills the top fifth of a standing screen. */

import type { JSX, ReactNode } from "react";
import styled, { css, keyframes } from "styled-components";
import { LANDSCAPE, LOW, NARROW, PORTRAIT } from "./theme";

const beat = keyframes`
  50% { transform: scale(1.06); }
`;

const Head = styled.div<{ $compact: boolean; $signal: boolean }>`
  display: flex;
  align-items: flex-end;
  justify-content: space-between;
  gap: 0.4rem 2rem;
  ${LOW} {
    flex-wrap: wrap;
  }
  ${NARROW} {
    flex-wrap: wrap;
  }
  padding: 0.4rem var(--side) 1.3rem;
  background: var(--brand);
  color: var(--on-brand);
  border-bottom: 4px solid var(--accent);
  ${({ $signal }) =>
    $signal &&
    css`
      background: var(--success);
      border-color: var(--success);
      color: var(--on-success);
      & h1 {
        transform-origin: left bottom;
        animation: ${beat} 1s ease-in-out 5;
      }
    `}
  ${LANDSCAPE} {
    ${({ $compact }) => $compact && "padding-top: 0; padding-bottom: 0.7rem;"}
  }
  ${PORTRAIT} {
    /* With the band above it this is the top fifth, in which nothing has to be pressed. */
    min-height: calc(20dvh - 2.9rem);
  }
`;

const HeadText = styled.div<{ $compact: boolean }>`
  ${LANDSCAPE} {
    ${({ $compact }) => $compact && "flex-direction: row; flex-wrap: wrap; align-items: baseline; column-gap: 1.5rem;"}
  }
  display: flex;
  flex-direction: column;
  gap: 0.4rem;
  min-width: 0;
  max-width: 64rem;
`;

const Title = styled.h1`
  font-size: 2.1rem;
  font-weight: 600;
  line-height: 1.12;
  hyphens: auto;
  overflow-wrap: anywhere;
  ${NARROW} {
    font-size: 1.5rem;
  }
`;

const Lead = styled.p`
  font-size: 1.15rem;
`;

/**
 * The question of the screen. `compact` leaves the room of a lying screen to what is below; `signal` is to be seen from
 * across a room.
 */
export function Intro(props: {
  title: ReactNode;
  text?: ReactNode | undefined;
  picture?: ReactNode;
  compact?: boolean;
  signal?: boolean;
}): JSX.Element {
  const { compact = false, signal = false } = props;
  return (
    <Head $compact={compact} $signal={signal}>
      <HeadText $compact={compact}>
        <Title tabIndex={-1}>{props.title}</Title>
        {props.text === undefined ? null : <Lead>{props.text}</Lead>}
      </HeadText>
      {props.picture}
    </Head>
  );
}
