import type { CallView, RemotePeer } from "@palvelurinki/call_kit";
import { VideoView } from "@palvelurinki/call_kit/react";
import type { JSX } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../../model/actions";
import { type CallLine, customersSeat, lineOf, placeKeptFor } from "../../model/call";
import type { ConsoleModel } from "../../model/model";
import { clockOf, durationOf } from "../../model/time";
import { useWords } from "../../words/i18n";
import { Clock } from "../parts/clock";
import { Dialog } from "../parts/dialog";
import { FailureNote } from "../parts/failure_note";
import { CameraOff, MicrophoneOff } from "../parts/icons";
import { nameOf } from "../parts/words_of";
import { middle, tabular, unseen } from "../theme";
import { CallControls } from "./call_controls";

const Layout = styled.div`
  display: grid;
  grid-template-rows: auto minmax(0, 1fr) auto;
  height: 100%;
  min-height: inherit;
  background: hsl(214, 40%, 12%);
  color: #fff;
  border-radius: 4px;
  overflow: hidden;
`;

const Top = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 2px 16px;
  padding: 10px 16px;
  h2 {
    font-size: 18px;
    font-weight: 600;
    line-height: 1.3;
  }
  > span {
    margin-left: auto;
    font-size: 20px;
    font-weight: 600;
  }
`;

const Line = styled.p<{ $line: CallLine }>`
  display: flex;
  align-items: center;
  gap: 8px;
  &::before {
    content: "";
    flex: none;
    width: 10px;
    height: 10px;
    border-radius: ${({ $line }) => ($line === "connected" ? "50%" : "0")};
    background: ${({ $line }) => ($line === "connected" ? "hsl(166, 70%, 55%)" : "hsl(42, 93%, 55%)")};
  }
`;

const KeptLine = styled.p`
  ${tabular}
`;

const Unseen = styled.span`
  ${unseen}
`;

const Picture = styled.div`
  position: relative;
  min-height: 260px;
  background: hsl(214, 30%, 8%);
  overflow: hidden;
  ${middle} {
    min-height: 320px;
  }
`;

const Remote = styled.div`
  position: absolute;
  inset: 0;
  display: grid;
  place-items: center;
  video {
    width: 100%;
    height: 100%;
    object-fit: contain;
  }
`;

const Own = styled.div`
  position: absolute;
  right: 16px;
  bottom: 16px;
  width: min(24%, 200px);
  min-width: 112px;
  aspect-ratio: 16 / 10;
  display: grid;
  place-items: center;
  align-content: center;
  gap: 4px;
  border: 2px solid #fff;
  border-radius: 4px;
  background: hsl(202, 7%, 25%);
  overflow: hidden;
  font-size: 14px;
  line-height: 1.2;
  text-align: center;
  video {
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
`;

const Muted = styled.p`
  position: absolute;
  left: 16px;
  bottom: 16px;
  display: flex;
  align-items: center;
  gap: 8px;
  padding: 6px 12px;
  border-radius: 2px;
  background: hsla(0, 0%, 13%, 0.85);
`;

const Stack = styled.div`
  display: grid;
  justify-items: center;
  gap: 12px;
  padding: 16px;
  text-align: center;
`;

const Choices = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: 12px;
  margin-top: 20px;
`;

interface CallProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
  readonly call: CallView;
}

interface PictureProps {
  readonly peer: RemotePeer | undefined;
  readonly ending: boolean;
}

function CustomerPicture({ peer, ending }: PictureProps): JSX.Element {
  const { t } = useWords();
  if (peer === undefined) {
    return <Remote>{t(ending ? "common:connection.callEnding" : "stage.call.waiting_picture")}</Remote>;
  }
  return (
    <Remote>
      {/* The sound comes with the picture's element, so it stays also while the camera is off. */}
      <VideoView label={t("stage.call.customer")} seatKind={peer.kind} stream={peer.stream} />
      {!peer.videoOn && (
        <Remote style={{ background: "hsl(214, 30%, 8%)" }}>
          <Stack>
            <CameraOff size={40} />
            {t("common:peer.cameraOff")}
          </Stack>
        </Remote>
      )}
    </Remote>
  );
}

function OwnPicture({ model }: { readonly model: ConsoleModel }): JSX.Element {
  const { t } = useWords();
  const { stream, videoOn } = model.devices;
  const hasPicture = (stream?.getVideoTracks().length ?? 0) > 0;
  return (
    <Own>
      {hasPicture && videoOn ? (
        <VideoView label={t("stage.call.me")} mirrored muted stream={stream} />
      ) : (
        <>
          <CameraOff />
          {t(hasPicture ? "devices.video_off" : "devices.no_picture")}
        </>
      )}
    </Own>
  );
}

/** How much longer a customer whose device is away is waited for. */
function Kept({ call, now }: { readonly call: CallView; readonly now: number }): JSX.Element | null {
  const { t, language } = useWords();
  const left = placeKeptFor(call, now);
  if (left === null) {
    return null;
  }
  return (
    <KeptLine data-kept={true}>
      {t("stage.call.kept")} <span aria-hidden="true">{clockOf(left)}</span>
      <Unseen>{durationOf(left, language)}</Unseen>
    </KeptLine>
  );
}

function ConfirmEnd({ actions }: { readonly actions: ConsoleActions }): JSX.Element {
  const { t } = useWords();
  return (
    <Dialog heading={t("stage.call.confirm.heading")} onClose={actions.close}>
      <p>{t("stage.call.confirm.explain")}</p>
      <Choices>
        <Button onClick={actions.endCall}>{t("stage.call.confirm.yes")}</Button>
        <Button onClick={actions.close} variant="secondary">
          {t("stage.call.confirm.no")}
        </Button>
      </Choices>
    </Dialog>
  );
}

/** The customer large, myself small, and three controls with words. */
export function Call({ model, actions, call }: CallProps): JSX.Element {
  const { t, language } = useWords();
  const seat = customersSeat(call);
  const customer = model.media.peers.find((peer) => peer.seat === seat?.id);
  const line = lineOf(call, customer);
  // Picture and sound are gone already, whatever the server says.
  const ending = model.state.pending.has("call");
  return (
    <Layout>
      <Top>
        <h2>{call.matter === null ? t("stage.label") : nameOf(call.matter.service, language)}</h2>
        <Line $line={line} data-line={ending ? "ending" : line} role="status">
          {t(ending ? "common:connection.callEnding" : `stage.call.connection.${line}`)}
        </Line>
        {!ending && <Kept call={call} now={model.now} />}
        <Clock now={model.now} since={Date.parse(call.connected_at ?? call.started_at)} />
      </Top>
      <Picture>
        <CustomerPicture ending={ending} peer={customer} />
        {!ending && <OwnPicture model={model} />}
        {!model.devices.audioOn && (
          <Muted>
            <MicrophoneOff size={20} />
            {t("stage.call.muted")}
          </Muted>
        )}
      </Picture>
      <div>
        <CallControls actions={actions} devices={model.devices} ending={ending} />
        <FailureNote actions={actions} place="call" state={model.state} />
      </div>
      {model.state.open === "ending" && <ConfirmEnd actions={actions} />}
    </Layout>
  );
}
