/** One matter: how it goes on, or why not by video or not now, and what to do instead. */

import type { CatalogueService, GuidanceView } from "@palvelurinki/call_kit";
import type { JSX, ReactNode } from "react";
import styled from "styled-components";
import { IconClock, IconConversation, IconHelpdesk } from "suomifi-ui-components";
import { type Availability, availabilityOf, availabilityRefused, providerOf, serviceOf } from "../model/catalogue";
import { localMoment } from "../model/language";
import type { KioskState } from "../model/state";
import { Closed, Closing, Instead } from "./closed";
import { Documents, EService } from "./guidance";
import { Intro } from "./head";
import { CameraIcon } from "./icons";
import { Body, Card, Column, Line, Primary, Round, Row, Subtitle } from "./parts";
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
        {availability === null || service === null ? null : (
          <Told {...props} availability={availability} guidance={service.guidance} />
        )}
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

function Told(props: ScreenProps & { availability: Availability; guidance: GuidanceView }): JSX.Element {
  const { state, now, availability, guidance } = props;
  const serverNow = new Date(now + state.clockOffsetMs);
  switch (availability.kind) {
    case "open":
      return <Steps closesAt={availability.closesAt} guidance={guidance} />;
    case "closed":
      return (
        <>
          <Closed opensAt={availability.opensAt} serverNow={serverNow} />
          <EService service={guidance.e_service} />
        </>
      );
    case "closing":
      return (
        <>
          <Closing closesAt={availability.closesAt} opensAt={availability.opensAt} serverNow={serverNow} />
          <EService service={guidance.e_service} />
        </>
      );
    case "not_remote":
      return <NeverRemote guidance={guidance} />;
    default:
      return availability satisfies never;
  }
}

/** What to do instead, and what to take along. */
function NeverRemote({ guidance }: { guidance: GuidanceView }): JSX.Element {
  const { t, name } = useSpeech();
  const { instead, documents, e_service: eService } = guidance;
  const told = (
    <Instead
      advice={t("matter.notRemoteAdvice")}
      texts={instead === null ? [] : [name(instead)]}
      title={t("matter.notRemote")}
    >
      <IconHelpdesk />
    </Instead>
  );
  return documents.length === 0 && eService === null ? (
    told
  ) : (
    <Beside>
      <Column>{told}</Column>
      <Column>
        <Documents along={true} documents={documents} />
        <EService service={eService} />
      </Column>
    </Beside>
  );
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

/** Beside what the instructions say there is less room for the steps. */
const ShortList = styled(Card)`
  gap: 0.7rem;
`;

const Beside = styled.div`
  display: flex;
  flex-direction: column;
  gap: 1.2rem;
  ${WIDE} {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    align-items: start;
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

function Steps({ closesAt, guidance }: { closesAt: Date | null; guidance: GuidanceView }): JSX.Element {
  const { t, language } = useSpeech();
  const beside = guidance.documents.length > 0 || guidance.e_service !== null;
  const steps: [string, ReactNode][] = [
    [t("matter.stepMirror"), <CameraIcon key="camera" />],
    [t("matter.stepWait"), <IconClock key="clock" />],
    [t("matter.stepTalk"), <IconConversation key="talk" />],
  ];
  const until =
    closesAt === null ? null : <p>{t("matter.openUntil", { time: localMoment(language, closesAt, closesAt).time })}</p>;
  return (
    <>
      <Subtitle>{t("matter.text")}</Subtitle>
      {beside ? (
        <Beside>
          <Column>
            <ShortList as="ol" aria-label={t("matter.steps")}>
              {steps.map(([text, picture]) => (
                <Line as="li" key={text}>
                  {picture}
                  {text}
                </Line>
              ))}
            </ShortList>
            {until}
          </Column>
          <Column>
            <Documents documents={guidance.documents} />
            <EService service={guidance.e_service} />
          </Column>
        </Beside>
      ) : (
        <StepList aria-label={t("matter.steps")}>
          {steps.map(([text, picture]) => (
            <StepItem key={text}>
              <Round>{picture}</Round>
              {text}
            </StepItem>
          ))}
        </StepList>
      )}
      {beside ? null : until}
    </>
  );
}
