/** The few parts of which all screens are made. */

import type { ComponentProps, JSX, ReactNode } from "react";
import styled, { css } from "styled-components";
import { Button, IconArrowRight } from "suomifi-ui-components";
import { LANDSCAPE, NARROW, PORTRAIT, TARGET, WIDE } from "./theme";

/* ---- The body of a screen --------------------------------------------------------------------------------- */

export const Body = styled.div`
  flex: 1;
  display: flex;
  flex-direction: column;
  gap: 1.3rem;
  width: 100%;
  padding: 1.5rem var(--side);
  ${PORTRAIT} {
    gap: 1.7rem;
    padding-top: 2rem;
  }
  ${NARROW} {
    gap: 1.3rem;
    padding-top: 1rem;
  }
`;

/** Two halves: beside each other on a lying screen, one under the other on a standing one. */
export const Halves = styled(Body)`
  ${WIDE} {
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
  min-height: max(96px, 3.8rem);
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
    ${LANDSCAPE} {
      max-width: 34rem;
    }
  }
`;

export const ChoiceList = styled.ul<{ $columns: 1 | 2; $roomy?: boolean }>`
  display: grid;
  grid-template-columns: repeat(${({ $columns }) => $columns}, minmax(0, 1fr));
  gap: ${({ $roomy }) => ($roomy ? "1rem" : "0.6rem")};
  & > li > button {
    ${({ $roomy }) => $roomy && "min-height: 6.2rem;"}
  }
  ${PORTRAIT} {
    ${({ $roomy }) => $roomy && "grid-template-columns: minmax(0, 1fr);"}
    & > li > button {
      ${({ $roomy }) => $roomy && "min-height: 4.9rem;"}
    }
  }
  ${NARROW} {
    grid-template-columns: minmax(0, 1fr);
    & > li > button {
      min-height: ${TARGET};
    }
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
  overflow-wrap: anywhere;
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
  hyphens: auto;
  overflow-wrap: anywhere;
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
  & > .fi-icon {
    flex: none;
    width: 1.6em;
    height: 1.6em;
  }
`;

/** A drawing on a round ground. */
export const Round = styled.span`
  flex: none;
  display: grid;
  place-items: center;
  width: 4rem;
  height: 4rem;
  border-radius: 50%;
  background: var(--tint);
  color: var(--action);
  font-size: 1.5rem;
  line-height: 0;
  & .fi-icon {
    width: 2.6rem;
    height: 2.6rem;
  }
  & .fi-icon-base-fill {
    fill: currentcolor;
  }
`;
