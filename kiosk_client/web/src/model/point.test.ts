/** What the service point adds: the advisor beside the customer, moves, visits with several matters, and the end. */

import type { CustomerSideView, FurtherView } from "@palvelurinki/call_kit";
import { describe, expect, it } from "vitest";
import { CONTACT, call, contact, endedCall, endedContact, matter, snapshot, toContinue } from "../fixtures/contact";
import { Run } from "../fixtures/run";
import { type AdvisorTold, advisorTold, GONE_SHOWN } from "./advisor";
import { GOODBYE_RATED, GOODBYE_SERVED, IDLE_AFTER, IDLE_COUNTDOWN, MOVED_SHOWN, newVisit, wantsMedia } from "./state";

const TRACES = /K3QF-7XW2|contact-1|call-1/;
const NOTED = "2026-11-25T07:31:00Z";
const waiting = (situation: Partial<CustomerSideView> = {}): Run =>
  Run.atDevices()
    .do({ type: "connect" })
    .session(snapshot(contact("waiting", { situation })));
const show = (run: Run, situation: Partial<CustomerSideView>): Run =>
  run.session(snapshot(contact("waiting", { situation })));
const told = ({ state, now }: Run): AdvisorTold | null => {
  const { stage } = state.visit;
  return stage.kind === "live" ? advisorTold(stage, now) : null;
};
const served = (situation: Partial<CustomerSideView> = {}): Run =>
  waiting()
    .session(snapshot(contact("in_call"), call()))
    .session(snapshot(endedContact("served", CONTACT, situation), endedCall("served")));
const inheritance: FurtherView = {
  id: "contact-2",
  service: { id: "vero-perinto", names: { fi: "Perintövero", sv: "Arvsskatt", en: "Inheritance tax" } },
  provider: { id: "verohallinto", names: { fi: "Verohallinto", sv: "Skatteförvaltningen", en: "Tax Administration" } },
  asked_at: NOTED,
};

describe("a contact that the advisor connects", () => {
  it("comes to the start screen by itself, in its language, and opens the camera", () => {
    const run = Run.ready().session(snapshot(contact("waiting", { language: "sv", situation: { by_advisor: true } })));
    expect(run.screen).toBe("waiting");
    expect(run.state.visit.language).toBe("sv");
    expect(wantsMedia(run.state)).toBe(true);
    expect(run.effects).toEqual([]);
  });

  it("leaves nothing of whoever had begun something before", () => {
    const run = Run.ready().do(
      { type: "start", language: "en" },
      { type: "write_query", query: "velat" },
      { type: "toggle_contrast" },
    );
    run.session(snapshot(contact("waiting", { situation: { by_advisor: true } })));
    expect(run.state.visit).toMatchObject({ language: "fi", query: "", contrast: false, trail: [{ at: "language" }] });
  });

  it("keeps the screen's language when the contact's is none of the screens'", () => {
    const run = Run.ready().do({ type: "change_language", language: "sv" });
    run.session(snapshot(contact("waiting", { language: "sme", situation: { by_advisor: true } })));
    expect(run.state.visit.language).toBe("sv");
    expect(run.effects).toEqual([]);
  });

  it("takes over from the goodbye of the one before", () => {
    const run = served().do({ type: "toggle_large" });
    run.session(snapshot(contact("waiting", { id: "contact-9", situation: { by_advisor: true } })));
    expect(run.screen).toBe("waiting");
    expect(run.state.visit).toMatchObject({ large: false, stage: { before: null, visit: "contact-9" } });
  });
});

