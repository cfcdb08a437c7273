import type { ContactOutcome } from "@palvelurinki/call_kit";
import { describe, expect, it } from "vitest";
import { call, contact, endedCall, endedContact, snapshot, toContinue } from "../fixtures/contact";
import { Run } from "../fixtures/run";
import {
  endingOf,
  GOODBYE_FAILED,
  GOODBYE_SERVED,
  GOODBYE_SHORT,
  IDLE_AFTER,
  IDLE_COUNTDOWN,
  LEAVING_PATIENCE,
  PLACE_KEPT_FOR,
  wantsMedia,
} from "./state";

const waiting = (): Run =>
  Run.atDevices()
    .do({ type: "connect" })
    .session(snapshot(contact("waiting")));
const inCall = (): Run => waiting().session(snapshot(contact("in_call"), call()));

function ending(run: Run): string | null {
  const { stage } = run.state.visit;
  return stage.kind === "goodbye" ? endingOf(stage) : null;
}

describe("waiting", () => {
  it("begins with the live contact, whatever was on the screen", () => {
    const run = Run.atDevices()
      .do({ type: "connect" }, { type: "ask_help" })
      .session(snapshot(contact("waiting")));
    expect(run.screen).toBe("waiting");
    expect(run.state.visit.dialog).toBeNull();
    expect(wantsMedia(run.state)).toBe(true);
  });

  it.each(["waiting", "held", "offered"] as const)("shows a contact that is %s", (state) => {
    const run = waiting().session(snapshot(contact(state, { queue: { place: 1 } })));
    expect(run.screen).toBe("waiting");
    expect(run.state.visit.stage).toMatchObject({ contact: { state, queue: { place: 1 } } });
    expect(run.effects).toEqual([]);
  });

  it("is never idle", () => {
    expect(waiting().wait(IDLE_AFTER * 10).screen).toBe("waiting");
  });

  it("keeps an open help through a change of the place", () => {
    const run = waiting()
      .do({ type: "ask_help" })
      .session(snapshot(contact("waiting", { queue: { place: 1 } })));
    expect(run.state.visit.dialog).toBe("help");
  });

  it("tells the server of another language, once", () => {
    const run = waiting().do({ type: "change_language", language: "sv" });
    expect(run.effects).toEqual([{ do: "set_language", contact: "contact-1", language: "sv" }]);
    expect(run.do({ type: "change_language", language: "sv" }).effects).toEqual([]);
    run.do({
      type: "command_refused",
      command: "set_language",
      about: null,
      problem: { code: "state.refused", opensAt: null, closing: false },
    });
    expect(run.state.visit).toMatchObject({ language: "sv", problem: null });
  });

  it.each(["leave", "back", "start_over"] as const)("asks once before leaving (%s)", (type) => {
    const run = waiting().do({ type });
    expect(run.state.visit.dialog).toBe("leave");
    expect(run.effects).toEqual([]);
    run.do({ type: "close_dialog" });
    expect(run.screen).toBe("waiting");
    run.do({ type }, { type: "confirm" });
    expect(run.effects).toEqual([{ do: "leave_contact", contact: "contact-1" }]);
    expect(run.state.visit).toMatchObject({ dialog: null, stage: { leavingSince: run.now } });
    expect(run.do({ type }).state.visit.dialog).toBeNull();
    expect(run.do({ type: "confirm" }).effects).toEqual([]);
    run.session(snapshot(endedContact("customer_left")));
    expect(ending(run)).toBe("left");
  });

  it("says when leaving was refused, and stays", () => {
    const run = waiting().do(
      { type: "leave" },
      { type: "confirm" },
      {
        type: "command_refused",
        command: "leave_contact",
        about: null,
        problem: { code: "internal", opensAt: null, closing: false },
      },
    );
    expect(run.state.visit).toMatchObject({ problem: { code: "internal" }, stage: { leavingSince: null } });
  });

  it("lets the customer go at once when the server is out of reach", () => {
    const run = waiting()
      .session(snapshot(contact("waiting")), "offline")
      .do({ type: "leave" }, { type: "confirm" });
    expect(run.effects).toEqual([{ do: "leave_contact", contact: "contact-1" }]);
    expect(ending(run)).toBe("left");
  });

  it("keeps the place on the screen through a break, and gives it up when the break is long", () => {
    const run = waiting().session(snapshot(contact("waiting")), "offline");
    expect(run.wait(PLACE_KEPT_FOR - 500).screen).toBe("waiting");
    expect(run.wait(500).screen).toBe("goodbye");
    expect(ending(run)).toBe("terminal_lost");
    // It was there after all.
    expect(run.session(snapshot(contact("waiting"))).screen).toBe("waiting");
  });

  it("confirms nothing when there is nothing to confirm", () => {
    expect(Run.ready().do({ type: "confirm" }).effects).toEqual([]);
    expect(Run.ready().do({ type: "leave" }).state.visit.dialog).toBeNull();
    expect(waiting().do({ type: "ask_help" }, { type: "confirm" }).effects).toEqual([]);
  });
});

