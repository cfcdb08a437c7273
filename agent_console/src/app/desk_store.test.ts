import {
  type Ack,
  CommandError,
  type PointCatalogue,
  type SessionLike,
  type SessionState,
  type StaffSnapshot,
  Value,
} from "@palvelurinki/call_kit";
import { describe, expect, test } from "vitest";
import { CATALOGUE, CONTACT, NOTE, point } from "../gallery/desk";
import { NOW } from "../gallery/fixtures";
import { ADVISOR_SNAPSHOT } from "../gallery/roles";
import { CONNECTING } from "../model/desk/desk";
import { EMPTY_DRAFT } from "../model/desk/draft";
import { DeskAlarm } from "./desk_alarm";
import { DeskStore, READ_EVERY_MS } from "./desk_store";

const ACK: Ack = { type: "ack", re: "x", contact: "c1", server_time: "2026-11-23T08:42:10Z" };

function setUp(board = point({})) {
  const snapshot: StaffSnapshot = { ...ADVISOR_SNAPSHOT, points: [board] };
  const state = new Value<SessionState<StaffSnapshot>>({
    connection: { kind: "online" },
    snapshot,
    iceServers: [],
    clockOffsetMs: 0,
    repeating: false,
    left: null,
  });
  const sent: unknown[] = [];
  const server: { refuseWith: Error | null; unread: boolean; reads: number } = {
    refuseWith: null,
    unread: false,
    reads: 0,
  };
  const session: SessionLike<StaffSnapshot> = {
    get: state.get,
    subscribe: state.subscribe,
    command: (type, fields) => {
      sent.push({ type, ...fields });
      return server.refuseWith === null ? Promise.resolve(ACK) : Promise.reject(server.refuseWith);
    },
    onSignal: () => () => undefined,
  };
  const due: { after: number; done: () => void }[] = [];
  const store = new DeskStore({
    session,
    timers: {
      now: () => NOW,
      after: (ms, done) => {
        const timer = { after: ms, done };
        due.push(timer);
        return () => due.splice(due.indexOf(timer), 1);
      },
    },
    readCatalogue: (): Promise<PointCatalogue> => {
      server.reads += 1;
      return server.unread ? Promise.reject(new CommandError("offline", "")) : Promise.resolve(CATALOGUE);
    },
    report: (error) => {
      throw error;
    },
  });
  store.start();
  const see = (next: StaffSnapshot["points"][number]): void =>
    state.set({ ...state.get(), snapshot: { ...snapshot, points: [next] } });
  return { store, sent, server, see, due };
}

async function prepared(board = point({})) {
  const world = setUp(board);
  await world.store.readCatalogue();
  world.store.dispatch({ type: "need_written", query: "vuokra", at: NOW - 30_000 });
  world.store.dispatch({ type: "matter_chosen", service: "kela-asumistuki" });
  world.store.dispatch({ type: "note_written", part: "what", text: NOTE.what });
  return world;
}

describe("connecting", () => {
  test("sends what was prepared and looks at the contact", async () => {
    const { store, sent } = await prepared();
    await store.connect("fi");
    expect(sent).toMatchObject([
      {
        type: "request_for_customer",
        terminal: "desk",
        service: "kela-asumistuki",
        language: "fi",
        handoff: { what: NOTE.what },
        prepared_s: 30,
      },
    ]);
    expect(store.get().shown).toMatchObject({ kind: "contact", contact: "c1" });
    expect(store.get().draft).toEqual(EMPTY_DRAFT);
  });

  test("pressed twice, it is done once", async () => {
    const { store, sent } = await prepared();
    await Promise.all([store.connect("fi"), store.connect("fi")]);
    expect(sent).toHaveLength(1);
  });

  test.each(["handoff.too_long", "terminal.busy", "terminal.away", "offline", "ring.closed"])(
    "a refusal loses nothing: %s",
    async (code) => {
      const { store, server } = await prepared();
      server.refuseWith = new CommandError(code, "");
      await store.connect("fi");
      expect(store.get().failures.get(CONNECTING)).toBe(code);
      expect(store.get().draft.note.what).toBe(NOTE.what);
      expect(store.hasText()).toBe(true);
    },
  );

  test("a note of 10,000 characters is not sent, and not cut", async () => {
    const { store, sent } = await prepared();
    const long = "a".repeat(10_000);
    store.dispatch({ type: "note_written", part: "tried", text: long });
    await store.connect("fi");
    expect(sent).toEqual([]);
    expect(store.get().problem).toEqual({ kind: "too_long", part: "tried" });
    expect(store.get().draft.note.tried).toBe(long);
  });

  test("when every terminal has been taken meanwhile, it is kept; when one is free, it goes", async () => {
    const { store, sent, see } = await prepared();
    see(point({ desk: CONTACT }, ["kiosk", "room"]));
    await store.connect("fi");
    expect([sent, store.get().problem]).toEqual([[], { kind: "no_terminal" }]);
    see(point({ desk: CONTACT }, ["kiosk"]));
    await store.connect("fi");
    expect(sent).toMatchObject([{ terminal: "room" }]);
  });

  test("a ring that has closed is learned of", async () => {
    const { store, server } = await prepared();
    const before = server.reads;
    server.refuseWith = new CommandError("ring.closed", "");
    await store.connect("fi");
    expect(server.reads).toBe(before + 1);
  });
});

