import { type CSSProperties, type JSX, useEffect, useRef } from "react";
import type { SeatKind } from "../generated/wire";
import { attachStream } from "./attach";

export interface VideoViewProps {
  readonly stream: MediaStream | null;
  /** Own picture: its sound must not be heard. */
  readonly muted?: boolean;
  /** Own picture: people expect a mirror. */
  readonly mirrored?: boolean;
  /** Whose picture it is, for those who do not see it. */
  readonly label: string;
  /** Which seat of the call it shows; stands as `data-seat-kind` on the element. */
  readonly seatKind?: SeatKind;
  readonly className?: string;
  readonly style?: CSSProperties;
}

/** A live picture with its sound. It has no controls: what can be done with it stands beside it. */
export function VideoView(props: VideoViewProps): JSX.Element {
  const { stream, muted = false, mirrored = false, label, seatKind, className, style } = props;
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => (video.current ? attachStream(video.current, stream) : undefined), [stream]);
  return (
    <video
      aria-label={label}
      autoPlay
      className={className}
      data-seat-kind={seatKind}
      muted={muted}
      playsInline
      ref={video}
      style={mirrored ? { ...style, transform: "scaleX(-1)" } : style}
    />
  );
}
