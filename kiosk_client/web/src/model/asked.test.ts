import { NOW } from "@palvelurinki/call_kit/testing/catalogue";
import { describe, expect, it } from "vitest";
import { CONTACT, call, contact, endedContact, snapshot, toContinue } from "../fixtures/contact";
import { Run } from "../fixtures/run";
import { endingOf, GOODBYE_FAILED, IDLE_AFTER, LEAVING_PATIENCE, wantsMedia } from "./state";

const asked = (): Run => new Run().session(snapshot(toContinue()));
const inCall = (): Run =>
  Run.atDevices()
    .do({ type: "connect" })
    .session(snapshot(contact("in_call"), call()));
const refused = (code: string) =>
  ({
    type: "command_refused",
    command: "continue_contact",
    about: null,
    problem: { code, opensAt: null, closing: false },
  }) as const;

function ending(run: Run): string | null {
  const { stage } = run.state.visit;
  return stage.kind === "goodbye" ? endingOf(stage) : null;
}

describe("a page that was loaded anew while a contact is under way", () => {
  it("asks whether it goes on, and opens neither camera nor call", () => {
    const run = asked();
    expect(run.screen).toBe("asked");
    expect(wantsMedia(run.state)).toBe(false);
    expect(run.effects.filter((effect) => effect.do !== "load_catalogue")).toEqual([]);
    expect(run.wait(IDLE_AFTER).screen).toBe("asked");
  });

  it("asks in the language that the customer had read, and lets it be changed", () => {
    const run = new Run().session(snapshot(toContinue({ language: "sv" })));
    expect(run.state.visit.language).toBe("sv");
    run.do({ type: "change_language", language: "en" });
    expect(run.effects).toEqual([]);
    run.session(snapshot(toContinue({ language: "sv" })));
    expect(run.state.visit.language).toBe("en");
    expect(new Run().session(snapshot(toContinue({ language: "sme" }))).state.visit.language).toBe("fi");
  });

  it("goes on where it was when the customer says so, and says in which language from now on", () => {
    const run = asked().do({ type: "change_language", language: "sv" }, { type: "continue_contact" });
    expect(run.effects).toEqual([{ do: "ready_chime" }, { do: "continue_contact", contact: CONTACT }]);
    expect(run.do({ type: "continue_contact" }).effects).toEqual([]);
    run.session(snapshot(contact("waiting")));
    expect(run.screen).toBe("waiting");
    expect(run.effects).toEqual([{ do: "set_language", contact: CONTACT, language: "sv" }]);
    expect(run.state.visit.language).toBe("sv");
  });

  it("goes back into the call with media", () => {
    const run = asked()
      .do({ type: "continue_contact" })
      .session(snapshot(contact("in_call"), call()));
    expect(run.screen).toBe("call");
    expect(wantsMedia(run.state)).toBe(true);
    expect(run.effects).toEqual([]);
  });

  it("starts over for another customer, with nothing left of the one before", () => {
    const run = asked().do({ type: "start_over" });
    expect(run.effects).toEqual([{ do: "ready_chime" }, { do: "leave_contact", contact: CONTACT }]);
    expect(run.screen).toBe("asked");
    run.session(snapshot(endedContact("customer_left")));
    expect(run.screen).toBe("language");
    expect(run.state.visit.stage).toEqual({ kind: "choosing", askedAt: null });
  });

  it("starts over soon, also when the server cannot hear of it yet", () => {
    const run = asked().do({ type: "start_over" });
    run.session(snapshot(toContinue()), "online", { repeating: true, left: CONTACT });
    expect(run.wait(LEAVING_PATIENCE - 500).screen).toBe("asked");
    expect(run.wait(500).screen).toBe("language");
    expect(run.session(snapshot(toContinue()), "online", { repeating: true, left: CONTACT }).screen).toBe("language");
  });

  it("counts down by this device's clock, from when the time became known", () => {
    const run = new Run().session(snapshot(toContinue({ until: null })));
    expect(run.state.visit.stage).toMatchObject({ until: null });
    run.wait(2000).session(snapshot(toContinue()));
    expect(run.state.visit.stage).toMatchObject({ until: NOW + 47_000, length: 45_000 });
    run.wait(2000).session(snapshot(toContinue()));
    expect(run.state.visit.stage).toMatchObject({ until: NOW + 47_000, length: 45_000 });
  });

  it("goes back to the start when the time runs out and nobody has said anything", () => {
    const run = asked()
      .wait(47_500)
      .session(snapshot(endedContact("terminal_lost")));
    expect(run.screen).toBe("language");
  });

  it("says so when it is over before anybody could answer, or just as they did", () => {
    const run = asked()
      .wait(5000)
      .session(snapshot(endedContact("call_failed")));
    expect(run.screen).toBe("goodbye");
    expect(ending(run)).toBe("too_late");
    expect(run.wait(GOODBYE_FAILED).screen).toBe("language");
    const pressed = asked()
      .wait(46_500)
      .do({ type: "continue_contact" })
      .session(snapshot(endedContact("terminal_lost")));
    expect(ending(pressed)).toBe("too_late");
    // The advisor has taken it to another terminal.
    expect(asked().session(snapshot(null)).screen).toBe("moved");
  });

  it("tells a refusal, and can be answered again", () => {
    const run = asked().do({ type: "continue_contact" }, refused("internal"));
    expect(run.state.visit).toMatchObject({ problem: { code: "internal" }, stage: { answer: null } });
    expect(run.do({ type: "continue_contact" }).effects).toHaveLength(2);
  });

  it("leaves nobody before it when the server is out of reach and the time is over", () => {
    const run = asked().session(snapshot(toContinue()), "offline").wait(50_000);
    expect(run.state.visit.stage.kind).toBe("choosing");
    expect(run.screen).toBe("out_of_order");
  });

  it("has nothing to go back to, and offers help", () => {
    expect(asked().do({ type: "back" }).screen).toBe("asked");
    expect(asked().do({ type: "ask_help" }).state.visit.dialog).toBe("help");
  });
});