describe("two advisors", () => {
  test("the second is told, and sees where it is now", async () => {
    const { store, server, see } = setUp(point({ desk: CONTACT }));
    store.dispatch({ type: "card_chosen", terminal: "desk", contact: "c1" });
    server.refuseWith = new CommandError("contact.elsewhere", "");
    see(point({ room: CONTACT }));
    expect(await store.act("c1", "move_contact", { contact: "c1", seen_at: "desk", terminal: "kiosk" })).toBe(false);
    expect(store.get().failures.get("c1")).toBe("contact.elsewhere");
    expect(store.get().shown).toMatchObject({ contact: "c1" });
  });
});

describe("a contact", () => {
  test("finished, the desk is there for the next customer", async () => {
    const { store, sent } = setUp(point({ desk: { ...CONTACT, state: "ended" } }));
    store.dispatch({ type: "card_chosen", terminal: "desk", contact: "c1" });
    await store.finish("c1");
    expect(sent).toEqual([{ type: "finish_contact", contact: "c1" }]);
    expect(store.get().shown).toEqual({ kind: "connect" });
  });

  test("a note that was not saved stays to be saved", async () => {
    const { store, server } = setUp(point({ desk: CONTACT }));
    store.dispatch({ type: "amend_begun", contact: "c1", note: NOTE });
    store.dispatch({ type: "amend_written", part: "what", text: "Uusi." });
    server.refuseWith = new CommandError("offline", "");
    await store.saveAmend();
    expect(store.get().amending?.note.what).toBe("Uusi.");
    server.refuseWith = null;
    await store.saveAmend();
    expect(store.get().amending).toBeNull();
    expect(store.hasText()).toBe(false);
  });
});

describe("the catalogue", () => {
  test("is read when the desk is looked at, and again while it is", async () => {
    const { store, server, due } = setUp();
    const stop = store.watch();
    expect([server.reads, due.map(({ after }) => after)]).toEqual([1, [READ_EVERY_MS]]);
    due.shift()?.done();
    expect(server.reads).toBe(2);
    stop();
    expect(due).toEqual([]);
    await Promise.resolve();
  });

  test("that cannot be read is told of", async () => {
    const { store, server } = setUp();
    server.unread = true;
    await store.readCatalogue();
    expect(store.get().reads.get("mikkeli")).toEqual({ catalogue: null, failure: "offline" });
  });
});

describe("the alarm", () => {
  function ear() {
    const log: string[] = [];
    const tone = { start: () => log.push("start"), stop: () => log.push("stop"), once: () => log.push("once") };
    const alarm = new DeskAlarm({
      tone,
      notify: ({ kind }) => {
        log.push(`notice ${kind}`);
        return { close: () => log.push(`closed ${kind}`) };
      },
      isHidden: () => true,
    });
    return { log, alarm };
  }

  const call = (kind: "answered" | "customer", sounds = true) =>
    ({ key: kind, kind, contact: "c1", terminal: "desk", since: NOW, sounds }) as const;

  test("who asks is heard until they are", () => {
    const { log, alarm } = ear();
    alarm.look([call("customer")]);
    alarm.look([]);
    expect(log).toEqual(["notice customer", "start", "closed customer", "stop"]);
  });

  test("that the expert has answered is told once", () => {
    const { log, alarm } = ear();
    alarm.look([call("answered")]);
    alarm.look([call("answered")]);
    expect(log).toEqual(["notice answered", "stop", "once", "stop"]);
  });

  test("what is for a colleague is silent", () => {
    const { log, alarm } = ear();
    alarm.look([call("customer", false)]);
    expect(log).toEqual(["stop"]);
  });
});
