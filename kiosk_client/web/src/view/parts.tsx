/** The few parts of which all screens are made. */

import type { ComponentProps, JSX, ReactNode } from "react";
import styled, { css } from "styled-components";
import { Button, IconArrowRight } from "suomifi-ui-components";
import { secondsLeft } from "../model/state";
import { LANDSCAPE, NARROW, PORTRAIT, TARGET } from "./theme";

/* ---- The head of a screen --------------------------------------------------------------------------------- */

const Head = styled.div`
  display: flex;
  align-items: flex-end;
  justify-content: space-between;
  gap: 2rem;
  padding: 0.4rem 2rem 1.3rem;
  background: var(--brand);
  color: var(--on-brand);
  border-bottom: 4px solid var(--accent);
  ${PORTRAIT} {
    /* With the band above it this is the top fifth, in which nothing has to be pressed. */
    min-height: calc(20dvh - 2.9rem);
  }
`;

const HeadText = styled.div`
  display: flex;
  flex-direction: column;
  gap: 0.4rem;
  min-width: 0;
  max-width: 60rem;
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

/** The question of the screen. `picture` is decoration. */
export function Intro(props: { title: ReactNode; text?: ReactNode; picture?: ReactNode }): JSX.Element {
  return (
    <Head>
      <HeadText>
        <Title tabIndex={-1}>{props.title}</Title>
        {props.text === undefined ? null : <Lead>{props.text}</Lead>}
      </HeadText>
      {props.picture}
    </Head>
  );
}

/* ---- The body of a screen --------------------------------------------------------------------------------- */

export const Body = styled.div`
  flex: 1;
  display: flex;
  flex-direction: column;
  gap: 1.3rem;
  width: 100%;
  max-width: 76rem;
  margin: 0 auto;
  padding: 1.5rem 2rem;
  ${NARROW} {
    padding: 1rem;
  }
`;

/** Two halves: beside each other on a lying screen, one under the other on a standing one. */
export const Halves = styled(Body)`
  ${LANDSCAPE} {
    display: grid;
    grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr);
    gap: 2.5rem;
    align-items: start;
  }
`;

export const Column = styled.div`
  display: flex;
  flex-direction: column;
  gap: 1.1rem;
  min-width: 0;
`;

export const Card = styled.section`
  display: flex;
  flex-direction: column;
  gap: 1rem;
  padding: 1.3rem 1.5rem;
  background: var(--paper);
  border-radius: 0.3rem;
  box-shadow: var(--edge);
`;

export const Subtitle = styled.h2`
  font-size: 1.2rem;
  font-weight: 600;
  line-height: 1.25;
`;

export const Quiet = styled.p`
  color: var(--quiet);
`;

/* ---- Things to press -------------------------------------------------------------------------------------- */

const large = css`
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.7rem;
  min-height: max(96px, 3.6rem);
  padding: 0.7rem 1.5rem;
  border-radius: 0.25rem;
  font-size: 1.15rem;
  font-weight: 600;
  line-height: 1.2;
  text-shadow: none;
  white-space: normal;
  & > svg,
  & .fi-icon {
    flex: none;
    width: 1.3em;
    height: 1.3em;
    margin: 0;
  }
`;

/** The one thing that most people press on a screen. */
export const Primary = styled((props: ComponentProps<typeof Button>) => <Button {...props} />)`
  &.fi-button {
    ${large}
    background: var(--action);
    border: 3px solid var(--action);
    color: var(--on-action);
    & .fi-icon-base-fill {
      fill: currentcolor;
    }
    &:hover {
      filter: brightness(1.1);
    }
    &.fi-button--disabled,
    &[disabled] {
      background: var(--paper);
      border-color: var(--line);
      color: var(--quiet);
    }
  }
`;

export const Secondary = styled((props: ComponentProps<typeof Button>) => <Button variant="secondary" {...props} />)`
  &.fi-button.fi-button--secondary {
    ${large}
    background: var(--paper);
    border: 3px solid var(--action);
    color: var(--action);
    & .fi-icon-base-fill {
      fill: currentcolor;
    }
    &:hover {
      background: var(--tint);
    }
  }