describe("a page whose session the server had forgotten", () => {
  it("takes its own contact back by itself, once, and goes on showing it", () => {
    const run = inCall().session(snapshot(toContinue()));
    expect(run.effects).toEqual([{ do: "continue_contact", contact: CONTACT }]);
    expect(run.screen).toBe("call");
    expect(run.state.snapshot?.call).toEqual(call());
    expect(run.session(snapshot(toContinue())).effects).toEqual([]);
    run.session(snapshot(contact("in_call"), call()));
    expect(run.state.visit).toMatchObject({ takingBack: null, stage: { kind: "live" } });
  });

  it("asks for it again when it could not be heard", () => {
    const run = inCall().session(snapshot(toContinue())).do(refused("offline"));
    expect(run.state.visit.problem).toBeNull();
    expect(run.session(snapshot(toContinue())).effects).toEqual([{ do: "continue_contact", contact: CONTACT }]);
  });

  it("takes back what it has just asked for", () => {
    const run = Run.atDevices().do({ type: "connect" }).session(snapshot(toContinue()));
    expect(run.effects).toEqual([{ do: "continue_contact", contact: CONTACT }]);
  });

  it("knows nobody any more when another page has spoken for the device", () => {
    const run = inCall().session(snapshot(contact("in_call"), call()), "superseded");
    expect(run.screen).toBe("superseded");
    run.session(snapshot(toContinue()));
    expect(run.screen).toBe("asked");
    expect(run.effects.filter((effect) => effect.do === "continue_contact")).toEqual([]);
  });

  it("asks about a contact that is not its own", () => {
    expect(inCall().session(snapshot(toContinue({}, "contact-9"))).screen).toBe("asked");
  });
});
