/** One matter: how it goes on, or why not by video or not now, and what to do instead. */

import type { CatalogueService } from "@palvelurinki/call_kit";
import type { JSX, ReactNode } from "react";
import styled from "styled-components";
import { IconClock, IconConversation, IconHelpdesk } from "suomifi-ui-components";
import { type Availability, availabilityOf, availabilityRefused, providerOf, serviceOf } from "../model/catalogue";
import { localMoment } from "../model/language";
import type { KioskState } from "../model/state";
import { Closed, Closing, Instead } from "./closed";
import { Intro } from "./head";
import { CameraIcon } from "./icons";
import { Body, Primary, Round, Row, Subtitle } from "./parts";
import type { ScreenProps } from "./props";
import { WIDE } from "./theme";
import { useSpeech } from "./words";

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
    return availabilityRefused(state.catalogue, service, problem);
  }
  return state.catalogue && availabilityOf(state.catalogue, service);
}

function Told({ state, now, availability }: ScreenProps & { availability: Availability }): JSX.Element {
  const { t } = useSpeech();
  const serverNow = new Date(now + state.clockOffsetMs);
  switch (availability.kind) {
    case "open":
      return <Steps closesAt={availability.closesAt} />;
    case "closed":
      return <Closed opensAt={availability.opensAt} serverNow={serverNow} />;
    case "closing":
      return <Closing closesAt={availability.closesAt} opensAt={availability.opensAt} serverNow={serverNow} />;
    case "not_remote":
      return (
        <Instead advice={t("matter.notRemoteAdvice")} texts={[]} title={t("matter.notRemote")}>
          <IconHelpdesk />
        </Instead>
      );
    default:
      return availability satisfies never;
  }
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
