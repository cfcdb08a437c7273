import { catalogue } from "@palvelurinki/call_kit/testing/catalogue";
import { describe, expect, it } from "vitest";
import { snapshot } from "../fixtures/contact";
import { Run } from "../fixtures/run";
import { IDLE_AFTER, IDLE_COUNTDOWN, OFFLINE_PATIENCE, REQUEST_PATIENCE, wantsMedia } from "./state";

describe("finding the matter", () => {
  it("begins with the language and goes on to the need, with fresh opening hours", () => {
    const run = Run.ready();
    expect(run.screen).toBe("language");
    run.do({ type: "start", language: "sv" });
    expect(run.screen).toBe("need");
    expect(run.state.visit.language).toBe("sv");
    expect(run.effects).toEqual([{ do: "load_catalogue" }]);
  });

  it("goes by provider and service to the matter, and back the same way", () => {
    const run = Run.ready().do(
      { type: "start", language: "fi" },
      { type: "open_providers" },
      { type: "turn_page", page: 1 },
      { type: "open_provider", provider: "kela" },
      { type: "turn_page", page: 1 },
      { type: "open_service", service: "kela-matkat" },
    );
    expect(run.screen).toBe("matter");
    run.do({ type: "back" });
    expect(run.state.visit.trail.at(-1)).toEqual({ at: "services", provider: "kela", page: 1 });
    run.do({ type: "back" });
    expect(run.state.visit.trail.at(-1)).toEqual({ at: "providers", page: 1 });
    run.do({ type: "back" }, { type: "back" }, { type: "back" });
    expect(run.screen).toBe("language");
  });

  it("turns no page where there are none", () => {
    const run = Run.ready().do({ type: "start", language: "fi" });
    const { trail } = run.state.visit;
    expect(run.do({ type: "turn_page", page: 3 }).state.visit.trail).toEqual(trail);
  });

  it("keeps the words that were written when the customer comes back", () => {
    const run = Run.ready().do(
      { type: "start", language: "fi" },
      { type: "write_query", query: "vuokra" },
      { type: "open_service", service: "kela-asumistuki" },
      { type: "back" },
    );
    expect(run.screen).toBe("need");
    expect(run.state.visit.query).toBe("vuokra");
  });

  it("offers another matter from the beginning of the search", () => {
    const run = Run.ready().do(
      { type: "start", language: "fi" },
      { type: "write_query", query: "passi" },
      { type: "open_service", service: "poliisi-passi" },
      { type: "choose_another" },
    );
    expect(run.screen).toBe("need");
    expect(run.state.visit.query).toBe("");
  });

  it("goes to the mirror only from a matter, and asks for the camera anew", () => {
    const run = Run.ready().do({ type: "start", language: "fi" }, { type: "continue_to_devices" });
    expect(run.screen).toBe("need");
    run.do({ type: "open_service", service: "kela-asumistuki" }, { type: "continue_to_devices" });
    expect(run.screen).toBe("devices");
    expect(run.state.devices).toEqual({ kind: "opening" });
    expect(wantsMedia(run.state)).toBe(true);
    run.do({ type: "back" });
    expect(wantsMedia(run.state)).toBe(false);
  });

  it("changes language, contrast and size without losing the place", () => {
    const run = Run.ready().do(
      { type: "start", language: "fi" },
      { type: "open_service", service: "kela-asumistuki" },
      { type: "change_language", language: "en" },
      { type: "toggle_contrast" },
      { type: "toggle_large" },
    );
    expect(run.screen).toBe("matter");
    expect(run.state.visit).toMatchObject({ language: "en", contrast: true, large: true });
    expect(run.effects).toEqual([]);
    run.do({ type: "toggle_contrast" }, { type: "toggle_large" });
    expect(run.state.visit).toMatchObject({ contrast: false, large: false });
  });

  it("opens and closes the help over any screen", () => {
    const run = Run.ready().do({ type: "ask_help" });
    expect(run.state.visit.dialog).toBe("help");
    expect(run.do({ type: "close_dialog" }).state.visit.dialog).toBeNull();
  });

  it("forgets everything when starting over", () => {
    const run = Run.atDevices().do({ type: "toggle_contrast" }, { type: "ask_help" }, { type: "start_over" });
    expect(run.state.visit).toEqual(Run.ready().state.visit);
    expect(run.state.catalogue).toBe(catalogue);
  });

  it("opens the camera again when asked", () => {
    const run = Run.atDevices().do(
      { type: "devices_changed", devices: { kind: "none", cause: "denied" } },
      { type: "retry_media" },
    );
    expect(run.state.devices).toEqual({ kind: "opening" });
    expect(run.effects).toEqual([{ do: "reopen_media" }]);
  });
});

