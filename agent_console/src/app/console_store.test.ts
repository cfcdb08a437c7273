import {
  type Ack,
  CommandError,
  type LocalMediaState,
  type SessionLike,
  type SessionState,
  type StaffSnapshot,
  Value,
} from "@palvelurinki/call_kit";
import { describe, expect, test } from "vitest";
import { CALL, closed, ended, finishing, NOW, OFFER, presence, SNAPSHOT } from "../gallery/fixtures";
import { OFFERS } from "../gallery/offers";
import { stageOf } from "../model/stage";
import { followRinging } from "./alarm";
import { ConsoleStore } from "./console_store";

const paused: StaffSnapshot = { ...SNAPSHOT, presence: presence("paused", "arrived") };
const ringing: StaffSnapshot = { ...SNAPSHOT, offer: OFFER };
const ACK: Ack = { type: "ack", re: "x", server_time: "2026-11-23T08:42:10Z" };

/** A console whose server and camera are made up. */
function setUp(first: StaffSnapshot, camera: "works" | "denied" = "works") {
  const online = { kind: "online" as const };
  const state = new Value<SessionState<StaffSnapshot>>({
    connection: online,
    snapshot: first,
    iceServers: [],
    clockOffsetMs: 0,
    repeating: false,
    left: null,
  });
  const sent: unknown[] = [];
  const answers: { refuseWith: Error | null } = { refuseWith: null };
  const session: SessionLike<StaffSnapshot> = {
    get: state.get,
    subscribe: state.subscribe,
    command: (type, fields) => {
      sent.push({ type, ...fields });
      return answers.refuseWith === null ? Promise.resolve(ACK) : Promise.reject(answers.refuseWith);
    },
    onSignal: () => () => undefined,
  };
  const closedMedia: LocalMediaState = { stream: null, failure: null, audioOn: false, videoOn: false };
  const media = new Value<LocalMediaState>(closedMedia);
  const devices = {
    get: media.get,
    subscribe: media.subscribe,
    open: () => {
      const works = { ...closedMedia, stream: {} as MediaStream, audioOn: true, videoOn: true };
      media.set(camera === "works" ? works : { ...closedMedia, failure: "denied" });
      return Promise.resolve();
    },
    close: () => media.set(closedMedia),
  };
  const reported: unknown[] = [];
  const asked: { times: number; rings: string[] } = { times: 0, rings: [] };
  const store = new ConsoleStore({
    session,
    devices,
    now: () => NOW,
    askToNotify: () => {
      asked.times += 1;
    },
    readOffers: (ring) => {
      asked.rings.push(ring);
      return answers.refuseWith === null ? Promise.resolve(OFFERS) : Promise.reject(answers.refuseWith);
    },
    report: (error) => reported.push(error),
  });
  store.start();
  const see = (snapshot: StaffSnapshot): void => state.set({ ...state.get(), snapshot });
  return { store, sent, see, media, answers, reported, asked, state };
}

describe("making oneself ready", () => {
  test("opens the camera first, asks to notify, then tells the server", async () => {
    const { store, sent, media, asked } = setUp(paused);
    await store.makeReady();
    expect(sent).toEqual([{ type: "make_ready" }]);
    expect(media.get().stream).not.toBeNull();
    expect(asked.times).toBe(1);
    expect(store.get().pending.size).toBe(0);
  });

  test("without camera and microphone the server is not told", async () => {
    const { store, sent, media } = setUp(paused, "denied");
    await store.makeReady();
    expect(sent).toEqual([]);
    expect(media.get().failure).toBe("denied");
    expect(store.get().pending.size).toBe(0);
  });

  test("pressed twice, it is done once", async () => {
    const { store, sent } = setUp(paused);
    await Promise.all([store.makeReady(), store.makeReady()]);
    expect(sent).toHaveLength(1);
  });
});

describe("camera and microphone", () => {
  test("a page that finds itself ready or in a call opens them, and a pause closes them", () => {
    const { see, media } = setUp(SNAPSHOT);
    expect(media.get().stream).not.toBeNull();
    see(paused);
    expect(media.get().stream).toBeNull();
    see({ ...paused, offer: closed(OFFER, "accepted"), call: CALL });
    expect(media.get().stream).not.toBeNull();
  });
});

