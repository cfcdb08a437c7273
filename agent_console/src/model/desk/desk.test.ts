import type { BoardContactView, PointBoardView } from "@palvelurinki/call_kit";
import { describe, expect, test } from "vitest";
import { CATALOGUE, CONTACT, NOTE, point } from "../../gallery/desk";
import { ago, MIKKELI, NOW } from "../../gallery/fixtures";
import { cardOf, cardsOf, firstFree, targetsOf, waitOf } from "./cards";
import { CONNECTING, type DeskEvent, EMPTY_DESK, reduceDesk } from "./desk";
import { EMPTY_DRAFT, FURTHER_MOST, hasText, problemOf, requestOf, terminalOf } from "./draft";
import { EMPTY_NOTE, handoffOf, leftOf, NOTE_MOST, sameNote, tooLong } from "./note";
import { availabilityOf, serviceOf } from "./offering";

function stateAfter(...events: readonly DeskEvent[]) {
  return events.reduce(reduceDesk, EMPTY_DESK);
}

const boards = (board: PointBoardView, at = NOW): DeskEvent => ({ type: "boards", points: [board], at });
const READ: DeskEvent = { type: "catalogue_read", point: MIKKELI.id, catalogue: CATALOGUE };
const CHOSEN: DeskEvent = { type: "matter_chosen", service: "kela-asumistuki" };
const WRITTEN: DeskEvent = { type: "note_written", part: "what", text: NOTE.what };
const inCall: BoardContactView = { ...CONTACT, state: "in_call", queue: null };

describe("the note", () => {
  test("has room for so many characters a part, as the server counts them", () => {
    expect(leftOf("")).toBe(NOTE_MOST);
    expect(leftOf(`  ${"ä".repeat(600)}\n`)).toBe(0);
    // A character outside the basic plane is one.
    expect(leftOf("👵".repeat(600))).toBe(0);
    expect(tooLong({ ...EMPTY_NOTE, tried: "x".repeat(601) })).toBe("tried");
    expect(tooLong(NOTE)).toBeNull();
  });

  test("is none when nothing stands in it", () => {
    expect(handoffOf(EMPTY_NOTE)).toBeNull();
    expect(handoffOf({ ...EMPTY_NOTE, wanted: " aika \n" })).toEqual({ what: "", tried: "", wanted: "aika" });
    expect(sameNote(NOTE, { ...NOTE, what: `${NOTE.what} ` })).toBe(true);
    expect(sameNote(NOTE, EMPTY_NOTE)).toBe(false);
  });
});

describe("what can be connected", () => {
  const kindOf = (id: string) => {
    const service = serviceOf(CATALOGUE, id);
    return service && availabilityOf(CATALOGUE, service).kind;
  };

  test("is what is settled by video and whose ring takes contacts now", () => {
    expect(kindOf("kela-asumistuki")).toBe("open");
    expect(kindOf("poliisi-passi")).toBe("not_remote");
    expect(kindOf("ulosotto-velat")).toBe("closed");
    expect(kindOf("oikeusapu-neuvonta")).toBe("closing");
  });

  test("a ring of which nothing is told counts as closed", () => {
    const service = CATALOGUE.services[0];
    expect(service && availabilityOf({ ...CATALOGUE, rings: [] }, service)).toEqual({ kind: "closed", ring: null });
  });
});