describe("leaving", () => {
  it("turns camera and microphone off as soon as the customer leaves, and lets go when the server takes long", () => {
    const run = waiting().do({ type: "leave" }, { type: "confirm" });
    expect(wantsMedia(run.state)).toBe(false);
    expect(run.wait(LEAVING_PATIENCE - 500).screen).toBe("waiting");
    expect(run.wait(500).screen).toBe("goodbye");
    expect(ending(run)).toBe("left");
  });

  it("shows nobody a contact that was left and of which the server has not heard yet", () => {
    const run = waiting().do({ type: "leave" }, { type: "confirm" });
    const told = { repeating: true, left: "contact-1" };
    run.session(snapshot(contact("waiting")), "online", told);
    expect(run.screen).toBe("waiting");
    run.wait(LEAVING_PATIENCE).session(snapshot(contact("waiting", { queue: { place: 1 } })), "online", told);
    expect(run.screen).toBe("goodbye");
    run.wait(GOODBYE_SHORT).session(snapshot(contact("in_call"), call()), "online", told);
    expect(run.screen).toBe("language");
    run.session(snapshot(toContinue()), "online", told);
    expect(run.screen).toBe("language");
    // The next customer's own contact is another one.
    run.session(snapshot(contact("waiting", { id: "contact-2" })), "online", told);
    expect(run.screen).toBe("waiting");
  });

  it("goes on when the server says that it was not left after all", () => {
    const run = waiting().do({ type: "leave" }, { type: "confirm" }).wait(LEAVING_PATIENCE);
    run.session(snapshot(contact("waiting")), "online", { left: "contact-1" });
    expect(run.screen).toBe("goodbye");
    run.session(snapshot(contact("waiting")));
    expect(run.screen).toBe("waiting");
  });

  it("takes no notice of what is refused about a contact that it has done with", () => {
    const problem = { code: "internal", opensAt: null, closing: false };
    const run = waiting().do(
      { type: "leave" },
      { type: "confirm" },
      { type: "command_refused", command: "leave_contact", about: "contact-0", problem },
    );
    expect(run.state.visit).toMatchObject({ problem: null, stage: { leavingSince: run.now } });
    run.do({ type: "command_refused", command: "leave_contact", about: "contact-1", problem });
    expect(run.state.visit).toMatchObject({ problem, stage: { leavingSince: null } });
  });
});

describe("the call", () => {
  it("opens with a signal when the expert answers, over any question", () => {
    const run = waiting()
      .do({ type: "leave" })
      .session(snapshot(contact("in_call"), call()));
    expect(run.screen).toBe("call");
    expect(run.effects).toEqual([{ do: "chime" }]);
    expect(run.state.visit).toMatchObject({ dialog: null, stage: { answeredAt: run.now } });
    expect(run.session(snapshot(contact("in_call"), call())).effects).toEqual([]);
  });

  it("asks once before hanging up, and hangs the call up", () => {
    const run = inCall().do({ type: "hang_up" });
    expect(run.state.visit.dialog).toBe("hang_up");
    expect(run.do({ type: "confirm" }).effects).toEqual([{ do: "leave_call", call: "call-1" }]);
    expect(inCall().do({ type: "back" }).state.visit.dialog).toBe("hang_up");
    expect(inCall().do({ type: "start_over" }).state.visit.dialog).toBe("hang_up");
  });

  it("ends for the customer when they hang up, whatever the server says", () => {
    const run = inCall().do({ type: "hang_up" }, { type: "confirm" });
    expect(wantsMedia(run.state)).toBe(false);
    const told = { repeating: true, left: "call-1" };
    run.session(snapshot(contact("in_call"), call()), "online", told).wait(LEAVING_PATIENCE);
    expect(run.screen).toBe("goodbye");
    run.session(snapshot(contact("in_call"), call()), "online", told);
    expect(run.screen).toBe("goodbye");
    expect(wantsMedia(run.state)).toBe(false);
  });

  it("is not entered by who has just left the queue", () => {
    const run = waiting()
      .do({ type: "leave" }, { type: "confirm" })
      .session(snapshot(contact("in_call"), call()), "online", { left: "contact-1" });
    expect(run.effects).toEqual([]);
    expect(wantsMedia(run.state)).toBe(false);
  });

  it("leaves the contact when the call itself is not known yet", () => {
    const run = waiting()
      .session(snapshot(contact("in_call")))
      .do({ type: "hang_up" }, { type: "confirm" });
    expect(run.effects).toEqual([{ do: "leave_contact", contact: "contact-1" }]);
  });

  it("turns sound and picture off and on", () => {
    const run = inCall().do({ type: "set_sound", on: false }, { type: "set_picture", on: false });
    expect(run.state.visit).toMatchObject({ muted: true, shutter: true });
    run.do({ type: "set_sound", on: true }, { type: "set_picture", on: true });
    expect(run.state.visit).toMatchObject({ muted: false, shutter: false });
  });

  it("tells the expert of a change of language", () => {
    const run = inCall().do({ type: "change_language", language: "en" });
    expect(run.state.visit.language).toBe("en");
    expect(run.effects).toEqual([{ do: "set_language", contact: contact("in_call").id, language: "en" }]);
  });

  it("goes on without the server", () => {
    expect(
      inCall()
        .session(snapshot(contact("in_call"), call()), "offline")
        .wait(PLACE_KEPT_FOR * 2).screen,
    ).toBe("call");
  });
});