describe("concluding a call", () => {
  const over: StaffSnapshot = { ...SNAPSHOT, call: ended(CALL, "served"), presence: finishing(60) };
  const settled = { call: "call-1", resolution: "settled" as const, followUps: ["book_time" as const] };
  const CONCLUDED = { type: "conclude_call", call: "call-1", resolution: "settled", follow_ups: ["book_time"] };

  test("being ready sends it first", async () => {
    const { store, sent } = setUp(over);
    store.dispatch({ type: "conclusion_chosen", concluding: settled });
    await store.makeReady();
    expect(sent).toEqual([CONCLUDED, { type: "make_ready" }]);
  });

  test("when the time runs out, what was chosen is not lost with it", async () => {
    const { store, sent, see } = setUp(over);
    store.dispatch({ type: "conclusion_chosen", concluding: settled });
    see({ ...over, presence: presence("ready") });
    await Promise.resolve();
    expect(sent).toEqual([CONCLUDED]);
  });

  test("nothing chosen, nothing sent", async () => {
    const { store, sent } = setUp(over);
    await store.makeReady();
    expect(sent).toEqual([{ type: "make_ready" }]);
  });
});

describe("the advisor", () => {
  test("is asked to come, while there is a call", async () => {
    const { store, sent, see } = setUp({ ...SNAPSHOT, call: CALL });
    await store.callAdvisor(true);
    see({ ...SNAPSHOT, call: ended(CALL, "served") });
    await store.callAdvisor(false);
    expect(sent).toEqual([{ type: "call_advisor", contact: "c1", wanted: true }]);
  });
});

describe("answering", () => {
  test("accepts the offer that rings, once", async () => {
    const { store, sent } = setUp(ringing);
    await Promise.all([store.accept(), store.accept()]);
    expect(sent).toEqual([{ type: "accept_offer", offer: "offer-1" }]);
  });

  test("does nothing when nothing rings", async () => {
    const { store, sent } = setUp(SNAPSHOT);
    await store.accept();
    await store.decline("other");
    await store.endCall();
    expect(sent).toEqual([]);
  });

  test("declines with its reason, and hangs up", async () => {
    const { store, sent, see } = setUp(ringing);
    await store.decline("not_my_field");
    see({ ...SNAPSHOT, call: CALL });
    await store.endCall();
    expect(sent).toEqual([
      { type: "decline_offer", offer: "offer-1", reason: "not_my_field" },
      { type: "leave_call", call: "call-1" },
    ]);
  });

  test("declines and hangs up once, however often it is pressed until the server answers", async () => {
    const { store, sent, see } = setUp(ringing);
    await Promise.all([store.decline("other"), store.decline("technical")]);
    see({ ...SNAPSHOT, call: CALL });
    await Promise.all([store.endCall(), store.endCall()]);
    expect(sent).toEqual([
      { type: "decline_offer", offer: "offer-1", reason: "other" },
      { type: "leave_call", call: "call-1" },
    ]);
  });

  test("tells that the server is asked again", () => {
    const { store, state } = setUp(SNAPSHOT);
    state.set({ ...state.get(), repeating: true });
    expect(store.get().repeating).toBe(true);
  });

  test("a refusal is told where it was asked", async () => {
    const { store, answers, reported } = setUp(ringing);
    answers.refuseWith = new CommandError("offer.expired", "too late");
    await store.accept();
    expect(store.get().failures.get("offer")).toBe("offer.expired");
    expect(reported).toEqual([]);
  });

  test("a fault of the program is told and reported", async () => {
    const { store, answers, reported } = setUp(SNAPSHOT);
    answers.refuseWith = new TypeError("a bug");
    await store.pause("lounas");
    expect(store.get().failures.get("status")).toBe("internal");
    expect(reported).toEqual([answers.refuseWith]);
  });
});

