import type { JSX } from "react";
import styled from "styled-components";
import type { ConsoleActions } from "../../model/actions";
import type { Devices } from "../../model/media";
import { useWords } from "../../words/i18n";
import { CameraOff, CameraOn, HangUp, MicrophoneOff, MicrophoneOn } from "../parts/icons";

const Bar = styled.div`
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  gap: 8px;
  padding: 10px 12px;
`;

const Control = styled.button<{ $off?: boolean }>`
  display: grid;
  justify-items: center;
  align-content: center;
  gap: 2px;
  flex: 1 1 92px;
  max-width: 168px;
  min-height: 64px;
  padding: 6px 10px;
  border: 2px solid ${({ $off }) => ($off ? "hsl(42, 93%, 55%)" : "transparent")};
  border-radius: 4px;
  background: hsl(214, 30%, 22%);
  color: #fff;
  font-size: 16px;
  line-height: 1.2;
  cursor: pointer;
  &:hover {
    background: hsl(214, 30%, 30%);
  }
  &:focus-visible {
    outline: 3px solid #fff;
    outline-offset: 2px;
  }
  &[aria-disabled="true"] {
    background: hsl(214, 15%, 30%);
    cursor: default;
  }
`;

const End = styled(Control)`
  background: hsl(3, 65%, 42%);
  font-weight: 600;
  &:hover {
    background: hsl(3, 65%, 36%);
  }
`;

interface CallControlsProps {
  readonly devices: Devices;
  readonly actions: ConsoleActions;
  readonly ending: boolean;
}

/** Sound, picture, end: each says what pressing it does. */
export function CallControls({ devices, actions, ending }: CallControlsProps): JSX.Element {
  const { t } = useWords();
  const { audioOn, videoOn } = devices;
  return (
    <Bar aria-label={t("stage.call.controls")} role="group">
      <Control $off={!audioOn} aria-keyshortcuts="Alt+M" onClick={() => actions.setAudio(!audioOn)} type="button">
        {audioOn ? <MicrophoneOn size={26} /> : <MicrophoneOff size={26} />}
        {t(audioOn ? "stage.call.microphone_off" : "stage.call.microphone_on")}
      </Control>
      <Control $off={!videoOn} aria-keyshortcuts="Alt+K" onClick={() => actions.setVideo(!videoOn)} type="button">
        {videoOn ? <CameraOn size={26} /> : <CameraOff size={26} />}
        {t(videoOn ? "stage.call.camera_off" : "stage.call.camera_on")}
      </Control>
      <End aria-disabled={ending} aria-keyshortcuts="Alt+L" onClick={() => actions.open("ending")} type="button">
        <HangUp size={26} />
        {t(ending ? "common:connection.callEnding" : "stage.call.end")}
      </End>
    </Bar>
  );
}
