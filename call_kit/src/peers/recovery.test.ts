import { describe, expect, it } from "vitest";
import { COURTESY_MS, OPENING_MS, RESTARTING_MS, Recovery, type RecoveryInput, SHAKY_MS } from "./recovery";

const connected = { kind: "connected" } as const;
const disconnected = { kind: "disconnected" } as const;
const failed = { kind: "failed" } as const;
const timer = { kind: "timer" } as const;
const down = { kind: "signalling", up: false } as const;
const up = { kind: "signalling", up: true } as const;

function recoveryAfter(...inputs: RecoveryInput[]): Recovery {
  const recovery = new Recovery(true);
  for (const input of inputs) {
    recovery.handle(input);
  }
  return recovery;
}

describe("a connection that does not come up", () => {
  it("is rebuilt when its time is up, a little later by the one who did not offer first", () => {
    expect(new Recovery(true).begin()).toEqual({ timer: OPENING_MS });
    expect(new Recovery(false).begin()).toEqual({ timer: OPENING_MS + COURTESY_MS });
    expect(new Recovery(true).handle(timer)).toEqual({ act: "rebuild", timer: null });
  });

  it("is rebuilt at once when it failed", () => {
    expect(new Recovery(true).handle(failed)).toEqual({ act: "rebuild", timer: null });
  });
});

describe("a connection that breaks", () => {
  it("is given three seconds to come back by itself", () => {
    const recovery = recoveryAfter(connected);
    expect(recovery.handle(disconnected)).toEqual({ timer: SHAKY_MS });
    expect(recovery.handle(connected)).toEqual({ timer: null });
    expect(recovery.state).toBe("fine");
  });

  it("then gets new ways, and if these do not help is rebuilt", () => {
    const recovery = recoveryAfter(connected, disconnected);
    expect(recovery.handle(timer)).toEqual({ act: "restart", timer: RESTARTING_MS });
    expect(recovery.handle(failed)).toEqual({});
    expect(recovery.rebuilding).toBe(false);
    expect(recovery.handle(timer)).toEqual({ act: "rebuild", timer: null });
    expect(recovery.rebuilding).toBe(true);
  });

  it("gets new ways at once when it failed", () => {
    expect(recoveryAfter(connected).handle(failed)).toMatchObject({ act: "restart" });
    expect(recoveryAfter(connected, disconnected).handle(failed)).toMatchObject({ act: "restart" });
  });

  it("is fine whenever it is connected again", () => {
    expect(recoveryAfter(connected, failed, connected).state).toBe("fine");
    expect(recoveryAfter(connected, failed, timer, connected).rebuilding).toBe(false);
  });
});

describe("while the signalling is down", () => {
  it("does nothing, and what was wanted once it is back", () => {
    const recovery = recoveryAfter(connected, down, disconnected);
    expect(recovery.handle(timer)).toEqual({ timer: null });
    expect(recovery.handle(up)).toMatchObject({ act: "restart" });
    expect(recovery.handle(up)).toEqual({});
  });

  it("does not count as rebuilding what it could not ask for", () => {
    const recovery = recoveryAfter(down, timer);
    expect(recovery.rebuilding).toBe(false);
    expect(recovery.handle(up)).toEqual({ act: "rebuild", timer: null });
    expect(recovery.rebuilding).toBe(true);
  });

  it("does nothing when the media came back by themselves", () => {
    expect(recoveryAfter(connected, down, failed, connected).handle(up)).toEqual({});
  });
});