describe("a wrap-up", () => {
  const finishingCall: StaffSnapshot = { ...SNAPSHOT, presence: finishing(72), call: ended(CALL, "served") };

  test("is extended once for each press that was answered", async () => {
    const { store, sent } = setUp(finishingCall);
    await Promise.all([store.extendWrapUp(), store.extendWrapUp()]);
    await store.extendWrapUp();
    expect(sent).toEqual([{ type: "extend_wrap_up" }, { type: "extend_wrap_up" }]);
  });

  test("that is over already says so where it was asked", async () => {
    const { store, answers } = setUp(finishingCall);
    answers.refuseWith = new CommandError("wrap_up.over", "too late");
    await store.extendWrapUp();
    expect(store.get().failures.get("status")).toBe("wrap_up.over");
  });

  test("ends with being ready, and the call's end has been read", async () => {
    const { store, sent, see } = setUp({ ...SNAPSHOT, call: CALL });
    see(finishingCall);
    await store.makeReady();
    see({ ...finishingCall, presence: presence("ready") });
    expect(sent).toEqual([{ type: "make_ready" }]);
    expect(stageOf(store.get().memory, store.get().snapshot)).toEqual({ kind: "nothing" });
  });

  test("keeps the camera as it is: the next customer may come at its end", () => {
    const { see, media } = setUp({ ...SNAPSHOT, call: CALL });
    see(finishingCall);
    expect(media.get().stream).not.toBeNull();
  });
});

describe("a ring's newest offers", () => {
  test("are read once at a time, and what was read stays while it is read again", async () => {
    const { store, asked, answers } = setUp(SNAPSHOT);
    await Promise.all([store.readOffers("kela"), store.readOffers("kela")]);
    expect(asked.rings).toEqual(["kela"]);
    expect(store.get().offers.get("kela")).toEqual({ read: OFFERS, loading: false, failure: null });
    answers.refuseWith = new CommandError("offline", "not reached");
    const again = store.readOffers("kela");
    expect(store.get().offers.get("kela")).toEqual({ read: OFFERS, loading: true, failure: null });
    await again;
    expect(store.get().offers.get("kela")).toEqual({ read: OFFERS, loading: false, failure: "offline" });
  });

  test("a refusal of one ring is not told at another", async () => {
    const { store, answers, reported } = setUp(SNAPSHOT);
    answers.refuseWith = new CommandError("access.denied", "not yours");
    await store.readOffers("dvv");
    expect(store.get().offers.get("dvv")?.failure).toBe("access.denied");
    expect(store.get().offers.has("kela")).toBe(false);
    expect(reported).toEqual([]);
  });

  test("a fault of the program is told and reported", async () => {
    const { store, answers, reported } = setUp(SNAPSHOT);
    answers.refuseWith = new TypeError("a bug");
    await store.readOffers("dvv");
    expect(store.get().offers.get("dvv")?.failure).toBe("internal");
    expect(reported).toEqual([answers.refuseWith]);
  });
});

describe("the alarm", () => {
  function listen(first: StaffSnapshot, hidden: boolean) {
    const world = setUp(first);
    const heard: string[] = [];
    const stop = followRinging(world.store, {
      tone: { start: () => heard.push("start"), stop: () => heard.push("stop") },
      notify: (offer) => {
        heard.push(`notify ${offer}`);
        return { close: () => heard.push("close") };
      },
      isHidden: () => hidden,
    });
    return { ...world, heard, stop };
  }

  test("rings from the offer to its end, and only once for each", () => {
    const { see, heard } = listen(SNAPSHOT, false);
    see(ringing);
    see({ ...ringing, rings: [] });
    expect(heard).toEqual(["stop", "start"]);
    see({ ...SNAPSHOT, offer: closed(OFFER, "withdrawn", "customer_left") });
    expect(heard).toEqual(["stop", "start", "stop"]);
  });

  test("notifies when the page is out of sight, and takes the notice back", () => {
    const { see, heard } = listen(SNAPSHOT, true);
    see(ringing);
    see({ ...SNAPSHOT, offer: closed(OFFER, "accepted"), call: CALL });
    expect(heard).toEqual(["stop", "start", "notify offer-1", "stop", "close"]);
  });

  test("is silent when the line is lost and when nobody follows it any more", () => {
    const { state, heard, stop } = listen(ringing, false);
    state.set({ ...state.get(), connection: { kind: "offline", since: NOW, retryAt: null } });
    expect(heard.at(-1)).toBe("stop");
    stop();
    state.set({ ...state.get(), connection: { kind: "online" } });
    expect(heard.filter((each) => each === "start")).toHaveLength(1);
  });
});
