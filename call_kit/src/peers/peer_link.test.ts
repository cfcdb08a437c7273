import { beforeEach, describe, expect, it } from "vitest";
import type { Candidate, Description } from "../generated/wire";
import { FakeConnection } from "../testing/fake_connection";
import { FakeTrack, fakeStream } from "../testing/fake_media";
import { settled } from "../testing/virtual_timers";
import type { Sending } from "./control";
import { PeerLink } from "./peer_link";

type Sent = { description: Description } | { candidate: Candidate };

interface End {
  readonly connection: FakeConnection;
  readonly link: PeerLink;
  readonly sent: Sent[];
  readonly troubles: string[];
  readonly microphone: FakeTrack;
}

const CODE = /^\d{4} \d{4}$/;
const SENDING: Sending = { type: "sending", audio: "on", video: "on" };

function makeEnd(yields: boolean, fingerprint: string): End {
  const connection = new FakeConnection({}, fingerprint);
  const sent: Sent[] = [];
  const troubles: string[] = [];
  const microphone = new FakeTrack("audio");
  const link = new PeerLink({
    connection: connection as unknown as RTCPeerConnection,
    stream: fakeStream(),
    role: { generation: 2, polite: yields, offersFirst: !yields },
    tracks: { audio: microphone as unknown as MediaStreamTrack, camera: null, document: null },
    sending: SENDING,
    outside: {
      send: (signal) => sent.push(signal),
      changed: () => undefined,
      trouble: (what, error) => troubles.push(`${what}: ${String(error)}`),
    },
  });
  return { connection, link, sent, troubles, microphone };
}

let polite: End;
let impolite: End;

/** Carries what each end has sent to the other, until nobody has anything to say. */
async function exchange(): Promise<void> {
  await settled();
  while (polite.sent.length + impolite.sent.length > 0) {
    const [toImpolite, toPolite] = [polite.sent.splice(0), impolite.sent.splice(0)];
    for (const signal of toImpolite) {
      impolite.link.receive(signal);
    }
    for (const signal of toPolite) {
      polite.link.receive(signal);
    }
    await settled();
  }
}

function kinds(end: End): string[] {
  return end.sent.map((signal) => ("description" in signal ? signal.description.type : "candidate"));
}

beforeEach(() => {
  polite = makeEnd(true, "AA:AA");
  impolite = makeEnd(false, "BB:BB");
});

describe("the first negotiation", () => {
  it("is begun by the one who offers first, alone", async () => {
    await settled();
    expect(kinds(impolite)).toEqual(["offer"]);
    expect(kinds(polite)).toEqual([]);
  });

  it("allocates audio, camera and document once, both ways, and the control channel", async () => {
    await exchange();
    for (const { connection, microphone } of [polite, impolite]) {
      expect(connection.transceivers.map(({ receiver }) => receiver.track.kind)).toEqual(["audio", "video", "video"]);
      expect(connection.transceivers.map(({ direction }) => direction)).toEqual(new Array(3).fill("sendrecv"));
      expect(connection.transceivers.map(({ sent }) => sent)).toEqual([microphone, null, null]);
      expect(connection.channels).toHaveLength(1);
      expect(connection.signalingState).toBe("stable");
    }
    expect([...polite.troubles, ...impolite.troubles]).toEqual([]);
  });

  it("shows the peer's sound and camera, not its documents", async () => {
    await exchange();
    expect(polite.link.stream.getTracks().map(({ kind }) => kind)).toEqual(["audio", "video"]);
  });

  it("keeps candidates that come before the offer", async () => {
    polite.link.receive({ candidate: { candidate: "early", sdp_mid: "0" } });
    await settled();
    expect(polite.connection.candidates).toEqual([]);
    await exchange();
    expect(polite.connection.candidates).toEqual(["early"]);
  });

  it("trickles candidates and their end", async () => {
    await exchange();
    impolite.connection.gather("candidate:1");
    impolite.connection.gather(null);
    await exchange();
    expect(polite.connection.candidates).toEqual(["candidate:1", ""]);
  });
});

describe("glare", () => {
  it("is settled by the polite end, whose wish comes after", async () => {
    await exchange();
    polite.link.restartIce([]);
    impolite.link.restartIce([]);
    await settled();
    expect([kinds(polite), kinds(impolite)]).toEqual([["offer"], ["offer"]]);
    await exchange();
    expect([polite.connection.signalingState, impolite.connection.signalingState]).toEqual(["stable", "stable"]);
    expect([...polite.troubles, ...impolite.troubles]).toEqual([]);
  });

  it("forgives candidates of the offer that was ignored, and only those", async () => {
    await exchange();
    polite.link.restartIce([]);
    impolite.link.restartIce([]);
    await settled();
    const [offer] = polite.sent.splice(0);
    impolite.link.receive(offer ?? {});
    impolite.link.receive({ candidate: { candidate: "alien" } });
    await settled();
    expect(impolite.troubles).toEqual([]);
    await exchange();
    impolite.link.receive({ candidate: { candidate: "alien" } });
    await settled();
    expect(impolite.troubles).toEqual([expect.stringContaining("unknown ufrag")]);
  });
});

describe("a connection that stands", () => {
  it("replaces tracks without negotiating", async () => {
    await exchange();
    const camera = new FakeTrack("video") as unknown as MediaStreamTrack;
    polite.link.setTracks({ audio: null, camera, document: null }, SENDING);
    await settled();
    expect(polite.connection.transceivers.map(({ sent }) => sent)).toEqual([null, camera, null]);
    expect(polite.sent).toEqual([]);
  });

  it("tells the peer what is sent, when the channel opens and after each change", async () => {
    await exchange();
    polite.connection.openControl();
    const off: Sending = { ...SENDING, video: "off" };
    polite.link.setTracks({ audio: null, camera: null, document: null }, off);
    expect(polite.connection.channels[0]?.sent.map((text) => JSON.parse(text))).toEqual([SENDING, off]);
    impolite.connection.hearControl(JSON.stringify(off));
    impolite.connection.hearControl("something newer");
    expect(impolite.link.sending).toEqual(off);
  });

  it("has the code that the other end has too", async () => {
    await exchange();
    for (const { link } of [polite, impolite]) {
      link.workOutCode();
    }
    await expect.poll(() => polite.link.code).toMatch(CODE);
    await expect.poll(() => impolite.link.code).toBe(polite.link.code);
  });

  it("keeps the frame rate of faces and the resolution of documents", async () => {
    await exchange();
    expect(polite.connection.connectionState).toBe("new");
    expect(polite.connection.parameters).toEqual([
      { encodings: [{ priority: "high", networkPriority: "high" }] },
      { encodings: [{}], degradationPreference: "maintain-framerate" },
      { encodings: [{}], degradationPreference: "maintain-resolution" },
    ]);
  });

  it("restarts with fresh credentials", async () => {
    await exchange();
    polite.link.restartIce([{ urls: ["turn:relay.example"], username: "fresh", credential: "fresh" }]);
    expect(polite.connection.configuration.iceServers).toMatchObject([{ username: "fresh" }]);
    expect(polite.connection.restarts).toBe(1);
  });

  it("counts what came on its own lines, and nothing when closed", async () => {
    await exchange();
    polite.connection.received = { audioPackets: 5, framesDecoded: 7 };
    expect(await polite.link.received()).toEqual({ audioPackets: 5, framesDecoded: 7 });
    polite.link.close();
    expect(await polite.link.received()).toEqual({ audioPackets: 0, framesDecoded: 0 });
    polite.connection.gather("candidate:late");
    expect(polite.sent).toEqual([]);
  });
});