describe("a card", () => {
  test.each([
    ["free", {}],
    ["waiting", CONTACT],
    ["checking", { ...CONTACT, line: { state: "unproven", faults: [] } }],
    ["trouble", { ...CONTACT, line: { state: "failed", faults: ["network"] } }],
    ["offered", { ...CONTACT, state: "offered" }],
    ["held", { ...CONTACT, state: "held" }],
    ["in_call", inCall],
    ["unfinished", { ...CONTACT, state: "ended" }],
  ])("%s", (state, contact) => {
    const board = point("id" in contact ? { desk: contact as BoardContactView } : {});
    const [, view] = board.terminals;
    expect(view && cardOf(view).state).toBe(state);
  });

  test("a terminal that does not answer is away, and not free", () => {
    const [, card] = cardsOf(point({}, ["desk"]));
    expect([card?.state, card?.free]).toEqual(["away", false]);
  });

  test("the customer is seated at the desk's own terminal, else at the first free one", () => {
    expect(firstFree(cardsOf(point({})))?.id).toBe("desk");
    expect(firstFree(cardsOf(point({ desk: CONTACT })))?.id).toBe("kiosk");
    expect(firstFree(cardsOf(point({}, ["desk", "kiosk"])))?.id).toBe("room");
    expect(firstFree(cardsOf(point({}, ["desk", "kiosk", "room"])))).toBeNull();
    // Where something is left to do stands back.
    expect(firstFree(cardsOf(point({ desk: { ...CONTACT, state: "ended" } })))?.id).toBe("kiosk");
  });

  test("a contact moves to what is free, the private room first", () => {
    expect(targetsOf(cardsOf(point({ desk: CONTACT })), "desk").map(({ id }) => id)).toEqual(["room", "kiosk"]);
    expect(targetsOf(cardsOf(point({ desk: CONTACT, room: inCall }, ["kiosk"])), "desk")).toEqual([]);
  });

  test("a wait is told as a range, or that it is not known", () => {
    const queue = { place: 1, waiting: 1, at: ago(0), p50_s: 60, p80_s: 180 };
    expect(waitOf(queue, NOW)).toEqual({ key: "estimate.range", params: { low: 1, high: 3 } });
    expect(waitOf({ ...queue, at: null, p50_s: null, p80_s: null }, NOW).key).toBe("estimate.unknown");
    expect(waitOf({ ...queue, p50_s: null, p80_s: null }, NOW).key).toBe("estimate.unknown");
  });
});

describe("the draft", () => {
  const cards = cardsOf(point({}));
  const chosen = { ...EMPTY_DRAFT, service: "kela-asumistuki" };

  test("is sent with no more than a matter", () => {
    expect(problemOf(chosen, CATALOGUE, cards)).toBeNull();
    expect(requestOf(chosen, "kela-asumistuki", "desk", { now: NOW, language: "sv" })).toEqual({
      terminal: "desk",
      service: "kela-asumistuki",
      language: "sv",
      handoff: null,
      identity: "not_checked",
      interpreter: null,
      prepared_s: 0,
      visit: null,
      further: [],
    });
  });

  test("tells how long it was prepared, whole seconds and no more than four hours", () => {
    const prepared = (since: number) =>
      requestOf({ ...chosen, since }, "x", "desk", { now: NOW, language: "fi" }).prepared_s;
    expect(prepared(NOW - 74_600)).toBe(75);
    expect(prepared(NOW + 5000)).toBe(0);
    expect(prepared(NOW - 9 * 3_600_000)).toBe(4 * 3600);
  });

  test.each([
    ["no_matter", EMPTY_DRAFT, cards],
    ["not_offered", { ...chosen, service: "poliisi-passi" }, cards],
    ["not_offered", { ...chosen, service: "ulosotto-velat" }, cards],
    ["too_long", { ...chosen, note: { ...EMPTY_NOTE, what: "x".repeat(10_000) } }, cards],
    ["further_too_long", { ...chosen, further: [{ service: "x", what: "x".repeat(601) }] }, cards],
    ["no_terminal", chosen, cardsOf(point({ desk: CONTACT, room: inCall }, ["kiosk"]))],
    ["terminal_taken", { ...chosen, terminal: "desk" }, cardsOf(point({ desk: CONTACT }))],
  ] as const)("is kept: %s", (kind, draft, there) => {
    expect(problemOf(draft, CATALOGUE, there)?.kind).toBe(kind);
  });

  test("a chosen terminal stays chosen when it is taken: nobody is seated elsewhere in silence", () => {
    expect(terminalOf({ ...chosen, terminal: "desk" }, cardsOf(point({ desk: CONTACT })))?.id).toBe("desk");
  });

  test("without a catalogue there is no matter", () => {
    expect(problemOf(chosen, null, cards)?.kind).toBe("no_matter");
  });
});

