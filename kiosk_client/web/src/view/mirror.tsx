/** The customer's own picture, always with a word that says whose it is. */

import type { LocalMediaState } from "@palvelurinki/call_kit";
import { VideoView } from "@palvelurinki/call_kit/react";
import type { JSX } from "react";
import styled, { css } from "styled-components";
import { CameraOffIcon } from "./icons";
import { PORTRAIT } from "./theme";
import { useSpeech } from "./words";

const Figure = styled.figure<{ $wide: boolean }>`
  position: relative;
  width: 100%;
  margin: 0;
  overflow: hidden;
  border-radius: 0.4rem;
  background: #10202e;
  color: #fff;
  aspect-ratio: 16 / 9;
  ${PORTRAIT} {
    /* Where sentences and buttons stand below it. */
    aspect-ratio: ${({ $wide }) => ($wide ? "2 / 1" : "16 / 9")};
  }
`;

const cover = css`
  position: absolute;
  inset: 0;
  width: 100%;
  height: 100%;
`;

const Picture = styled(VideoView)`
  ${cover}
  object-fit: cover;
`;

const Caption = styled.figcaption`
  position: absolute;
  left: 0;
  bottom: 0;
  padding: 0.2rem 0.7rem;
  border-top-right-radius: 0.4rem;
  background: rgb(0 12 28 / 82%);
  color: #fff;
`;

/** A shutter that the customer has shut looks like one: slats, whatever the colours. */
const Empty = styled.div<{ $shut: boolean }>`
  ${cover}
  ${({ $shut }) => $shut && css`background: repeating-linear-gradient(#10202e 0 1.1rem, #22384c 1.1rem 1.25rem);`}
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.5rem;
  padding: 0.5rem 1rem 2rem;
  text-align: center;
  line-height: 1.2;
  & > svg {
    width: 2.4rem;
    height: 2.4rem;
  }
`;

/** `empty` stands in the place of a picture that there is not. */
export function Mirror(props: { local: LocalMediaState; empty: string; wide?: boolean }): JSX.Element {
  const { local, empty, wide = false } = props;
  const { t } = useSpeech();
  const picture = local.stream !== null && local.videoOn && local.stream.getVideoTracks().length > 0;
  return (
    <Figure $wide={wide}>
      {picture ? (
        <Picture label={t("devices.ownPicture")} mirrored={true} muted={true} stream={local.stream} />
      ) : (
        <Empty $shut={!local.videoOn && (local.stream?.getVideoTracks().length ?? 0) > 0}>
          <CameraOffIcon />
          {empty}
        </Empty>
      )}
      <Caption>{t("devices.ownPicture")}</Caption>
    </Figure>
  );
}
