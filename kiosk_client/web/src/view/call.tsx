/** The call: the expert large, oneself small, three things to press, and at most one notice. */

import { VideoView } from "@palvelurinki/call_kit/react";
import { errorText } from "@palvelurinki/call_kit/words";
import type { JSX, ReactNode } from "react";
import styled, { css } from "styled-components";
import { IconError, IconLock } from "suomifi-ui-components";
import { type CallNotice, callScene, type Tile } from "../model/call";
import { ANSWER_SHOWN, type Stage } from "../model/state";
import { BesideTitle } from "./advisor";
import { Intro } from "./head";
import { CameraIcon, CameraOffIcon, HangUpIcon, MicrophoneIcon, MicrophoneOffIcon } from "./icons";
import { Mirror } from "./mirror";
import { Body, Note } from "./parts";
import type { ScreenProps } from "./props";
import { NARROW, PORTRAIT, TARGET, WIDE } from "./theme";
import { type Speech, useSpeech } from "./words";

const Layout = styled(Body)`
  gap: 1rem;
  padding: 1rem var(--side);
  ${PORTRAIT} {
    gap: 1rem;
    padding-top: 1rem;
  }
  ${WIDE} {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 20rem;
    grid-template-rows: minmax(18rem, 1fr) auto;
    gap: 0.8rem 1.2rem;
    align-items: stretch;
  }
`;

const StageBox = styled.div`
  position: relative;
  min-height: 15rem;
  overflow: hidden;
  border-radius: 0.4rem;
  background: #10202e;
  color: #fff;
  ${PORTRAIT} {
    flex: 1 1 15rem;
    min-height: 15rem;
    max-height: 28rem;
  }
  ${WIDE} {
    grid-row: 1;
    grid-column: 1;
    min-height: 0;
  }
`;

const whole = css`
  position: absolute;
  inset: 0;
  width: 100%;
  height: 100%;
`;

const Remote = styled(VideoView)<{ $hidden: boolean }>`
  ${whole}
  object-fit: contain;
  visibility: ${({ $hidden }) => ($hidden ? "hidden" : "visible")};
`;

const Plate = styled.p`
  position: absolute;
  left: 0;
  bottom: 0;
  padding: 0.3rem 1rem;
  border-top-right-radius: 0.4rem;
  background: rgb(0 12 28 / 82%);
  color: #fff;
  font-weight: 600;
`;

const NoPicture = styled.div`
  ${whole}
  display: grid;
  place-content: center;
  justify-items: center;
  gap: 1rem;
  padding: 1rem 2rem 3rem;
  text-align: center;
  font-size: 1.3rem;
  line-height: 1.25;
`;

const Silhouette = styled.svg`
  width: 7rem;
  height: 7rem;
  fill: #8fb4dc;
`;

const Side = styled.div`
  display: flex;
  gap: 1rem;
  & > figure {
    align-self: flex-start;
    max-width: 16rem;
  }
  ${WIDE} {
    grid-column: 2;
    grid-row: 1;
    flex-direction: column;
    & > figure {
      max-width: none;
    }
  }
  ${PORTRAIT} {
    align-items: flex-start;
    & > figure {
      flex: 0 0 16rem;
    }
  }
  ${NARROW} {
    flex-direction: column;
    align-items: stretch;
    & > figure {
      flex: none;
    }
  }
`;

const Messages = styled.div`
  flex: 1;
  min-width: 0;
  display: flex;
  flex-direction: column;
  gap: 0.7rem;
`;

const Others = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: 0.7rem;
  & > div {
    flex: 1 1 10rem;
    min-height: 0;
    max-width: 16rem;
    aspect-ratio: 16 / 9;
  }
  ${WIDE} {
    & > div {
      max-width: none;
    }
  }
`;

const Controls = styled.div`
  display: grid;
  grid-template-columns: repeat(3, minmax(0, 1fr));
  gap: 0.8rem;
  ${WIDE} {
    grid-column: 1 / -1;
  }
`;

const Control = styled.button<{ $off?: boolean; $end?: boolean }>`
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.35rem;
  min-height: ${TARGET};
  padding: 0.7rem 0.5rem;
  border: 3px solid var(--action);
  border-radius: 0.4rem;
  background: var(--paper);
  color: var(--action);
  font-size: 1.1rem;
  font-weight: 600;
  line-height: 1.15;
  cursor: pointer;
  ${({ $off }) =>
    $off &&
    css`
      border-color: var(--warning);
      border-style: dashed;
      background: var(--warning-tint);
      color: var(--ink);
    `}
  ${({ $end }) =>
    $end &&
    css`
      border-color: var(--alert);
      background: var(--alert);
      color: var(--on-alert);
    `}
  & > svg {
    width: 2rem;
    height: 2rem;
  }
  &:disabled {
    border-color: var(--line);
    border-style: solid;
    background: var(--paper);
    color: var(--quiet);
  }
  ${PORTRAIT} {
    min-height: 6.4rem;
  }
  ${WIDE} {
    flex-direction: row;
    gap: 0.8rem;
    padding: 0.4rem 1rem;
  }
`;

const Code = styled.p`
  display: flex;
  align-items: center;
  gap: 0.5rem;
  white-space: nowrap;
  & > .fi-icon {
    width: 1em;
    height: 1em;
  }
  & .fi-icon-base-fill {
    fill: currentcolor;
  }
