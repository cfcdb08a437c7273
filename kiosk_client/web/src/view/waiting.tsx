/** Waiting: what happens now, the place, and that one may sit down. */

import { errorText } from "@palvelurinki/call_kit/words";
import type { JSX } from "react";
import styled from "styled-components";
import { IconError } from "suomifi-ui-components";
import type { Stage } from "../model/state";
import { type Waiting, waitingOf } from "../model/waiting";
import { Intro } from "./head";
import { BellIcon, CameraIcon, CameraOffIcon, SeatIcon } from "./icons";
import { Mirror } from "./mirror";
import { Card, Column, Danger, Halves, Line, Note, Secondary, Subtitle } from "./parts";
import type { ScreenProps } from "./props";
import { QueuePicture } from "./queue_picture";
import { PORTRAIT, WIDE } from "./theme";
import { type Speech, useSpeech } from "./words";

const Layout = styled(Halves)`
  ${WIDE} {
    grid-template-columns: minmax(0, 1fr) 24rem;
  }
`;

const Own = styled(Column)`
  ${PORTRAIT} {
    display: grid;
    grid-template-columns: 18rem minmax(0, 1fr);
    gap: 1rem 1.5rem;
    align-items: center;
  }
  @media (orientation: portrait) and (max-width: 900px) {
    grid-template-columns: minmax(0, 1fr);
  }
`;

const Signals = styled.div`
  & > p {
    font-size: 1.25rem;
  }
  display: flex;
  flex-direction: column;
  gap: 0.8rem;
`;

export function WaitingScreen(props: ScreenProps & { stage: Extract<Stage, { kind: "live" }> }): JSX.Element {
  const { state, stage, local, send } = props;
  const speech = useSpeech();
  const { t, language, name } = speech;
  const service = stage.contact.matter?.service;
  const waiting = waitingOf(state, stage);
  const headline = headlineIn(speech, waiting);
  return (
    <>
      <Intro
        title={<span role="status">{headline.title}</span>}
        text={headline.text ?? (service ? t("devices.matter", { service: name(service.names) }) : undefined)}
      />
      <Layout>
        <Column>
          <LineNote line={waiting.line} />
          {state.visit.problem === null ? null : (
            <Note icon={<IconError />} tone="bad">
              <p>{errorText(language, state.visit.problem.code)}</p>
            </Note>
          )}
          {waiting.place === null ? null : (
            <Card>
              <QueuePicture onDuty={waiting.onDuty ?? 0} place={waiting.place} />
              <Subtitle as="p">{queueText(speech, waiting)}</Subtitle>
            </Card>
          )}
          <Signals>
            {waiting.headline === "ringing" ? null : (
              <Line>
                <SeatIcon />
                {t("waiting.sit")}
              </Line>
            )}
            <Line>
              <BellIcon />
              {t("waiting.signal")}
            </Line>
          </Signals>
        </Column>
        <Own>
          <Mirror empty={t(hasCamera(props) ? "waiting.cameraClosed" : "waiting.noCamera")} local={local} />
          <Column>
            {hasCamera(props) ? (
              <Secondary
                icon={local.videoOn ? <CameraOffIcon /> : <CameraIcon />}
                onClick={() => send({ type: "set_picture", on: !local.videoOn })}
              >
                {t(local.videoOn ? "waiting.closeCamera" : "waiting.openCamera")}
              </Secondary>
            ) : null}
            <Danger disabled={stage.leaving} onClick={() => send({ type: "leave" })}>
              {t(stage.leaving ? "waiting.leaving" : "waiting.leave")}
            </Danger>
          </Column>
        </Own>
      </Layout>
    </>
  );
}

function hasCamera({ local }: ScreenProps): boolean {
  return (local.stream?.getVideoTracks().length ?? 0) > 0;
}

function headlineIn({ t }: Speech, waiting: Waiting): { title: string; text: string | null } {
  switch (waiting.headline) {
    case "ringing":
      return { title: t("waiting.ringing"), text: t("waiting.ringingText") };
    case "nobody":
      return { title: t("waiting.nobody"), text: t("waiting.nobodyText") };
    case "queueing":
      return {
        title: waiting.place === null ? t("waiting.unknown") : t("waiting.place", { place: waiting.place }),
        text: waiting.place === 1 ? t("waiting.next") : null,
      };
    case "unknown":
      return { title: t("waiting.unknown"), text: null };
    default:
      return waiting.headline satisfies never;
  }
}

function queueText({ t }: Speech, waiting: Waiting): string {
  return waiting.onDuty
    ? t("waiting.experts", { count: waiting.onDuty })
    : t("waiting.place", { place: waiting.place ?? 1 });
}

function LineNote({ line }: { line: Waiting["line"] }): JSX.Element | null {
  const { t } = useSpeech();
  if (line === "fine") {
    return null;
  }
  return (
    <Note icon={line === "lost" ? <IconError /> : undefined} tone={line === "lost" ? "warning" : "good"}>
      <p>{t(line === "lost" ? "waiting.lost" : "waiting.held")}</p>
    </Note>
  );
}
