import { describe, expect, it } from "vitest";
import { contact, snapshot } from "../fixtures/contact";
import { Run } from "../fixtures/run";
import type { Access } from "./access";
import { clockOf } from "./clock";
import { IDLE_AFTER, IDLE_COUNTDOWN, wantsMedia } from "./state";

const ASKING: Access = { kind: "asking", trouble: null, demo: false };

const shutOut = (access: Access): Run =>
  Run.ready().session(snapshot(), "signed_out").do({ type: "access_changed", access });

describe("a device that is not let in", () => {
  it.each([
    [{ kind: "open" }, "starting"],
    [ASKING, "enrolment"],
    [
      { kind: "enrolling", code: "A", fingerprint: "B", expiresAt: 0, length: 1, trouble: null, demo: false },
      "enrolment",
    ],
    [{ kind: "stopped", why: "revoked" }, "key_stopped"],
    [{ kind: "unable", why: "storage" }, "no_key"],
  ] as const)("shows why: %o", (access, screen) => {
    expect(shutOut(access).screen).toBe(screen);
  });

  it("goes back to the services when it is let in", () => {
    const run = shutOut(ASKING).do({ type: "access_changed", access: { kind: "open" } });
    expect(run.session(snapshot(), "connecting").session(snapshot()).screen).toBe("language");
  });

  it("shows nothing of its key while the service is there", () => {
    expect(Run.ready().do({ type: "access_changed", access: ASKING }).screen).toBe("language");
  });

  it("says that its key is closed also when another one took over, for that is how a copy is found", () => {
    const run = Run.ready().session(snapshot(), "superseded");
    expect(run.screen).toBe("superseded");
    expect(run.do({ type: "access_changed", access: { kind: "stopped", why: "quarantined" } }).screen).toBe(
      "key_stopped",
    );
  });

  it("keeps nothing of a customer, and lets the camera go", () => {
    const run = Run.atDevices()
      .do({ type: "connect" })
      .session(snapshot(contact("waiting")));
    expect(wantsMedia(run.state)).toBe(true);
    run.session(snapshot(contact("waiting")), "signed_out");
    expect(wantsMedia(run.state)).toBe(false);
    expect(run.state.visit.trail).toEqual([{ at: "language" }]);
    expect(run.state.visit.stage).toEqual({ kind: "choosing", askedAt: null });
  });

  it("keeps the language of whoever installs it, however long they take", () => {
    const run = shutOut(ASKING).do({ type: "change_language", language: "sv" }, { type: "toggle_contrast" });
    run.wait(IDLE_AFTER + IDLE_COUNTDOWN + 5000);
    expect(run.screen).toBe("enrolment");
    expect(run.state.visit).toMatchObject({ language: "sv", contrast: true, idleUntil: null });
  });

  it("begins with a new key when somebody says so", () => {
    const run = shutOut({ kind: "stopped", why: "revoked" }).do({ type: "enrol_anew" });
    expect(run.effects).toEqual([{ do: "enrol_anew" }]);
  });
});

it("tells what is left as a clock", () => {
  expect([900_000, 61_001, 59_000, 400, 0, -5].map(clockOf)).toEqual(["15:00", "1:02", "0:59", "0:01", "0:00", "0:00"]);
});
