import { beforeEach, describe, expect, it } from "vitest";
import type { CallView, PeerView } from "../generated/wire";
import type { LocalMediaState } from "../media/types";
import { Value } from "../observable";
import { FakeConnection } from "../testing/fake_connection";
import { FakeTrack, fakeStream } from "../testing/fake_media";
import { FakeSession } from "../testing/fake_session";
import { callView } from "../testing/views";
import { settled, VirtualTimers } from "../testing/virtual_timers";
import { CallMedia } from "./call_media";
import { OPENING_MS } from "./recovery";

let session: FakeSession;
let timers: VirtualTimers;
let local: Value<LocalMediaState>;
let connections: FakeConnection[];
let media: CallMedia;
let troubles: string[];
let random: number;

/** A call in which I am seat-9, later than all others: so I offer first and am not polite. */
function call(epoch: number, others: Record<string, number>, change: Partial<CallView> = {}): CallView {
  const peers: PeerView[] = epoch
    ? Object.entries(others).map(([seat, theirs]) => ({
        seat,
        generation: epoch + theirs,
        polite: false,
        offers_first: true,
      }))
    : [];
  return callView("seat-9", epoch, peers, change);
}

function connection(index: number): FakeConnection {
  const found = connections[index];
  if (!found) {
    throw new Error(`connection ${index} was not made`);
  }
  return found;
}

function connectAll(): void {
  for (const each of connections) {
    if (!each.closed) {
      each.become("connected");
    }
  }
}

function receiveMore(each: FakeConnection): void {
  each.received = {
    audioPackets: each.received.audioPackets + 10,
    framesDecoded: each.received.framesDecoded + 10,
  };
}

beforeEach(() => {
  session = new FakeSession();
  timers = new VirtualTimers();
  connections = [];
  troubles = [];
  random = 0.5;
  const stream = fakeStream([new FakeTrack("audio"), new FakeTrack("video")]);
  local = new Value<LocalMediaState>({ stream, failure: null, audioOn: true, videoOn: true });
  media = new CallMedia(session, local, {
    timers,
    random: () => random,
    newStream: () => fakeStream(),
    newConnection: (configuration) => {
      const made = new FakeConnection(configuration);
      connections.push(made);
      return made as unknown as RTCPeerConnection;
    },
    trouble: (what) => troubles.push(what),
  });
  media.start();
});

async function inCall(): Promise<void> {
  session.show(call(0, { "seat-1": 1 }));
  session.show(call(1, { "seat-1": 1 }));
  await settled();
}

describe("joining", () => {
  it("joins a live call once and then connects to those it is told of", async () => {
    session.show(call(0, { "seat-1": 1 }));
    session.show(call(0, { "seat-1": 1 }, { state: "connected" }));
    expect(session.given).toEqual([{ type: "join_call", fields: { call: "call-1" } }]);
    expect(connections).toEqual([]);
    session.show(call(1, { "seat-1": 1, "seat-2": 3 }));
    await settled();
    expect(media.get().peers.map(({ seat, connection: state }) => [seat, state])).toEqual([
      ["seat-1", "connecting"],
      ["seat-2", "connecting"],
    ]);
    expect(connection(0).configuration.iceServers).toEqual(session.get().iceServers);
    const signals = session.given.filter(({ type }) => type === "signal").map(({ fields }) => fields);
    expect(signals).toMatchObject([
      { to: "seat-1", generation: 2, description: { type: "offer" } },
      { to: "seat-2", generation: 4, description: { type: "offer" } },
    ]);
  });

  it("joins anew after a reload: what the seat had before was another page's", () => {
    session.show(call(1, { "seat-1": 1 }));
    expect(session.count("join_call")).toBe(1);
    expect(connections).toEqual([]);
    session.show(call(2, { "seat-1": 1 }));
    expect(connections).toHaveLength(1);
  });

  it("tries again, more and more seldom, when the join was not answered", async () => {
    session.refusals.push("offline", "offline");
    session.show(call(0, {}));
    await timers.pass(499);
    expect(session.count("join_call")).toBe(1);
    await timers.pass(1);
    expect(session.count("join_call")).toBe(2);
    await timers.pass(1000);
    expect(session.count("join_call")).toBe(3);
    await timers.pass(60_000);
    expect(session.count("join_call")).toBe(3);
  });

  it("waits with joining until it can be heard", () => {
    session.connection({ kind: "offline", since: 0, retryAt: null });
    session.show(call(0, {}));
    expect(session.count("join_call")).toBe(0);
    session.connection({ kind: "online" });
    expect(session.count("join_call")).toBe(1);
  });
});