describe("nothing that was written is lost", () => {
  const written = stateAfter(boards(point({})), READ, CHOSEN, WRITTEN);

  test.each<[string, readonly DeskEvent[]]>([
    [
      "by a refusal",
      [
        { type: "sent", place: CONNECTING },
        { type: "failed", place: CONNECTING, code: "terminal.busy" },
      ],
    ],
    ["by what keeps it", [{ type: "kept", problem: { kind: "no_terminal" } }]],
    ["by the boards", [boards(point({ desk: CONTACT, kiosk: inCall }, ["room"]))]],
    ["by a catalogue that cannot be read", [{ type: "catalogue_failed", point: MIKKELI.id, code: "offline" }]],
    ["by another matter", [{ type: "matter_left" }, { type: "matter_chosen", service: "vero-verokortti" }]],
    ["by looking at a contact", [{ type: "card_chosen", terminal: "desk", contact: "c1" }, { type: "looked_away" }]],
    ["by another terminal", [{ type: "card_chosen", terminal: "room", contact: null }]],
  ])("%s", (_by, events) => {
    const state = events.reduce(reduceDesk, written);
    expect(state.draft.note.what).toBe(NOTE.what);
    expect(hasText(state.draft)).toBe(true);
  });

  test("what was read before stays when it cannot be read again", () => {
    const state = reduceDesk(written, { type: "catalogue_failed", point: MIKKELI.id, code: "offline" });
    expect(state.reads.get(MIKKELI.id)).toEqual({ catalogue: CATALOGUE, failure: "offline" });
  });

  test("once it is sent it is gone, and the contact is looked at", () => {
    const state = reduceDesk(written, { type: "connected", contact: "c1", terminal: "desk" });
    expect(state.draft).toEqual(EMPTY_DRAFT);
    expect(state.shown).toEqual({ kind: "contact", contact: "c1", terminal: "desk", visit: null });
  });

  test("a note being amended stays while the boards change", () => {
    const state = stateAfter(
      boards(point({ desk: CONTACT })),
      { type: "amend_begun", contact: "c1", note: NOTE },
      { type: "amend_written", part: "tried", text: "Soitettu." },
      boards(point({ room: { ...CONTACT, handoff: null } })),
    );
    expect(state.amending?.note).toEqual({ ...NOTE, tried: "Soitettu." });
  });
});

describe("further matters", () => {
  const add = (service: string): DeskEvent => ({ type: "further_added", service });

  test("each once, none that is the first one, and no more than the server takes", () => {
    const many = Array.from({ length: FURTHER_MOST + 2 }, (_, number) => add(`s${number}`));
    const state = stateAfter(CHOSEN, add("kela-asumistuki"), add("s0"), ...many);
    expect(state.draft.further.map(({ service }) => service)).toEqual(["s0", "s1", "s2", "s3", "s4"]);
  });

  test("one that becomes the first is no further one", () => {
    expect(stateAfter(add("kela-asumistuki"), CHOSEN).draft.further).toEqual([]);
  });

  test("are written on and dropped", () => {
    const state = stateAfter(add("a"), add("b"), { type: "further_written", service: "b", what: "Kysyy." });
    expect(state.draft.further[1]).toEqual({ service: "b", what: "Kysyy." });
    expect(reduceDesk(state, { type: "further_dropped", service: "a" }).draft.further).toHaveLength(1);
  });
});

describe("what is looked at", () => {
  const looked = stateAfter(boards(point({ desk: CONTACT })), { type: "card_chosen", terminal: "desk", contact: "c1" });

  test("is followed to another terminal", () => {
    const state = reduceDesk(looked, boards(point({ room: CONTACT })));
    expect(state.shown).toMatchObject({ contact: "c1" });
  });

  test("is followed to the customer's next matter", () => {
    const seen = reduceDesk(looked, boards(point({ desk: inCall })));
    const state = reduceDesk(seen, boards(point({ desk: { ...CONTACT, id: "c2" } })));
    expect(state.shown).toMatchObject({ contact: "c2", visit: "v1" });
  });

  test("of another customer's contact at the same terminal nothing is shown in its place", () => {
    const seen = reduceDesk(looked, boards(point({ desk: inCall })));
    const state = reduceDesk(seen, boards(point({ desk: { ...CONTACT, id: "c2", visit: "v2" } })));
    expect(state.shown).toMatchObject({ contact: "c1" });
  });
});

describe("finishing tasks", () => {
  test("are ticked while the contact is on the board", () => {
    const done: DeskEvent = { type: "ticked", contact: "c1", task: "copy", done: true };
    const state = stateAfter(boards(point({ desk: CONTACT })), done);
    expect(state.ticked.get("c1")).toEqual(new Set(["copy"]));
    expect(reduceDesk(state, { ...done, done: false }).ticked.get("c1")).toEqual(new Set());
    expect(reduceDesk(state, boards(point({}))).ticked.size).toBe(0);
  });
});
