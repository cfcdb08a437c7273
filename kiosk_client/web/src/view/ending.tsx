/** Screens that go by themselves: nobody seems to be there, or the contact goes on elsewhere. */

import type { JSX, ReactNode } from "react";
import styled from "styled-components";
import { IDLE_COUNTDOWN, MOVED_SHOWN, type Stage, secondsLeft } from "../model/state";
import { Intro } from "./head";
import { Countdown } from "./moving";
import { Body, Card, Primary, Row } from "./parts";
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

const Counting = styled(Card)`
  flex-direction: row;
  align-items: center;
  gap: 1.8rem;
  font-size: 1.15rem;
`;

export function IdleScreen({ state, now, send }: ScreenProps): JSX.Element {
  const { t } = useSpeech();
  const { idleUntil } = state.visit;
  return (
    <>
      <Intro text={t("idle.text")} title={t("idle.title")} />
      <Going length={IDLE_COUNTDOWN} now={now} until={idleUntil}>
        <Primary onClick={() => send({ type: "stay" })}>{t("idle.stay")}</Primary>
      </Going>
    </>
  );
}

export function MovedScreen({
  stage,
  now,
  send,
}: ScreenProps & { stage: Extract<Stage, { kind: "moved" }> }): JSX.Element {
  const { t } = useSpeech();
  return (
    <>
      <Intro text={t("moved.text")} title={t("moved.title")} />
      <Going length={MOVED_SHOWN} now={now} until={stage.until}>
        <Primary onClick={() => send({ type: "start_over" })}>{t("goodbye.toStart")}</Primary>
      </Going>
    </>
  );
}

function Going(props: { until: number | null; length: number; now: number; children: ReactNode }): JSX.Element {
  const { until, length, now, children } = props;
  const { t } = useSpeech();
  return (
    <Middle>
      {until === null ? null : (
        <Counting>
          <Countdown length={length} now={now} until={until} />
          <p>{t("goodbye.countdown", { count: secondsLeft(until, now, length) })}</p>
        </Counting>
      )}
      <Row>{children}</Row>
    </Middle>
  );
}
