/** One matter: how it goes on, or why not by video or not now, and what to do instead. */

import type { CatalogueService } from "@palvelurinki/call_kit";
import type { JSX, ReactNode } from "react";
import styled from "styled-components";
import { IconClock, IconConversation, IconHelpdesk } from "suomifi-ui-components";
import { type Availability, availabilityOf, providerOf, serviceOf } from "../model/catalogue";
import { localMoment } from "../model/language";
import type { KioskState } from "../model/state";
import { Intro } from "./head";
import { CameraIcon, HandIcon } from "./icons";
import { Body, Card, Note, Primary, Row, Subtitle } from "./parts";
import type { ScreenProps } from "./props";
import { WIDE } from "./theme";
import { type Speech, useSpeech } from "./words";

export function MatterScreen(props: ScreenProps & { service: string }): JSX.Element {
  const { state, send } = props;
  const speech = useSpeech();
  const service = serviceOf(state.catalogue, props.service);
  const availability = service === null ? null : availabilityNow(state, service);
  const provider = service && providerOf(state.catalogue, service.provider);
  return (
    <>
      <Intro
        title={service === null ? speech.t("matter.unknown") : speech.name(service.names)}
        {...(provider && { text: speech.name(provider.names) })}
      />
      <Body>
        {availability === null ? null : <Told {...props} availability={availability} />}
        <Row>
          {availability?.kind === "open" ? (
            <Primary onClick={() => send({ type: "continue_to_devices" })}>{speech.t("matter.continue")}</Primary>
          ) : (
            <Primary onClick={() => send({ type: "choose_another" })}>{speech.t("matter.another")}</Primary>
          )}
        </Row>
      </Body>
    </>
  );
}

/** What the catalogue says, unless the server has just said otherwise. */
function availabilityNow(state: KioskState, service: CatalogueService): Availability | null {
  const { problem } = state.visit;
  if (problem?.code === "service.not_remote") {
    return { kind: "not_remote" };
  }
  if (problem?.code === "ring.closed") {
    return { kind: "closed", opensAt: problem.opensAt === null ? null : new Date(problem.opensAt) };
  }
  return state.catalogue && availabilityOf(state.catalogue, service);
}

function Told({ state, now, availability }: ScreenProps & { availability: Availability }): JSX.Element {
  const speech = useSpeech();
  const { t } = speech;
  const serverNow = new Date(now + state.clockOffsetMs);
  if (availability.kind === "open") {
    return <Steps closesAt={availability.closesAt} />;
  }
  if (availability.kind === "not_remote") {
    return (
      <Instead advice={t("matter.notRemoteAdvice")} title={t("matter.notRemote")}>
        <IconHelpdesk />
      </Instead>
    );
  }
  return (
    <Instead
      advice={t("matter.closedAdvice")}
      text={openingText(speech, availability.opensAt, serverNow)}
      title={t("matter.closed")}
    >
      <Round>
        <IconClock />
      </Round>
    </Instead>
  );
}

function openingText({ t, language }: Speech, opensAt: Date | null, now: Date): string {
  if (opensAt === null) {
    return t("matter.opensUnknown");
  }
  const moment = localMoment(language, opensAt, now);
  const keys = { today: "matter.opensToday", tomorrow: "matter.opensTomorrow", later: "matter.opensLater" } as const;
  return t(keys[moment.day], { weekday: moment.weekday, date: moment.date, time: moment.time });
}

/* ---- Open ------------------------------------------------------------------------------------------------- */

const StepList = styled.ol`
  display: flex;
  flex-direction: column;
  gap: 0.8rem;
  ${WIDE} {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
  }
`;

const Round = styled.span`
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

const StepItem = styled.li`
  display: flex;
  align-items: center;
  gap: 1.3rem;
  padding: 1.4rem 1.5rem;
  border-radius: 0.3rem;
  background: var(--paper);
  box-shadow: var(--edge);
  font-size: 1.25rem;
  line-height: 1.25;
  ${WIDE} {
    flex-direction: column;
    align-items: flex-start;
    min-height: 11rem;
  }
`;

function Steps({ closesAt }: { closesAt: Date | null }): JSX.Element {
  const { t, language } = useSpeech();
  const steps: [string, ReactNode][] = [
    [t("matter.stepMirror"), <CameraIcon key="camera" />],
    [t("matter.stepWait"), <IconClock key="clock" />],
    [t("matter.stepTalk"), <IconConversation key="talk" />],
  ];
  return (
    <>
      <Subtitle>{t("matter.text")}</Subtitle>
      <StepList aria-label={t("matter.steps")}>
        {steps.map(([text, picture]) => (
          <StepItem key={text}>
            <Round>{picture}</Round>
            {text}
          </StepItem>
        ))}
      </StepList>
      {closesAt === null ? null : (
        <p>{t("matter.openUntil", { time: localMoment(language, closesAt, closesAt).time })}</p>
      )}
    </>
  );
}

/* ---- Closed, or never by video ---------------------------------------------------------------------------- */

const InsteadCard = styled(Card)`
  flex-direction: row;
  align-items: center;
  gap: 2rem;
  padding: 1.8rem 2rem;
  & > .fi-icon {
    flex: none;
    width: 6rem;
    height: 6rem;
  }
  & > div {
    display: flex;
    flex-direction: column;
    gap: 0.7rem;
    min-width: 0;
    font-size: 1.15rem;
  }
`;

function Instead(props: { title: string; text?: string; advice: string; children: ReactNode }): JSX.Element {
  return (
    <>
      <InsteadCard>
        {props.children}
        <div>
          <Subtitle>{props.title}</Subtitle>
          {props.text === undefined ? null : <p>{props.text}</p>}
        </div>
      </InsteadCard>
      <Note icon={<HandIcon />} tone="plain">
        <p>{props.advice}</p>
      </Note>
    </>
  );
}
