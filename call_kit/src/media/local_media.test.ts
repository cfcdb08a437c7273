import { beforeEach, describe, expect, it } from "vitest";
import { FakeTrack, fakeStream } from "../testing/fake_media";
import { settled } from "../testing/virtual_timers";
import { type Devices, LocalMedia, type LocalMediaOptions } from "./local_media";

interface Ask {
  readonly audio: boolean;
  readonly video: boolean;
  readonly plain: boolean;
}

/** Cameras and microphones by the test's word: `refuse` names the error of a request, null lets it pass. */
class FakeDevices implements Devices {
  readonly asked: Ask[] = [];
  readonly tracks: FakeTrack[] = [];
  refuse: (ask: Ask) => string | null = () => null;
  changed: (() => void) | null = null;

  getUserMedia = async (constraints: MediaStreamConstraints): Promise<MediaStream> => {
    const ask: Ask = {
      audio: Boolean(constraints.audio),
      video: Boolean(constraints.video),
      plain: constraints.audio === true || constraints.video === true,
    };
    this.asked.push(ask);
    await Promise.resolve();
    const name = this.refuse(ask);
    if (name === "TypeError") {
      throw new TypeError("no secure context");
    }
    if (name) {
      throw new DOMException("refused", name);
    }
    const tracks = (["audio", "video"] as const).filter((kind) => ask[kind]).map((kind) => new FakeTrack(kind));
    this.tracks.push(...tracks);
    return fakeStream(tracks);
  };

  addEventListener = (_type: string, listener: () => void): void => {
    this.changed = listener;
  };

  removeEventListener = (): void => {
    this.changed = null;
  };

  unplug(kind: string): void {
    this.tracks.find((track) => track.kind === kind && !track.stopped)?.dispatchEvent(new Event("ended"));
  }
}

let devices: FakeDevices;
let media: LocalMedia;

function make(options: LocalMediaOptions = {}): LocalMedia {
  return new LocalMedia({
    devices,
    permissions: undefined,
    newStream: (tracks) => fakeStream(tracks as unknown as FakeTrack[]),
    ...options,
  });
}

/** The kinds of the tracks and the failure: "audio video, none". */
function summary(): string {
  const { stream, failure } = media.get();
  const kinds = stream?.getTracks().map(({ kind }) => kind) ?? [];
  return `${kinds.sort().join(" ") || "nothing"}, ${failure ?? "none"}`;
}

const never = (name: string) => (): string => name;
const noCamera =
  (name: string) =>
  (ask: Ask): string | null =>
    ask.video ? name : null;
const noMicrophone =
  (name: string) =>
  (ask: Ask): string | null =>
    ask.audio ? name : null;

beforeEach(() => {
  devices = new FakeDevices();
  media = make();
});

describe("opening", () => {
  it.each([
    ["both are there", () => null, "audio video, none"],
    ["the person says no", never("NotAllowedError"), "nothing, denied"],
    ["there is neither", never("NotFoundError"), "nothing, no_devices"],
    ["there is no camera", noCamera("NotFoundError"), "audio, no_camera"],
    ["there is no microphone", noMicrophone("NotFoundError"), "video, no_microphone"],
    ["another program has the camera", noCamera("NotReadableError"), "audio, in_use"],
    ["another program has both", never("NotReadableError"), "nothing, in_use"],
    ["the driver gives up", never("AbortError"), "nothing, failed"],
    ["the page is not secure", never("TypeError"), "nothing, unsupported"],
    [
      "the camera cannot do what is wished",
      (ask: Ask) => (ask.plain ? null : "OverconstrainedError"),
      "audio video, none",
    ],
    ["something unheard of happens", never("WeatherError"), "nothing, failed"],
  ])("when %s", async (_case, refuse, expected) => {
    devices.refuse = refuse;
    await media.open();
    expect(summary()).toBe(expected);
  });

  it("asks a person who said no only once", async () => {
    devices.refuse = never("NotAllowedError");
    await media.open();
    expect(devices.asked).toHaveLength(1);
  });

  it("takes the microphone when only the camera is forbidden", async () => {
    devices.refuse = noCamera("NotAllowedError");
    media = make({
      permissions: { query: ({ name }) => Promise.resolve({ state: name === "camera" ? "denied" : "granted" }) },
    });
    await media.open();
    expect(summary()).toBe("audio, denied");
  });

  it("says so where the browser has no devices at all", async () => {
    media = make({ devices: undefined });
    await media.open();
    expect(summary()).toBe("nothing, unsupported");
  });

  it("asks again for what is missing, and only for that", async () => {
    devices.refuse = noCamera("NotReadableError");
    await media.open();
    devices.refuse = () => null;
    await media.open();
    expect(devices.asked.at(-1)).toMatchObject({ audio: false, video: true });
    expect(summary()).toBe("audio video, none");
    await media.open();
    expect(devices.tracks).toHaveLength(2);
  });
});

describe("while open", () => {
  it("hints that faces move", async () => {
    await media.open();
    expect(devices.tracks.map(({ contentHint }) => contentHint)).toEqual(["", "motion"]);
  });

  it("turns sound and picture off and on without closing them", async () => {
    await media.open();
    const { stream } = media.get();
    media.setVideo(false);
    expect(media.get()).toMatchObject({ audioOn: true, videoOn: false, stream });
    expect(devices.tracks.map(({ enabled }) => enabled)).toEqual([true, false]);
    media.setVideo(true);
    media.setAudio(false);
    expect(devices.tracks.map(({ enabled }) => enabled)).toEqual([false, true]);
  });

  it("does not say that it sends what it does not have", async () => {
    devices.refuse = noCamera("NotFoundError");
    await media.open();
    media.setVideo(true);
    expect(media.get()).toMatchObject({ audioOn: true, videoOn: false });
  });

  it("goes on with the other when one is unplugged, and takes it again when it is back", async () => {
    await media.open();
    devices.refuse = noCamera("NotFoundError");
    devices.unplug("video");
    expect(summary()).toBe("audio, no_camera");
    devices.changed?.();
    await settled();
    expect(summary()).toBe("audio, no_camera");
    devices.refuse = () => null;
    media.setVideo(false);
    devices.changed?.();
    await settled();
    expect(summary()).toBe("audio video, none");
    expect(media.get().videoOn).toBe(false);
  });

  it("says that nothing is left when both are unplugged", async () => {
    await media.open();
    devices.unplug("audio");
    devices.unplug("video");
    expect(summary()).toBe("nothing, no_devices");
  });
});

describe("closing", () => {
  it("stops every track and keeps the wishes", async () => {
    await media.open();
    media.setAudio(false);
    media.close();
    expect(devices.tracks.every(({ stopped }) => stopped)).toBe(true);
    expect(media.get()).toEqual({ stream: null, failure: null, audioOn: false, videoOn: false });
    await media.open();
    expect(media.get()).toMatchObject({ audioOn: false, videoOn: true });
  });

  it("stops what comes after it was closed", async () => {
    const opening = media.open();
    media.close();
    await opening;
    expect(devices.tracks.every(({ stopped }) => stopped)).toBe(true);
    expect(media.get().stream).toBeNull();
  });
});
