/** A MediaStreamTrack without a device. */
export class FakeTrack extends EventTarget {
  readonly kind: string;
  enabled = true;
  contentHint = "";
  stopped = false;

  constructor(kind: string) {
    super();
    this.kind = kind;
  }

  get readyState(): MediaStreamTrackState {
    return this.stopped ? "ended" : "live";
  }

  stop(): void {
    this.stopped = true;
  }
}

/** A MediaStream as far as this package looks at it. */
export interface FakeStream {
  readonly getTracks: () => FakeTrack[];
  readonly getAudioTracks: () => FakeTrack[];
  readonly getVideoTracks: () => FakeTrack[];
  readonly addTrack: (track: FakeTrack) => void;
}

export function fakeStream(tracks: readonly FakeTrack[] = []): MediaStream {
  const all = [...tracks];
  const stream: FakeStream = {
    getTracks: () => [...all],
    getAudioTracks: () => all.filter(({ kind }) => kind === "audio"),
    getVideoTracks: () => all.filter(({ kind }) => kind === "video"),
    addTrack: (track) => {
      all.push(track);
    },
  };
  return stream as unknown as MediaStream;
}
