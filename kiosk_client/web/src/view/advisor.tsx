/** The advisor, told in the head of the screen: in the same place while waiting and in the call, and moving nothing. */

import type { JSX, ReactNode } from "react";
import styled from "styled-components";
import { type AdvisorTold, advisorTold } from "../model/advisor";
import type { Stage } from "../model/state";
import { HandIcon, TwoPeopleIcon } from "./icons";
import { LANDSCAPE, PORTRAIT } from "./theme";
import { type Speech, useSpeech } from "./words";

const Beside = styled.div`
  display: flex;
  flex-direction: column;
  align-items: flex-end;
  gap: 0.4rem;
  ${LANDSCAPE} {
    /* Side by side the head stays as low as it was. */
    flex-flow: row wrap;
    align-items: center;
    justify-content: flex-end;
    gap: 0.4rem 1.5rem;
  }
  ${PORTRAIT} {
    flex: none;
    max-width: 50%;
  }
`;

const Chip = styled.p`
  display: flex;
  align-items: center;
  gap: 0.6rem;
  padding: 0.3rem 0.9rem;
  border-radius: 0.3rem;
  background: var(--paper);
  color: var(--ink);
  box-shadow: var(--edge);
  font-weight: 600;
  line-height: 1.2;
  & > svg {
    color: var(--action);
  }
  &:empty {
    display: none;
  }
`;

/** What stands beside the question of the screen: the advisor, and what else there is. */
export function BesideTitle(props: {
  stage: Extract<Stage, { kind: "live" }>;
  now: number;
  children?: ReactNode;
}): JSX.Element {
  const speech = useSpeech();
  const told = advisorTold(props.stage, props.now);
  return (
    <Beside>
      <Chip role="status">
        {told === null ? null : (
          <>
            {told.kind === "called" ? <HandIcon /> : <TwoPeopleIcon />}
            {advisorIn(speech, told)}
          </>
        )}
      </Chip>
      {props.children}
    </Beside>
  );
}

export function advisorIn({ t }: Pick<Speech, "t">, told: AdvisorTold): string {
  switch (told.kind) {
    case "here":
      return t("advisor.here");
    case "called":
      return t(told.by === "expert" ? "advisor.calledByExpert" : "advisor.called");
    case "gone":
      return t("advisor.gone");
    default:
      return told satisfies never;
  }
}