`;

export function CallScreen(props: ScreenProps & { stage: Extract<Stage, { kind: "live" }> }): JSX.Element {
  const { state, stage, now, local, media, send } = props;
  const speech = useSpeech();
  const { t, name } = speech;
  const live = state.snapshot?.call?.contact === stage.contact.id ? state.snapshot.call : null;
  const leaving = stage.leavingSince !== null;
  const scene = callScene(live, media, state.lostSince === null);
  // Picture and sound are gone already.
  const notice = leaving ? "ending" : scene.notice;
  const who = whoIn(speech, scene.main);
  const service = stage.contact.matter?.service;
  const answered = stage.answeredAt !== null && now - stage.answeredAt < ANSWER_SHOWN;
  return (
    <>
      <Intro
        compact={true}
        picture={
          <BesideTitle now={now} stage={stage}>
            {media.fingerprintCode === null ? null : (
              <Code>
                <IconLock />
                {t("call.code", { code: media.fingerprintCode })}
              </Code>
            )}
          </BesideTitle>
        }
        signal={answered}
        title={answered ? <span role="status">{t("call.answered")}</span> : who}
        {...(service && { text: name(service.names) })}
      />
      <Layout>
        <Picture notice={notice} tile={scene.main} who={who} />
        <Side>
          <Mirror
            empty={t(leaving || has(local, "video") ? "waiting.cameraClosed" : "waiting.noCamera")}
            local={local}
          />
          <Messages>
            <Notices {...props} notice={notice} />
            <Others>
              {scene.others.map((tile) => (
                <Picture key={tile.seat} notice={null} tile={tile} who={whoIn(speech, tile)} />
              ))}
            </Others>
          </Messages>
        </Side>
        <Controls>
          <Control
            $off={!local.audioOn}
            disabled={!has(local, "audio")}
            onClick={() => send({ type: "set_sound", on: !local.audioOn })}
            type="button"
          >
            {local.audioOn ? <MicrophoneIcon /> : <MicrophoneOffIcon />}
            {t(local.audioOn ? "call.closeSound" : "call.openSound")}
          </Control>
          <Control
            $off={!local.videoOn}
            disabled={!has(local, "video")}
            onClick={() => send({ type: "set_picture", on: !local.videoOn })}
            type="button"
          >
            {local.videoOn ? <CameraIcon /> : <CameraOffIcon />}
            {t(local.videoOn ? "call.closePicture" : "call.openPicture")}
          </Control>
          <Control $end={true} disabled={leaving} onClick={() => send({ type: "hang_up" })} type="button">
            <HangUpIcon />
            {t(leaving ? "call.ending" : "call.end")}
          </Control>
        </Controls>
      </Layout>
    </>
  );
}

/** An expert is named by the authority alone. */
function whoIn({ t, name }: Speech, tile: Tile | null): string {
  if (tile === null) {
    return t("call.expert");
  }
  return tile.kind === "expert" ? t("call.expertOf", { provider: name(tile.label) }) : name(tile.label);
}

function has(local: ScreenProps["local"], kind: "audio" | "video"): boolean {
  const tracks = kind === "audio" ? local.stream?.getAudioTracks() : local.stream?.getVideoTracks();
  return (tracks?.length ?? 0) > 0;
}

/* ---- Pictures --------------------------------------------------------------------------------------------- */

type Shown = CallNotice | "ending";

const IN_THE_PICTURE: readonly (Shown | null)[] = ["ending", "connecting", "picture_coming", "expert_hidden"];

/** The element plays the sound also when there is no picture to show. */
function Picture({ tile, who, notice }: { tile: Tile | null; who: string; notice: Shown | null }): JSX.Element {
  const { t } = useSpeech();
  const shown = tile?.picture === true;
  return (
    <StageBox>
      {tile === null ? null : <Remote $hidden={!shown} label={who} seatKind={tile.kind} stream={tile.stream} />}
      {shown ? null : (
        <NoPicture>
          <Silhouette aria-hidden="true" focusable="false" viewBox="0 0 24 24">
            <circle cx="12" cy="8" r="4.5" />
            <path d="M3 22c0-5 4-8 9-8s9 3 9 8z" />
          </Silhouette>
          {notice !== null && IN_THE_PICTURE.includes(notice) ? <span role="status">{t(`call.${notice}`)}</span> : null}
        </NoPicture>
      )}
      <Plate>{who}</Plate>
    </StageBox>
  );
}

/* ---- Notices ---------------------------------------------------------------------------------------------- */

function Notices(props: ScreenProps & { notice: Shown | null }): JSX.Element {
  const { state, local, notice } = props;
  const { t, language } = useSpeech();
  const ownSilence = ownSilenceIn({ t }, local);
  return (
    <>
      {notice === null || IN_THE_PICTURE.includes(notice) ? null : <Said tone="warning">{t(`call.${notice}`)}</Said>}
      {ownSilence === null ? null : (
        <Note icon={<MicrophoneOffIcon />} tone="warning">
          <p>{ownSilence}</p>
        </Note>
      )}
      {local.videoOn || !has(local, "video") ? null : (
        <Note icon={<CameraOffIcon />} tone="warning">
          <p>{t("call.hidden")}</p>
        </Note>
      )}
      {state.visit.problem === null ? null : <Said tone="bad">{errorText(language, state.visit.problem.code)}</Said>}
    </>
  );
}

function Said({ tone, children }: { tone: "warning" | "bad"; children: ReactNode }): JSX.Element {
  return (
    <Note icon={<IconError />} tone={tone}>
      <p>{children}</p>
    </Note>
  );
}

function ownSilenceIn({ t }: Pick<Speech, "t">, local: ScreenProps["local"]): string | null {
  if (!has(local, "audio")) {
    return local.stream === null && local.failure === null ? null : t("call.noMicrophone");
  }
  return local.audioOn ? null : t("call.muted");
}
