/** After the contact, and when nobody seems to be there: both count down to the first screen. */

import type { JSX } from "react";
import styled from "styled-components";
import { IconFailure, IconSuccess } from "suomifi-ui-components";
import { openingOf } from "../model/catalogue";
import {
  type Ending,
  endingOf,
  GOODBYE_FAILED,
  GOODBYE_SERVED,
  GOODBYE_SHORT,
  IDLE_COUNTDOWN,
  type Stage,
  secondsLeft,
} from "../model/state";
import { Closed } from "./closed";
import { Intro } from "./head";
import { Countdown } from "./moving";
import { Body, Card, Primary, Row, Secondary } from "./parts";
import type { ScreenProps } from "./props";
import { useSpeech } from "./words";

const Middle = styled(Body)`
  justify-content: center;
  max-width: 60rem;
  margin: 0 auto;
  gap: 1.3rem;
  & > div > button {
    max-width: none;
  }
`;

const Picture = styled.div`
  display: flex;
  justify-content: center;
  & .fi-icon {
    width: 9rem;
    height: 9rem;
  }
`;

const Counting = styled(Card)`
  flex-direction: row;
  flex-wrap: wrap;
  align-items: center;
  gap: 1.2rem 1.8rem;
  & > p {
    flex: 1 1 14rem;
    font-size: 1.15rem;
  }
  & > button {
    flex: 0 1 auto;
  }
`;

const LENGTHS: Record<Ending, number> = {
  served: GOODBYE_SERVED,
  left: GOODBYE_SHORT,
  interrupted: GOODBYE_FAILED,
  not_connected: GOODBYE_FAILED,
  terminal_lost: GOODBYE_FAILED,
  technical_failure: GOODBYE_FAILED,
  ring_closed: GOODBYE_FAILED,
  too_late: GOODBYE_FAILED,
};

export function GoodbyeScreen(props: ScreenProps & { stage: Extract<Stage, { kind: "goodbye" }> }): JSX.Element {
  const { state, stage, now, send } = props;
  const { t } = useSpeech();
  const ending = endingOf(stage);
  const well = ending === "served" || ending === "left";
  const closed = ending === "ring_closed";
  return (
    <>
      <Intro text={t(`goodbye.${ending}.text`)} title={t(`goodbye.${ending}.title`)} />
      <Middle>
        {closed ? (
          <Closed opensAt={openingOf(state.catalogue, stage.service)} serverNow={new Date(now + state.clockOffsetMs)} />
        ) : (
          <Picture>{well ? <IconSuccess /> : <IconFailure />}</Picture>
        )}
        {stage.until === null ? null : (
          <Counting>
            <Countdown length={LENGTHS[ending]} now={now} until={stage.until} />
            <p>{t("goodbye.countdown", { count: secondsLeft(stage.until, now, LENGTHS[ending]) })}</p>
            <Secondary onClick={() => send({ type: "stop_countdown" })}>{t("goodbye.stop")}</Secondary>
          </Counting>
        )}
        <Row>
          {well || closed || stage.service === null ? (
            <Primary onClick={() => send({ type: "start_over" })}>{t("goodbye.toStart")}</Primary>
          ) : (
            <>
              <Primary onClick={() => send({ type: "try_again" })}>{t("goodbye.retry")}</Primary>
              <Secondary onClick={() => send({ type: "start_over" })}>{t("goodbye.toStart")}</Secondary>
            </>
          )}
        </Row>
      </Middle>
    </>
  );
}

export function IdleScreen({ state, now, send }: ScreenProps): JSX.Element {
  const { t } = useSpeech();
  const { idleUntil } = state.visit;
  return (
    <>
      <Intro text={t("idle.text")} title={t("idle.title")} />
      <Middle>
        {idleUntil === null ? null : (
          <Counting>
            <Countdown length={IDLE_COUNTDOWN} now={now} until={idleUntil} />
            <p>{t("goodbye.countdown", { count: secondsLeft(idleUntil, now, IDLE_COUNTDOWN) })}</p>
          </Counting>
        )}
        <Row>
          <Primary onClick={() => send({ type: "stay" })}>{t("idle.stay")}</Primary>
        </Row>
      </Middle>
    </>
  );
}
