import { describe, expect, it } from "vitest";
import type { LineFindings, PathFinding } from "./types";
import { networkOf, SLOW_MS, stepState, verdict } from "./verdict";

const proven = (roundTripMs = 20): PathFinding => ({ kind: "proven", roundTripMs });
const unopened: PathFinding = { kind: "broken", connected: false };
const halved: PathFinding = { kind: "broken", connected: true };
const refused: PathFinding = { kind: "refused" };
const unreachable: PathFinding = { kind: "unreachable" };
const good: LineFindings = {
  camera: "seen",
  microphone: "heard",
  loudspeaker: "heard",
  level: 0.4,
  echo: proven(),
  relay: proven(60),
};

it("a good line has nothing to be said of", () => {
  expect(verdict(good)).toEqual({ passed: true, faults: [], warnings: [], roundTripMs: 20, level: 0.4 });
});

describe("each finding that keeps from calling is a fault", () => {
  it.each([
    [{ camera: "missing" }, "camera_missing"],
    [{ camera: "denied" }, "camera_denied"],
    [{ camera: "dark" }, "camera_dark"],
    [{ microphone: "missing" }, "microphone_missing"],
    [{ microphone: "denied" }, "microphone_denied"],
    [{ microphone: "silent" }, "microphone_silent"],
    [{ echo: halved }, "network"],
    [{ relay: unopened }, "relay"],
    [{ relay: halved }, "relay"],
    [{ echo: proven(SLOW_MS + 1) }, "slow"],
  ] as const)("%j", (change, fault) => {
    const told = verdict({ ...good, ...change });
    expect(told.faults).toEqual([fault]);
    expect(told.passed).toBe(false);
  });
});

it("what a person has turned off is no fault", () => {
  expect(verdict({ ...good, camera: "off", microphone: "off" })).toMatchObject({ passed: true, faults: [] });
});

it("a loudspeaker that was not heard is only a warning", () => {
  for (const loudspeaker of ["unheard", "untried"] as const) {
    expect(verdict({ ...good, loudspeaker })).toMatchObject({ passed: true, warnings: ["loudspeaker_silent"] });
  }
});

describe("the network, by the echo and the relay", () => {
  it.each([
    [proven(), proven(), "passed"],
    [proven(), null, "passed"],
    // It says nothing of the echo that the relay is broken; that is a fault of its own.
    [proven(), unopened, "passed"],
    // The server gives no echo: nothing speaks against the line.
    [refused, proven(), "unsure"],
    [refused, null, "unsure"],
    [refused, unopened, "unsure"],
    // The echo was not reached: whoever is called is reached through the relay too.
    [unopened, proven(), "unsure"],
    [unreachable, proven(), "unsure"],
    [unopened, null, "failed"],
    [unopened, unopened, "failed"],
    [unreachable, null, "failed"],
    [unreachable, halved, "failed"],
    // It was reached, and what it gave back did not come.
    [halved, proven(), "failed"],
    [halved, null, "failed"],
  ] as const)("%j and %j: %s", (echo, relay, expected) => {
    expect(networkOf({ echo, relay })).toBe(expected);
    const { faults, warnings } = verdict({ ...good, echo, relay });
    expect(faults.includes("network")).toBe(expected === "failed");
    expect(warnings.includes("echo_unavailable")).toBe(expected === "unsure");
  });
});

it("without an echo the relay tells how long a round trip takes", () => {
  expect(verdict({ ...good, echo: refused }).roundTripMs).toBe(60);
  expect(verdict({ ...good, echo: refused, relay: null }).roundTripMs).toBeNull();
  expect(verdict({ ...good, echo: refused, relay: proven(SLOW_MS + 1) }).faults).toEqual(["slow"]);
});

it("each step shows what its findings are", () => {
  const states = (findings: LineFindings): unknown[] =>
    (["camera", "microphone", "loudspeaker", "network", "relay"] as const).map((step) => stepState(step, findings));
  expect(states(good)).toEqual(["passed", "passed", "passed", "passed", "passed"]);
  expect(states({ ...good, camera: "off", microphone: "off", loudspeaker: "untried", echo: refused })).toEqual([
    "unsure",
    "unsure",
    "unsure",
    "unsure",
    "passed",
  ]);
  expect(states({ ...good, camera: "dark", microphone: "silent", echo: halved, relay: unopened })).toEqual([
    "failed",
    "failed",
    "passed",
    "failed",
    "failed",
  ]);
});
