/** The look in the mirror: camera and microphone before the customer joins the queue. */

import { errorText } from "@palvelurinki/call_kit/words";
import type { JSX } from "react";
import styled from "styled-components";
import { IconCheckCircleFilled, IconError } from "suomifi-ui-components";
import { serviceOf } from "../model/catalogue";
import { canConnect, type Devices } from "../model/devices";
import { Intro } from "./head";
import { CameraOffIcon, HandIcon, MicrophoneOffIcon, NoRecordingIcon } from "./icons";
import { Mirror } from "./mirror";
import { Spinner } from "./moving";
import { Column, Halves, Line, Note, Primary, Secondary, Subtitle } from "./parts";
import type { ScreenProps } from "./props";
import { WIDE } from "./theme";
import { useSpeech } from "./words";

const Told = styled(Column)`
  ${WIDE} {
    min-height: 21rem;
  }
`;

export function DevicesScreen(props: ScreenProps & { service: string }): JSX.Element {
  const { state, local, send } = props;
  const { devices, visit } = state;
  const { t, name, language } = useSpeech();
  const service = serviceOf(state.catalogue, props.service);
  const asking = visit.stage.kind === "choosing" && visit.stage.askedAt !== null;
  return (
    <>
      <Intro
        title={t(TITLES[devices.kind])}
        {...(service && { text: t("devices.matter", { service: name(service.names) }) })}
      />
      <Halves>
        <Mirror
          empty={devices.kind === "opening" ? t("devices.opening") : t("waiting.noCamera")}
          local={local}
          wide={true}
        />
        <Told>
          {visit.problem === null ? null : (
            <Note icon={<IconError />} tone="bad">
              <p>{errorText(language, visit.problem.code)}</p>
            </Note>
          )}
          {asking && state.repeating ? (
            <Note icon={<Spinner />} tone="warning">
              <p>{t("busy.trying")}</p>
            </Note>
          ) : (
            <Condition devices={devices} />
          )}
          {canConnect(devices) ? (
            <>
              <Line>
                <NoRecordingIcon />
                {t("devices.notRecorded")}
              </Line>
              <Primary disabled={asking} onClick={() => send({ type: "connect" })}>
                {asking ? t("devices.asking") : t(CONNECTS[devices.kind])}
              </Primary>
            </>
          ) : null}
          {devices.kind === "opening" || devices.kind === "ready" ? null : (
            <Secondary disabled={asking} onClick={() => send({ type: "retry_media" })}>
              {t("devices.retry")}
            </Secondary>
          )}
        </Told>
      </Halves>
    </>
  );
}

const TITLES = {
  opening: "devices.title",
  ready: "devices.title",
  sound_only: "devices.soundOnly",
  picture_only: "devices.pictureOnly",
  none: "devices.none",
} as const;

const CONNECTS = {
  opening: "devices.connect",
  ready: "devices.connect",
  sound_only: "devices.soundOnlyConnect",
  picture_only: "devices.pictureOnlyConnect",
  none: "devices.connect",
} as const;

function Condition({ devices }: { devices: Devices }): JSX.Element {
  const { t } = useSpeech();
  if (devices.kind === "opening") {
    return (
      <Note icon={<Spinner />} tone="plain">
        <Subtitle>{t("devices.opening")}</Subtitle>
        <p>{t("devices.openingAdvice")}</p>
      </Note>
    );
  }
  if (devices.kind === "ready") {
    return (
      <Note icon={<IconCheckCircleFilled />} tone="good">
        <Subtitle>{t("devices.ready")}</Subtitle>
      </Note>
    );
  }
  const trouble = (
    <>
      <Subtitle>{t(`trouble.${devices.cause}.what`)}</Subtitle>
      <p>{t(`trouble.${devices.cause}.advice`)}</p>
    </>
  );
  if (devices.kind === "none") {
    return (
      <>
        <Note icon={<IconError />} tone="bad">
          {trouble}
        </Note>
        <Note icon={<HandIcon />} tone="plain">
          <p>{t("devices.helper")}</p>
        </Note>
      </>
    );
  }
  const soundOnly = devices.kind === "sound_only";
  return (
    <>
      <Note icon={soundOnly ? <CameraOffIcon /> : <MicrophoneOffIcon />} tone="warning">
        {trouble}
      </Note>
      <Line>{t(soundOnly ? "devices.soundOnlyAdvice" : "devices.pictureOnlyAdvice")}</Line>
    </>
  );
}
