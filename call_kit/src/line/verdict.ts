/**
 * What the findings mean (docs/decisions/0029-the-line-is-proven-both-ways.md). Only what would keep a call from
 * happening is a fault: somebody waits for this terminal to be let in.
 */
import type { LineFault } from "../generated/wire";
import type { LineCheck, LineFindings, LineStep, LineStepState, LineWarning, PathFinding } from "./types";

/** Twice what ITU-T G.114 allows in one direction: beyond it people speak into each other's words all the time. */
export const SLOW_MS = 800;

/** What a finding about each step shows, in the order in which a person mends things. */
const CAMERA = { missing: "camera_missing", denied: "camera_denied", dark: "camera_dark" } as const;
const MICROPHONE = { missing: "microphone_missing", denied: "microphone_denied", silent: "microphone_silent" } as const;

export function verdict(findings: LineFindings): LineCheck {
  const faults = [...faultsOfDevices(findings), ...faultsOfNetwork(findings)];
  const warnings: LineWarning[] = [];
  if (findings.loudspeaker !== "heard") {
    warnings.push("loudspeaker_silent");
  }
  if (networkOf(findings) === "unsure") {
    warnings.push("echo_unavailable");
  }
  return { passed: faults.length === 0, faults, warnings, roundTripMs: roundTripOf(findings), level: findings.level };
}

function faultsOfDevices({ camera, microphone }: LineFindings): LineFault[] {
  const faults: LineFault[] = [];
  if (camera !== "seen" && camera !== "off") {
    faults.push(CAMERA[camera]);
  }
  if (microphone !== "heard" && microphone !== "off") {
    faults.push(MICROPHONE[microphone]);
  }
  return faults;
}

function faultsOfNetwork(findings: LineFindings): LineFault[] {
  const faults: LineFault[] = [];
  if (networkOf(findings) === "failed") {
    faults.push("network");
  }
  if (findings.relay && findings.relay.kind !== "proven") {
    faults.push("relay");
  }
  if ((roundTripOf(findings) ?? 0) > SLOW_MS) {
    faults.push("slow");
  }
  return faults;
}

/**
 * The network is proven by the echo. Where the server gives none, or the echo was not reached at all, what the relay
 * has carried counts: whoever is called is reached through it as well. Media that come back by halves are a fault
 * whatever else works, for the two ends of a call would meet the same.
 */
export function networkOf({ echo, relay }: Pick<LineFindings, "echo" | "relay">): "passed" | "failed" | "unsure" {
  switch (echo.kind) {
    case "proven":
      return "passed";
    case "refused":
      return "unsure";
    case "unreachable":
      return relay?.kind === "proven" ? "unsure" : "failed";
    case "broken":
      return relay?.kind === "proven" && !echo.connected ? "unsure" : "failed";
  }
}

function roundTripOf({ echo, relay }: LineFindings): number | null {
  const of = (finding: PathFinding | null): number | null => (finding?.kind === "proven" ? finding.roundTripMs : null);
  return of(echo) ?? of(relay);
}

/** How a step stands once its findings are there. */
export function stepState(step: LineStep, findings: LineFindings): LineStepState {
  switch (step) {
    case "camera":
      return findings.camera === "off" ? "unsure" : passedIf(findings.camera === "seen");
    case "microphone":
      return findings.microphone === "off" ? "unsure" : passedIf(findings.microphone === "heard");
    case "loudspeaker":
      return findings.loudspeaker === "heard" ? "passed" : "unsure";
    case "network":
      return networkOf(findings);
    case "relay":
      return passedIf(findings.relay?.kind === "proven");
  }
}

function passedIf(good: boolean): LineStepState {
  return good ? "passed" : "failed";
}