describe("asking for the advisor", () => {
  it("takes one press, is shown at once, and is not asked twice", () => {
    const run = waiting().do({ type: "ask_help" });
    expect(run.effects).toEqual([{ do: "call_advisor", contact: CONTACT, wanted: true }]);
    expect(run.state.visit.dialog).toBe("help");
    expect(told(run)).toEqual({ kind: "called", by: "customer" });
    expect(run.do({ type: "close_dialog" }, { type: "ask_help" }).effects).toEqual([]);
    expect(told(show(run, { called: { by: "customer", at: NOTED } }))).toEqual({ kind: "called", by: "customer" });
    expect(run.do({ type: "ask_help" }).effects).toEqual([]);
  });

  it("can be taken back, and asked again", () => {
    const run = waiting({ called: { by: "customer", at: NOTED } }).do({ type: "ask_help" }, { type: "take_help_back" });
    expect(run.effects).toEqual([{ do: "call_advisor", contact: CONTACT, wanted: false }]);
    expect(run.state.visit.dialog).toBeNull();
    expect(told(run)).toBeNull();
    expect(told(show(run, {}))).toBeNull();
    expect(run.do({ type: "ask_help" }).effects).toEqual([{ do: "call_advisor", contact: CONTACT, wanted: true }]);
  });

  it("says that the expert has asked for them", () => {
    expect(told(waiting({ called: { by: "expert", at: NOTED } }))).toEqual({ kind: "called", by: "expert" });
  });

  it("is answered when they come, and says when they have gone", () => {
    const run = waiting().do({ type: "ask_help" });
    show(run, { attending_since: NOTED });
    expect(told(run)).toEqual({ kind: "here" });
    expect(run.state.visit.dialog).toBeNull();
    expect(run.do({ type: "ask_help" }).effects).toEqual([]);
    expect(told(show(run, {}))).toEqual({ kind: "gone" });
    expect(run.do({ type: "ask_help" }).effects).toEqual([{ do: "call_advisor", contact: CONTACT, wanted: true }]);
    expect(told(run.do({ type: "take_help_back" }))).toEqual({ kind: "gone" });
    expect(told(show(run.wait(GONE_SHOWN), {}))).toBeNull();
  });

  it("says when it was refused, and may be tried again", () => {
    const problem = { code: "rate.exceeded", opensAt: null, closing: false };
    const run = waiting().do({ type: "ask_help" });
    run.do({ type: "command_refused", command: "call_advisor", about: CONTACT, problem });
    expect(run.state.visit.problem).toEqual(problem);
    expect(told(run)).toBeNull();
    expect(run.do({ type: "ask_help" }).effects).toHaveLength(1);
    expect(run.state.visit.problem).toBeNull();
  });

  it("asks nobody through the server where there is no contact", () => {
    expect(Run.ready().do({ type: "ask_help" }).effects).toEqual([]);
    expect(served().do({ type: "ask_help" }).effects).toEqual([]);
    expect(Run.ready().do({ type: "take_help_back" }).effects).toEqual([]);
    const leaving = waiting().do({ type: "leave" }, { type: "confirm" });
    expect(leaving.do({ type: "ask_help" }).effects).toEqual([]);
  });
});

describe("a contact that is moved", () => {
  it("leaves this terminal at once, with a word of where it goes on, and nothing of the customer", () => {
    const run = waiting().do({ type: "set_picture", on: false }, { type: "change_language", language: "sv" });
    run.session(snapshot());
    expect(run.screen).toBe("moved");
    expect(wantsMedia(run.state)).toBe(false);
    expect(run.state.visit).toEqual({
      ...newVisit(run.now),
      language: "sv",
      stage: { kind: "moved", until: run.now + MOVED_SHOWN },
    });
    expect(run.wait(MOVED_SHOWN).screen).toBe("language");
    expect(run.state.visit.language).toBe("fi");
  });

  it("leaves in a call too, also when an older contact is what the server shows then", () => {
    const run = waiting().session(snapshot(contact("in_call"), call()));
    run.session(snapshot(endedContact("served", "older"), endedCall("served", "older")));
    expect(run.screen).toBe("moved");
    expect(run.state.snapshot).toEqual(snapshot());
  });

  it("is none when the customer was leaving anyway", () => {
    const run = waiting().do({ type: "leave" }, { type: "confirm" }).session(snapshot());
    expect(run.screen).toBe("goodbye");
  });

  it("comes to the other terminal at once, in the call", () => {
    const run = Run.ready().session(snapshot(contact("in_call", { language: "en" }), call()));
    expect(run.screen).toBe("call");
    expect(wantsMedia(run.state)).toBe(true);
    expect(run.state.visit.language).toBe("en");
    expect(run.effects).toEqual([]);
  });

  it("makes room for the next customer when somebody presses", () => {
    expect(waiting().session(snapshot()).do({ type: "start_over" }).screen).toBe("language");
    const next = waiting().session(snapshot());
    expect(next.session(snapshot(contact("waiting", { id: "contact-7" }))).screen).toBe("waiting");
  });

  it("goes also while the page asks whether it goes on", () => {
    const run = new Run().session(snapshot(toContinue())).session(snapshot());
    expect(run.screen).toBe("moved");
  });
});

