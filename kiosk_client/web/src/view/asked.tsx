/** Whether the contact of the page before goes on: one question, two answers, and the time that is left. */

import { errorText } from "@palvelurinki/call_kit/words";
import type { JSX } from "react";
import styled from "styled-components";
import { IconArrowRight, IconError, IconRefresh } from "suomifi-ui-components";
import { type Stage, secondsLeft } from "../model/state";
import { Intro } from "./head";
import { Countdown, Spinner } from "./moving";
import { Body, Card, Line, Primary, Secondary } from "./parts";
import type { ScreenProps } from "./props";
import { PORTRAIT } from "./theme";
import { useSpeech } from "./words";

const Middle = styled(Body)`
  justify-content: center;
  max-width: 66rem;
  margin: 0 auto;
  gap: 1.6rem;
`;

const Answers = styled.div`
  display: grid;
  grid-template-columns: repeat(2, minmax(0, 1fr));
  gap: 1.2rem;
  ${PORTRAIT} {
    grid-template-columns: minmax(0, 1fr);
  }
  & > .fi-button.fi-button.fi-button.fi-button {
    justify-content: space-between;
    min-height: max(130px, 7rem);
    padding: 0.8rem 1.8rem;
    text-align: left;
    hyphens: auto;
    &[disabled] {
      background: var(--paper);
      border-color: var(--line);
      color: var(--quiet);
    }
  }
`;

const Said = styled.span`
  display: flex;
  flex-direction: column;
  gap: 0.2rem;
  font-size: 1.35rem;
  & > small {
    font-size: 1.05rem;
    font-weight: 400;
  }
`;

/** Its place is kept also before the time is known, and there is room for what is wrong: nothing moves under a finger. */
const Left = styled(Card)`
  flex-direction: row;
  align-items: center;
  gap: 1.8rem;
  min-height: 9rem;
  font-size: 1.15rem;
`;

const Words = styled.div`
  display: flex;
  flex-direction: column;
  gap: 0.5rem;
  min-width: 0;
  & .fi-icon {
    width: 1.6rem;
    height: 1.6rem;
  }
`;

export function AskedScreen(props: ScreenProps & { stage: Extract<Stage, { kind: "asked" }> }): JSX.Element {
  const { stage, send } = props;
  const { t } = useSpeech();
  const given = stage.answer !== null;
  return (
    <>
      <Intro text={t("asked.text")} title={t("asked.title")} />
      <Middle>
        <Answers>
          <Primary disabled={given} onClick={() => send({ type: "continue_contact" })}>
            <Said>
              {t("asked.continue")}
              <small>{t("asked.continueWho")}</small>
            </Said>
            <IconArrowRight />
          </Primary>
          <Secondary disabled={given} onClick={() => send({ type: "start_over" })}>
            <Said>
              {t("asked.startOver")}
              <small>{t("asked.startOverWho")}</small>
            </Said>
            <IconRefresh />
          </Secondary>
        </Answers>
        <Left>
          <Time {...props} />
        </Left>
      </Middle>
    </>
  );
}

/** How long there is to answer, or that the answer is on its way; and what is wrong. */
function Time(props: ScreenProps & { stage: Extract<Stage, { kind: "asked" }> }): JSX.Element {
  const { stage, now } = props;
  const { t } = useSpeech();
  if (stage.answer !== null) {
    return (
      <>
        <Spinner />
        <Words>
          <p role="status">{t(stage.answer === "continue" ? "asked.continuing" : "asked.startingOver")}</p>
          <Wrong {...props} />
        </Words>
      </>
    );
  }
  return (
    <>
      {stage.until === null ? null : <Countdown length={stage.length} now={now} until={stage.until} />}
      <Words>
        <p>
          {stage.until === null
            ? t("asked.leftSoon")
            : t("asked.left", { count: secondsLeft(stage.until, now, stage.length) })}
        </p>
        <Wrong {...props} />
      </Words>
    </>
  );
}

function Wrong({ state }: ScreenProps): JSX.Element | null {
  const { t, language } = useSpeech();
  const { problem } = state.visit;
  if (problem === null && state.lostSince === null && !state.repeating) {
    return null;
  }
  const trouble = t(state.lostSince === null ? "busy.trying" : "asked.lost");
  return (
    <Line role="alert">
      <IconError />
      {problem === null ? trouble : errorText(language, problem.code)}
    </Line>
  );
}