describe("generations", () => {
  it("replaces a connection by one of a higher generation and leaves the others alone", () => {
    session.show(call(0, {}));
    session.show(call(1, { "seat-1": 1, "seat-2": 1 }));
    session.show(call(1, { "seat-1": 1, "seat-2": 2 }));
    expect(connections.map(({ closed }) => closed)).toEqual([false, true, false]);
    expect(media.get().peers).toHaveLength(2);
  });

  it("keeps signals that overtake their call view, and drops those that are late", async () => {
    await inCall();
    const answer = { description: { type: "answer", sdp: "" } as const };
    session.hear({ sender: "seat-1", generation: 1, ...answer });
    await settled();
    expect(connection(0).signalingState).toBe("have-local-offer");
    session.hear({ sender: "seat-2", generation: 2, candidate: { candidate: "early" } });
    session.show(call(1, { "seat-1": 1, "seat-2": 1 }));
    session.hear({ sender: "seat-2", generation: 2, ...answer });
    await settled();
    expect(connection(1).candidates).toEqual(["early"]);
    session.hear({ sender: "seat-1", generation: 2, ...answer });
    await settled();
    expect(connection(0).signalingState).toBe("stable");
    expect(troubles).toEqual([]);
  });

  it("closes the connection with a seat that left, and all when the call ends", () => {
    session.show(call(0, {}));
    session.show(call(1, { "seat-1": 1, "seat-2": 1 }));
    session.show(call(1, { "seat-1": 1 }));
    expect(connections.map(({ closed }) => closed)).toEqual([false, true]);
    session.show(call(1, {}, { state: "ended" }));
    expect(connections.every(({ closed }) => closed)).toBe(true);
    expect(media.get()).toEqual({ call: null, peers: [], fingerprintCode: null });
  });
});

describe("what is reported and shown", () => {
  it("reports once that media flow, when they do with all", async () => {
    session.show(call(0, {}));
    session.show(call(1, { "seat-1": 1, "seat-2": 1 }));
    connectAll();
    receiveMore(connection(0));
    await timers.pass(250);
    expect(session.count("report_media")).toBe(0);
    for (let look = 0; look < 5; look++) {
      receiveMore(connection(0));
      receiveMore(connection(1));
      await timers.pass(1000);
    }
    expect(session.count("report_media")).toBe(1);
    expect(media.get().peers).toMatchObject([{ framesDecoded: 60 }, { framesDecoded: 50 }]);
  });

  it("reports sound alone when the peer has no camera", async () => {
    await inCall();
    connectAll();
    connection(0).received = { audioPackets: 5, framesDecoded: 0 };
    await timers.pass(250);
    expect(session.count("report_media")).toBe(0);
    connection(0).hearControl('{"type":"sending","audio":"on","video":"none"}');
    connection(0).received = { audioPackets: 9, framesDecoded: 0 };
    await timers.pass(250);
    expect(session.count("report_media")).toBe(1);
    expect(media.get().peers).toMatchObject([{ audioOn: true, videoOn: false }]);
  });

  it("reports again after joining again, and when the first word was lost", async () => {
    await inCall();
    connectAll();
    receiveMore(connection(0));
    session.refusals.push("offline");
    await timers.pass(250);
    receiveMore(connection(0));
    await timers.pass(1000);
    expect(session.count("report_media")).toBe(2);
    session.show(call(2, { "seat-1": 1 }));
    connectAll();
    receiveMore(connection(1));
    await timers.pass(1000);
    expect(session.count("report_media")).toBe(3);
  });

  it("stays the same object while nothing changes", async () => {
    await inCall();
    connectAll();
    await timers.pass(1000);
    const before = media.get();
    session.show(call(1, { "seat-1": 1 }, { state: "connected" }));
    await timers.pass(1000);
    expect(media.get()).toBe(before);
  });

  it("sends what this device has, also when it changes", async () => {
    await inCall();
    const other = new FakeTrack("audio");
    local.set({ stream: fakeStream([other]), failure: "no_camera", audioOn: true, videoOn: false });
    await settled();
    expect(connection(0).transceivers.map(({ sent }) => sent)).toEqual([other, null, null]);
  });
});