`;

/** As grave as what it does. */
export const Danger = styled(Secondary)`
  &.fi-button.fi-button--secondary {
    border-color: var(--alert);
    color: var(--alert);
    &:hover {
      background: var(--alert-tint);
    }
  }
`;

export const Row = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: 1rem;
  & > button {
    flex: 1 1 14rem;
  }
`;

export const ChoiceList = styled.ul<{ $columns: 1 | 2 }>`
  display: grid;
  grid-template-columns: repeat(${({ $columns }) => $columns}, minmax(0, 1fr));
  gap: 0.6rem;
  ${NARROW} {
    grid-template-columns: minmax(0, 1fr);
  }
`;

const ChoiceButton = styled.button`
  display: flex;
  align-items: center;
  gap: 1rem;
  width: 100%;
  height: 100%;
  min-height: ${TARGET};
  padding: 0.55rem 1.1rem;
  border: 2px solid transparent;
  border-radius: 0.3rem;
  background: var(--paper);
  box-shadow: var(--edge);
  text-align: left;
  cursor: pointer;
  & .fi-icon {
    flex: none;
    width: 1.2rem;
    height: 1.2rem;
    color: var(--action);
  }
  & .fi-icon-base-fill {
    fill: var(--action);
  }
  &:hover,
  &:active {
    border-color: var(--action);
  }
`;

const ChoiceText = styled.span`
  flex: 1;
  min-width: 0;
  display: flex;
  flex-direction: column;
  hyphens: auto;
`;

const ChoiceTitle = styled.span`
  font-size: 1.15rem;
  font-weight: 600;
  line-height: 1.2;
`;

const ChoiceDetail = styled.span`
  color: var(--quiet);
  line-height: 1.2;
`;

export function Choice(props: {
  title: string;
  detail?: string;
  picture?: ReactNode;
  onPress: () => void;
}): JSX.Element {
  return (
    <ChoiceButton onClick={props.onPress} type="button">
      {props.picture}
      <ChoiceText>
        <ChoiceTitle>{props.title}</ChoiceTitle>
        {props.detail === undefined ? null : <ChoiceDetail>{props.detail}</ChoiceDetail>}
      </ChoiceText>
      <IconArrowRight />
    </ChoiceButton>
  );
}

/* ---- Notes ------------------------------------------------------------------------------------------------ */

export type Tone = "plain" | "good" | "warning" | "bad";

const TONES: Record<Tone, { edge: string; ground: string }> = {
  plain: { edge: "var(--action)", ground: "var(--paper)" },
  good: { edge: "var(--success)", ground: "var(--paper)" },
  warning: { edge: "var(--warning)", ground: "var(--warning-tint)" },
  bad: { edge: "var(--alert)", ground: "var(--alert-tint)" },
};

const NoteBox = styled.div<{ $tone: Tone }>`
  display: flex;
  align-items: flex-start;
  gap: 1rem;
  padding: 0.9rem 1.2rem;
  border-left: 0.4rem solid ${({ $tone }) => TONES[$tone].edge};
  border-radius: 0.2rem;
  background: ${({ $tone }) => TONES[$tone].ground};
  color: var(--ink);
  box-shadow: var(--edge);
  & > svg,
  & > .fi-icon {
    flex: none;
    width: 1.6rem;
    height: 1.6rem;
  }
`;

const NoteText = styled.div`
  display: flex;
  flex-direction: column;
  gap: 0.3rem;
  min-width: 0;
`;

/** Something that the customer must know. Told to screen readers as it comes. */
export function Note(props: { tone: Tone; icon?: ReactNode; children: ReactNode }): JSX.Element {
  return (
    <NoteBox $tone={props.tone} role={props.tone === "bad" ? "alert" : "status"}>
      {props.icon}
      <NoteText>{props.children}</NoteText>
    </NoteBox>
  );
}

/** A sentence with a drawing before it. */
export const Line = styled.p`
  display: flex;
  align-items: center;
  gap: 0.8rem;
  font-size: 1.1rem;
  & > svg {
    color: var(--action);
  }
`;

/* ---- Countdown -------------------------------------------------------------------------------------------- */

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
        {secondsLeft(props.until, props.now)}
      </text>
    </Dial>
  );
}