describe("a visit with several matters", () => {
  it("goes over to the next one by itself, for the same customer", () => {
    const run = waiting({ further: [inheritance] }).do({ type: "toggle_contrast" }, { type: "set_picture", on: false });
    run.session(snapshot(contact("in_call", { situation: { further: [inheritance] } }), call()));
    run.session(snapshot(contact("waiting", { id: "contact-2" })));
    expect(run.screen).toBe("waiting");
    expect(run.state.visit).toMatchObject({
      contrast: true,
      shutter: true,
      stage: { visit: CONTACT, before: { reference: "K3QF-7XW2", service: { id: "kela-asumistuki" } } },
    });
    expect(run.session(snapshot(endedContact("served", "contact-2"))).state.visit.stage).toMatchObject({
      visit: CONTACT,
    });
  });

  it("goes over from the goodbye as well", () => {
    const run = served({ further: [inheritance] });
    run.session(snapshot(contact("waiting", { id: "contact-2" })));
    expect(run.state.visit.stage).toMatchObject({ visit: CONTACT, before: { provider: { id: "kela" } } });
  });

  it("begins another at the customer's wish, as the same visit", () => {
    const run = served().do({ type: "change_language", language: "en" }, { type: "another_matter" });
    expect(run.screen).toBe("need");
    expect(run.state.visit).toMatchObject({ language: "en", visit: CONTACT, query: "" });
    expect(run.effects).toEqual([{ do: "load_catalogue" }]);
    run.do({ type: "open_service", service: "vero-perinto" }, { type: "continue_to_devices" });
    run.do({ type: "devices_changed", devices: { kind: "ready" } }, { type: "connect" });
    expect(run.effects[1]).toMatchObject({ do: "request_contact", service: "vero-perinto", visit: CONTACT });
    run.session(snapshot(contact("waiting", { id: "contact-3" })));
    expect(run.state.visit.stage).toMatchObject({ visit: CONTACT, before: null });
    expect(Run.ready().do({ type: "another_matter" }).screen).toBe("language");
  });

  it("is over when the customer goes: the next one begins a visit of their own", () => {
    const run = served().do({ type: "another_matter" }, { type: "start_over" });
    expect(run.state.visit).toEqual(newVisit(run.now));
  });
});

describe("the end", () => {
  it("shows what was agreed as it comes, and stays long enough for it to be read", () => {
    const run = served().wait(GOODBYE_SERVED - 2000);
    expect(run.state.visit.stage).toMatchObject({
      about: { provider: matter.provider },
      situation: { conclusion: null },
    });
    const conclusion = { resolution: "started", follow_ups: ["bring_documents"] } as const;
    run.session(snapshot(endedContact("served", CONTACT, { conclusion: { ...conclusion, follow_ups: [] } })));
    expect(run.state.visit.stage).toMatchObject({ until: run.now + GOODBYE_SERVED, length: GOODBYE_SERVED });
    run.wait(3000).session(snapshot(endedContact("served", CONTACT, { rated: true })));
    expect(run.wait(GOODBYE_SERVED - 3500).screen).toBe("goodbye");
    expect(run.wait(500).screen).toBe("language");
  });

  it("asks how it went by one press, once, and thanks", () => {
    const run = served()
      .wait(GOODBYE_SERVED - 5000)
      .do({ type: "rate", satisfaction: 4 });
    expect(run.effects).toEqual([{ do: "rate_contact", contact: CONTACT, satisfaction: 4 }]);
    expect(run.state.visit.stage).toMatchObject({ rating: 4, until: run.now + GOODBYE_RATED });
    expect(run.do({ type: "rate", satisfaction: 1 }).effects).toEqual([]);
    expect(served({ rated: true }).do({ type: "rate", satisfaction: 1 }).effects).toEqual([]);
    expect(Run.ready().do({ type: "rate", satisfaction: 5 }).effects).toEqual([]);
  });

  it("lets the customer say it again when it did not come through, unless it had", () => {
    const refused = (code: string): Run =>
      served().do(
        { type: "rate", satisfaction: 2 },
        {
          type: "command_refused",
          command: "rate_contact",
          about: CONTACT,
          problem: { code, opensAt: null, closing: false },
        },
      );
    expect(refused("offline").state.visit).toMatchObject({ problem: { code: "offline" }, stage: { rating: null } });
    expect(refused("contact.rated").state.visit).toMatchObject({ problem: null, stage: { rating: 2 } });
  });

  it("stays while somebody reads, and goes by itself when nobody is left", () => {
    const run = served().do({ type: "stop_countdown" }, { type: "rate", satisfaction: 5 });
    expect(run.state.visit.stage).toMatchObject({ until: null });
    expect(run.wait(IDLE_AFTER - 500).screen).toBe("goodbye");
    expect(run.wait(IDLE_COUNTDOWN + 1000).screen).toBe("language");
  });

  it("leaves nothing of the customer, also not of what the server told", () => {
    const run = served({ conclusion: { resolution: "settled", follow_ups: [] } }).do({ type: "rate", satisfaction: 5 });
    run.do({ type: "start_over" });
    expect(run.state.visit).toEqual(newVisit(run.now));
    expect(JSON.stringify(run.state)).not.toContain("K3QF-7XW2");
    // The server shows the terminal's latest contact for as long as there is no other.
    run.session(snapshot(endedContact("served", CONTACT), endedCall("served")));
    expect(JSON.stringify(run.state)).not.toMatch(TRACES);
    expect(run.screen).toBe("language");
  });
});