describe("the goodbye", () => {
  it.each([
    ["served", "served", "served", GOODBYE_SERVED],
    ["call_failed", "interrupted", "interrupted", GOODBYE_FAILED],
    ["call_failed", "not_connected", "not_connected", GOODBYE_FAILED],
    ["terminal_lost", null, "terminal_lost", GOODBYE_FAILED],
    ["customer_left", null, "left", GOODBYE_SHORT],
  ] as const)("of %s (%s) says %s and goes back to the start by itself", (outcome, callOutcome, expected, length) => {
    const run = inCall().session(snapshot(endedContact(outcome), callOutcome && endedCall(callOutcome)));
    expect(run.screen).toBe("goodbye");
    expect(ending(run)).toBe(expected);
    expect(wantsMedia(run.state)).toBe(false);
    expect(run.wait(length - 500).screen).toBe("goodbye");
    expect(run.wait(500).screen).toBe("language");
    expect(run.state.visit).toEqual({ ...Run.ready().state.visit, touchedAt: run.now });
  });

  it("learns how the call ended also when that is told after the contact's end", () => {
    const run = inCall().session(snapshot(endedContact("call_failed"), call()));
    expect(ending(run)).toBe("not_connected");
    expect(ending(run.session(snapshot(endedContact("call_failed"), endedCall("interrupted"))))).toBe("interrupted");
    expect(ending(run.session(snapshot(endedContact("call_failed"), endedCall("not_connected", "other"))))).toBe(
      "interrupted",
    );
  });

  it("stops counting when asked, and then is idle like any screen", () => {
    const run = inCall()
      .session(snapshot(endedContact("served"), endedCall("served")))
      .do({ type: "stop_countdown" });
    expect(run.wait(IDLE_AFTER - 500).screen).toBe("goodbye");
    expect(run.wait(500).screen).toBe("idle");
    expect(run.do({ type: "stay" }).screen).toBe("goodbye");
    expect(run.wait(IDLE_AFTER + IDLE_COUNTDOWN).screen).toBe("language");
  });

  it("stops no countdown elsewhere", () => {
    expect(Run.ready().do({ type: "stop_countdown" }).screen).toBe("language");
  });

  it("goes to the start at once when asked, and not one step back", () => {
    const run = inCall().session(snapshot(endedContact("served"), endedCall("served")));
    expect(run.do({ type: "back" }).screen).toBe("goodbye");
    expect(run.do({ type: "start_over" }).screen).toBe("language");
    // The ended contact is still in the server's view.
    expect(run.session(snapshot(endedContact("served"), endedCall("served"))).screen).toBe("language");
  });

  it("tries again with a new contact for the same matter", () => {
    const run = inCall()
      .session(snapshot(endedContact("call_failed"), endedCall("not_connected")))
      .do({ type: "try_again" });
    expect(run.effects).toEqual([
      { do: "ready_chime" },
      { do: "request_contact", service: "kela-asumistuki", language: "fi", proven: false, visit: "contact-1" },
    ]);
    expect(run.screen).toBe("devices");
    expect(wantsMedia(run.state)).toBe(true);
    expect(run.session(snapshot(endedContact("call_failed"), endedCall("not_connected"))).screen).toBe("devices");
    expect(run.session(snapshot(contact("waiting", { id: "contact-2" }))).screen).toBe("waiting");
  });
});

describe("after a reload", () => {
  it("comes back to the call, without the signal", () => {
    const run = new Run()
      .session(snapshot(toContinue()))
      .do({ type: "continue_contact" })
      .session(snapshot(contact("in_call"), call()));
    expect(run.screen).toBe("call");
    expect(run.effects).toEqual([]);
    expect(run.state.visit.stage).toMatchObject({ answeredAt: null });
  });

  it.each(["served", "call_failed", "customer_left", "terminal_lost", "ring_closed"] satisfies ContactOutcome[])(
    "takes no notice of a contact that ended before (%s)",
    (outcome) => {
      const run = new Run().session(snapshot(endedContact(outcome), endedCall("served")));
      expect(run.screen).toBe("language");
    },
  );
});