describe("asking for a contact", () => {
  it("asks once, in the language of the screen, and makes the signal ready", () => {
    const run = Run.atDevices().do({ type: "change_language", language: "en" }, { type: "connect" });
    expect(run.effects).toEqual([
      { do: "ready_chime" },
      { do: "request_contact", service: "kela-asumistuki", language: "en", proven: false, visit: null },
    ]);
    expect(run.state.visit.stage).toEqual({ kind: "choosing", askedAt: run.now });
    expect(run.do({ type: "connect" }).effects).toEqual([]);
  });

  it("stays where it is while it asks", () => {
    const run = Run.atDevices().do({ type: "connect" }, { type: "back" }, { type: "start_over" });
    expect(run.screen).toBe("devices");
    expect(run.wait(REQUEST_PATIENCE - 500).state.visit).toMatchObject({ idleUntil: null, problem: null });
  });

  it("asks no longer when no contact comes, and one may try again", () => {
    const run = Run.atDevices().do({ type: "connect" }).wait(REQUEST_PATIENCE);
    expect(run.state.visit).toMatchObject({ stage: { askedAt: null }, problem: { code: "internal" } });
    expect(run.do({ type: "connect" }).effects).toHaveLength(2);
  });

  it("asks from the mirror only", () => {
    expect(Run.ready().do({ type: "connect" }).effects).toEqual([]);
  });

  it("goes back to the matter when its ring has closed meanwhile, and looks the hours up", () => {
    const run = Run.atDevices().do(
      { type: "connect" },
      {
        type: "command_refused",
        command: "request_contact",
        about: null,
        problem: { code: "ring.closed", opensAt: "2026-11-26T07:00:00Z", closing: false },
      },
    );
    expect(run.screen).toBe("matter");
    expect(run.state.visit.problem?.code).toBe("ring.closed");
    expect(run.effects).toEqual([{ do: "load_catalogue" }]);
    expect(run.do({ type: "back" }).state.visit.problem).toBeNull();
  });

  it("says another refusal at the mirror, where one can try again", () => {
    const run = Run.atDevices().do(
      { type: "connect" },
      {
        type: "command_refused",
        command: "request_contact",
        about: null,
        problem: { code: "offline", opensAt: null, closing: false },
      },
    );
    expect(run.screen).toBe("devices");
    expect(run.state.visit.problem).toEqual({ code: "offline", opensAt: null, closing: false });
    expect(run.do({ type: "connect" }).state.visit.problem).toBeNull();
  });
});

describe("being left alone", () => {
  it("asks after a minute, counts down, and forgets", () => {
    const run = Run.atDevices().do({ type: "toggle_large" });
    expect(run.wait(IDLE_AFTER - 500).screen).toBe("devices");
    expect(run.wait(500).screen).toBe("idle");
    expect(run.wait(IDLE_COUNTDOWN - 500).screen).toBe("idle");
    expect(run.wait(500).screen).toBe("language");
    expect(run.state.visit.large).toBe(false);
  });

  it("goes on where it was when somebody is there", () => {
    const run = Run.atDevices().wait(IDLE_AFTER);
    expect(run.do({ type: "stay" }).screen).toBe("devices");
    expect(run.wait(IDLE_AFTER - 500).screen).toBe("devices");
  });

  it("counts from the latest touch", () => {
    const run = Run.ready()
      .do({ type: "start", language: "fi" })
      .wait(IDLE_AFTER - 500)
      .do({ type: "touch" });
    expect(run.wait(IDLE_AFTER - 500).screen).toBe("need");
  });

  it("closes an open dialog when it asks", () => {
    const run = Run.ready().do({ type: "start", language: "fi" }, { type: "ask_help" }).wait(IDLE_AFTER);
    expect(run.screen).toBe("idle");
    expect(run.state.visit.dialog).toBeNull();
  });

  it("makes the first screen as it was without asking", () => {
    const run = Run.ready().do({ type: "change_language", language: "sv" }, { type: "ask_help" }).wait(IDLE_AFTER);
    expect(run.screen).toBe("language");
    expect(run.state.visit).toMatchObject({ language: "fi", dialog: null });
  });
});

describe("a device in trouble", () => {
  it("starts quietly, and is out of order when the server does not answer", () => {
    const run = new Run();
    expect(run.screen).toBe("starting");
    run.session(null, "offline");
    expect(run.screen).toBe("starting");
    expect(run.wait(OFFLINE_PATIENCE).screen).toBe("out_of_order");
    expect(run.session(snapshot()).screen).toBe("language");
  });

  it("passes a short break over on the start screen, and comes back by itself from a long one", () => {
    const run = Run.ready().session(snapshot(), "offline");
    expect(run.screen).toBe("language");
    run.wait(2000).session(snapshot(), "connecting").wait(2000).session(snapshot(), "offline");
    expect(run.wait(OFFLINE_PATIENCE - 4000).screen).toBe("out_of_order");
    run.session(snapshot());
    expect(run.screen).toBe("language");
    expect(run.effects).toEqual([{ do: "load_catalogue" }]);
  });

  it("lets a customer who has begun go on choosing", () => {
    const run = Run.ready().do({ type: "start", language: "fi" }).session(snapshot(), "offline");
    expect(run.wait(OFFLINE_PATIENCE * 2).screen).toBe("need");
  });

  it("looks the services up every minute, and soon again when that failed", () => {
    const run = Run.ready();
    const loads = (ms: number): number => {
      let count = 0;
      for (let waited = 0; waited < ms; waited += 500) {
        count += run.wait(500).effects.filter((effect) => effect.do === "load_catalogue").length;
      }
      return count;
    };
    expect(loads(59_500)).toBe(0);
    expect(loads(500)).toBe(1);
    run.do({ type: "catalogue_failed" });
    expect(loads(5000)).toBe(1);
    run.session(snapshot(), "offline");
    expect(loads(120_000)).toBe(0);
  });

  it("says that it was opened elsewhere, lets the camera go, and takes over when asked", () => {
    const run = Run.atDevices().session(snapshot(), "superseded");
    expect(run.screen).toBe("superseded");
    expect(wantsMedia(run.state)).toBe(false);
    expect(run.do({ type: "take_over" }).effects).toEqual([{ do: "take_over" }]);
    expect(run.session(snapshot()).screen).toBe("devices");
  });
});
