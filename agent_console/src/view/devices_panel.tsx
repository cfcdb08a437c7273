import { VideoView } from "@palvelurinki/call_kit/react";
import { type JSX, useId } from "react";
import styled from "styled-components";
import type { ConsoleActions } from "../model/actions";
import type { Devices } from "../model/media";
import type { ConsoleModel } from "../model/model";
import { useWords } from "../words/i18n";
import { ActSign, CameraOff, CameraOn, MicrophoneOff, MicrophoneOn } from "./parts/icons";
import { alert, alertPale, focusRing, highlight, highlightPale, ink, line, panel, quiet, warningPale } from "./theme";

const Panel = styled.section`
  ${panel}
  display: grid;
  gap: 10px;
  padding: 12px 16px;
`;

const Heading = styled.h2`
  font-size: 16px;
  font-weight: 600;
`;

const Row = styled.div`
  display: flex;
  gap: 12px;
`;

const Preview = styled.div`
  position: relative;
  flex: none;
  width: 128px;
  height: 80px;
  overflow: hidden;
  display: grid;
  place-items: center;
  border-radius: 2px;
  background: hsl(202, 7%, 25%);
  color: #fff;
  font-size: 14px;
  line-height: 1.2;
  text-align: center;
  video {
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
`;

const Switches = styled.div`
  display: grid;
  gap: 8px;
  flex: 1;
  min-width: 0;
`;

const Switch = styled.button`
  display: flex;
  align-items: center;
  gap: 8px;
  min-height: 36px;
  padding: 4px 8px;
  border: 1px solid ${line};
  border-radius: 2px;
  background: #fff;
  color: ${ink};
  font-size: 15px;
  line-height: 1.2;
  text-align: left;
  cursor: pointer;
  &:hover {
    border-color: ${highlight};
    background: ${highlightPale};
  }
  ${focusRing}
`;

const TextButton = styled.button`
  justify-self: start;
  min-height: 28px;
  padding: 2px 0;
  border: 0;
  background: none;
  color: ${highlight};
  font-size: 15px;
  text-decoration: underline;
  cursor: pointer;
  ${focusRing}
`;

const Quiet = styled.p`
  color: ${quiet};
  font-size: 15px;
`;

const Region = styled.div`
  &:empty {
    position: absolute;
  }
`;

const Note = styled.div<{ $grave: boolean }>`
  display: grid;
  gap: 4px;
  padding: 10px 12px;
  border-left: 4px solid ${({ $grave }) => ($grave ? alert : "hsl(42, 93%, 40%)")};
  background: ${({ $grave }) => ($grave ? alertPale : warningPale)};
  font-size: 15px;
  strong {
    display: flex;
    gap: 6px;
    font-weight: 600;
    svg {
      color: ${({ $grave }) => ($grave ? alert : ink)};
    }
  }
`;

interface DevicesProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

function FailureOfDevices({ devices, actions }: { devices: Devices; actions: ConsoleActions }): JSX.Element | null {
  const { t } = useWords();
  if (devices.failure === null) {
    return null;
  }
  return (
    <Note $grave={!devices.canAnswer} data-media-failure={devices.failure}>
      <strong>
        <ActSign size={20} />
        {t(`devices.failure.${devices.failure}.title`)}
      </strong>
      <span>{t(`devices.failure.${devices.failure}.help`)}</span>
      {!devices.canAnswer && <span>{t("devices.cannot_answer")}</span>}
      <TextButton onClick={actions.openDevices} type="button">
        {t("devices.try_again")}
      </TextButton>
    </Note>
  );
}

function OwnPicture({ devices }: { readonly devices: Devices }): JSX.Element {
  const { t } = useWords();
  const hasPicture = (devices.stream?.getVideoTracks().length ?? 0) > 0;
  if (hasPicture && devices.videoOn) {
    return (
      <Preview>
        <VideoView label={t("devices.preview")} mirrored muted stream={devices.stream} />
      </Preview>
    );
  }
  return <Preview>{t(hasPicture ? "devices.video_off" : "devices.no_picture")}</Preview>;
}

/** My camera and microphone as they would be seen and heard, before any call. */
export function DevicesPanel({ model, actions }: DevicesProps): JSX.Element {
  const { t } = useWords();
  const heading = useId();
  const { devices } = model;
  const Microphone = devices.audioOn ? MicrophoneOn : MicrophoneOff;
  const Camera = devices.videoOn ? CameraOn : CameraOff;
  return (
    <Panel aria-labelledby={heading} data-devices={devices.state}>
      <Heading id={heading}>{t("devices.heading")}</Heading>
      {devices.state === "unopened" && <Quiet>{t("devices.unopened")}</Quiet>}
      {devices.stream !== null && (
        <Row>
          <OwnPicture devices={devices} />
          <Switches>
            <Switch aria-keyshortcuts="Alt+M" onClick={() => actions.setAudio(!devices.audioOn)} type="button">
              <Microphone size={20} />
              {t(devices.audioOn ? "devices.microphone_off" : "devices.microphone_on")}
            </Switch>
            <Switch aria-keyshortcuts="Alt+K" onClick={() => actions.setVideo(!devices.videoOn)} type="button">
              <Camera size={20} />
              {t(devices.videoOn ? "devices.camera_off" : "devices.camera_on")}
            </Switch>
          </Switches>
        </Row>
      )}
      <Region role="status">
        <FailureOfDevices actions={actions} devices={devices} />
      </Region>
      {!model.soundAllowed && model.status?.kind === "ready" && <Quiet>{t("devices.sound_blocked")}</Quiet>}
      <TextButton onClick={actions.testSound} type="button">
        {t("devices.test_sound")}
      </TextButton>
    </Panel>
  );
}