describe("when the line breaks", () => {
  it("touches nothing while the signalling is down", async () => {
    await inCall();
    connectAll();
    session.connection({ kind: "offline", since: 0, retryAt: null });
    connection(0).become("disconnected");
    await timers.pass(60_000);
    expect(connection(0).restarts).toBe(0);
    expect(connection(0).closed).toBe(false);
    expect(media.get().peers).toMatchObject([{ connection: "interrupted" }]);
    session.connection({ kind: "online" });
    expect(connection(0).restarts).toBe(1);
    expect(session.count("join_call")).toBe(1);
  });

  it("waits for a peer that cannot be signalled", async () => {
    await inCall();
    connectAll();
    const view = call(1, { "seat-1": 1 });
    const away = view.seats.map((seat) => (seat.id === "seat-1" ? { ...seat, state: "away" as const } : seat));
    session.show({ ...view, seats: away });
    connection(0).become("failed");
    expect(connection(0).restarts).toBe(0);
    session.show(view);
    expect(connection(0).restarts).toBe(1);
  });

  it("joins again when nothing else helps, with growing pauses, until media flow", async () => {
    await inCall();
    await timers.pass(OPENING_MS);
    await timers.pass(500);
    expect(session.count("join_call")).toBe(2);
    session.show(call(2, { "seat-1": 1 }));
    await timers.pass(OPENING_MS);
    await timers.pass(999);
    expect(session.count("join_call")).toBe(2);
    await timers.pass(1);
    expect(session.count("join_call")).toBe(3);
    session.show(call(3, { "seat-1": 1 }));
    connectAll();
    receiveMore(connection(2));
    await timers.pass(1000);
    connection(2).become("failed");
    await timers.pass(8000);
    await timers.pass(500);
    expect(session.count("join_call")).toBe(4);
  });

  it("does not join again when the media came back during the pause", async () => {
    await inCall();
    await timers.pass(OPENING_MS);
    connectAll();
    await timers.pass(60_000);
    expect(session.count("join_call")).toBe(1);
  });

  it("lets go of its media when another window has the call", async () => {
    await inCall();
    session.connection({ kind: "superseded" });
    expect(connection(0).closed).toBe(true);
    expect(media.get().call).toBeNull();
  });

  it("ends its media when the call is hung up here, before the server says so, and does not join again", async () => {
    await inCall();
    const joined = session.count("join_call");
    session.leave("call-1");
    expect(connection(0).closed).toBe(true);
    expect(media.get()).toEqual({ call: null, peers: [], fingerprintCode: null });
    session.show(call(2, { "seat-1": 2 }));
    expect(connections).toHaveLength(1);
    expect(session.count("join_call")).toBe(joined);
  });

  it("ends its media when stopped, and hears nothing more", async () => {
    await inCall();
    media.stop();
    expect(connection(0).closed).toBe(true);
    session.show(call(2, { "seat-1": 1 }));
    expect(connections).toHaveLength(1);
  });
});
