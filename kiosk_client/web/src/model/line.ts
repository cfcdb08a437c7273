/**
 * The check whether this terminal can call, made while its customer waits: nobody is rung before it has passed.
 *
 * It starts by itself as soon as camera and microphone are open, and never stands in the way of the waiting. What it has
 * shown once holds for a while, for it says something of the terminal and nothing of the customer.
 */

import type { LineFault, LineProgress } from "@palvelurinki/call_kit";
import { canConnect } from "./devices";
import { changed, type Outcome, quietly, withEffects } from "./outcome";
import type { KioskState, Stage } from "./state";

export type Without = "camera" | "microphone";

/** How long a check that passed is good for. */
export const PROOF_LIFE = 600_000;
/** How long after a report that was refused, or a check that could not be made, it is tried again. */
export const LINE_AGAIN = 5000;

const NOTHING_YET: LineProgress = {
  camera: "pending",
  microphone: "pending",
  loudspeaker: "pending",
  network: "pending",
};
const WITHOUT: Readonly<Record<Without, readonly LineFault[]>> = {
  camera: ["camera_missing", "camera_denied", "camera_dark"],
  microphone: ["microphone_missing", "microphone_denied", "microphone_silent"],
};

/**
 * - `running`: as far as `steps` say. `waiting`: it is tried again at `at`.
 * - `done`: with these faults. `known`: no check was needed.
 *
 * `dueAt`: when the outcome is to be reported; null once it has been.
 */
export interface Checking {
  contact: string;
  phase: "running" | "waiting" | "done" | "known";
  steps: LineProgress;
  faults: readonly LineFault[];
  at: number;
  dueAt: number | null;
}

type LiveStage = Extract<Stage, { kind: "live" }>;

/** What the screen tells of it. `without`: what could be done without, when that alone keeps the terminal from calling. */
export type LineTold =
  | { kind: "checking"; steps: LineProgress }
  | { kind: "ready" }
  | { kind: "failed"; fault: LineFault; without: Without | null };

export function lineTold(state: KioskState, stage: LiveStage): LineTold | null {
  const line = stage.contact.situation?.line;
  const check = checkOf(state, stage);
  if (line === undefined || check?.phase === "known") {
    return null;
  }
  if (check?.phase === "running" || check?.phase === "waiting") {
    return { kind: "checking", steps: check.steps };
  }
  const faults = check === null ? line.faults : effective(state, check.faults);
  const [fault] = faults;
  if (fault !== undefined && line.state !== "proven") {
    return { kind: "failed", fault, without: withoutOf(faults) };
  }
  if (check === null) {
    return line.state === "unproven" ? { kind: "checking", steps: NOTHING_YET } : null;
  }
  return { kind: "ready" };
}

/** Whether a contact may be asked for as from a terminal that has proven itself. */
export function isProven({ provenAt, devices }: KioskState, now: number): boolean {
  return provenAt !== null && now - provenAt < PROOF_LIFE && devices.kind === "ready";
}

/** What is to be done about the line now: check it, or tell the server what came out. */
export function tendLine(outcome: Outcome, now: number): Outcome {
  const { state, effects } = outcome;
  const { stage } = state.visit;
  if (stage.kind !== "live") {
    return state.line === null ? outcome : { state: { ...state, line: null }, effects };
  }
  const next = isAsked(state, stage) ? nextFor(state, stage, now) : null;
  return next === null ? outcome : { state: next.state, effects: [...effects, ...next.effects] };
}

/** Whether a proof is wanted, by the server or by the customer who tries again, and could be heard of. */
function isAsked(state: KioskState, stage: LiveStage): boolean {
  const { contact, leavingSince } = stage;
  const check = checkOf(state, stage);
  const open = check !== null && (check.phase === "waiting" || check.dueAt !== null);
  const wanted = contact.situation?.line.state === "unproven" || open;
  const queued = contact.state !== "in_call" && leavingSince === null;
  return wanted && queued && state.connection === "online" && state.devices.kind !== "opening";
}

function nextFor(state: KioskState, stage: LiveStage, now: number): Outcome | null {
  const check = checkOf(state, stage);
  if (check === null) {
    return isProven(state, now) ? report({ ...state, line: known(stage, now) }, now) : start(state, stage, now);
  }
  if (check.phase === "waiting" && now >= check.at) {
    return start(state, stage, now);
  }
  return check.dueAt !== null && now >= check.dueAt ? report(state, now) : null;
}

function start(state: KioskState, stage: LiveStage, now: number): Outcome {
  const contact = stage.contact.id;
  const line: Checking = { contact, phase: "running", steps: NOTHING_YET, faults: [], at: now, dueAt: null };
  return withEffects({ ...state, line }, { do: "check_line", contact });
}

function known(stage: LiveStage, now: number): Checking {
  return { contact: stage.contact.id, phase: "known", steps: NOTHING_YET, faults: [], at: now, dueAt: now };
}

function report(state: KioskState, now: number): Outcome {
  const { line } = state;
  if (line === null) {
    return quietly(state);
  }
  const faults = effective(state, line.faults);
  const reported = { ...state, line: { ...line, dueAt: null } };
  const proven = line.faults.length === 0 && line.phase === "done" ? { ...reported, provenAt: now } : reported;
  return withEffects(proven, { do: "report_line", contact: line.contact, faults });
}

/** The check has come so far. */
export function progressed(state: KioskState, contact: string, steps: LineProgress): KioskState {
  const { line } = state;
  return line?.contact === contact && line.phase === "running" ? { ...state, line: { ...line, steps } } : state;
}

/** The check is over: what came out is told to the server at once. */
export function checked(
  state: KioskState,
  { contact, steps, faults }: { contact: string; steps: LineProgress; faults: readonly LineFault[] },
  now: number,
): Outcome {
  const { line } = state;
  if (line?.contact !== contact || line.phase !== "running") {
    return quietly(state);
  }
  return report({ ...state, line: { ...line, phase: "done", steps, faults, at: now, dueAt: now } }, now);
}

/** The other end of the check was out of reach: that says nothing of this terminal, and is tried again. */
export function unchecked(state: KioskState, contact: string, now: number): KioskState {
  const { line } = state;
  if (line?.contact !== contact || line.phase !== "running") {
    return state;
  }
  return { ...state, line: { ...line, phase: "waiting", steps: NOTHING_YET, at: now + LINE_AGAIN } };
}

/** The server did not take the report. */
export function reportRefused(state: KioskState, now: number): KioskState {
  return state.line === null ? state : { ...state, line: { ...state.line, dueAt: now + LINE_AGAIN } };
}

/** The customer tries again: what does not work is opened anew first, which may ask for permission once more. */
export function checkAgain(state: KioskState, now: number): Outcome {
  const { stage } = state.visit;
  if (stage.kind !== "live" || state.line?.phase === "running") {
    return quietly(state);
  }
  if (state.devices.kind === "ready") {
    return start(state, stage, now);
  }
  const line: Checking = { ...known(stage, now), phase: "waiting", dueAt: null };
  return withEffects({ ...state, line, devices: { kind: "opening" } }, { do: "reopen_media" });
}

/** The customer goes on with sound alone, or with picture alone. */
export function goWithout(state: KioskState, now: number): Outcome {
  const { stage } = state.visit;
  const told = stage.kind === "live" ? lineTold(state, stage) : null;
  if (stage.kind !== "live" || told?.kind !== "failed" || told.without === null) {
    return quietly(state);
  }
  const chosen = changed(state, { without: told.without });
  // After a reload the server alone knows what was found.
  const line = checkOf(state, stage) ?? {
    ...known(stage, now),
    phase: "done",
    faults: stage.contact.situation?.line.faults ?? [],
  };
  return report({ ...chosen, line }, now);
}

/** A camera or microphone that was missing has come: whether all is well now is seen anew. */
export function checkMended(before: KioskState, after: KioskState, now: number): Outcome {
  const mended = !canConnect(before.devices) || before.devices.kind !== "ready";
  const { line } = after;
  const failed = line?.phase === "done" && line.faults.length > 0;
  return mended && after.devices.kind === "ready" && failed ? checkAgain(after, now) : quietly(after);
}

/** The faults that count: not what the customer does without, nor a dark picture behind a shutter that they have shut. */
function effective({ visit }: KioskState, faults: readonly LineFault[]): readonly LineFault[] {
  const waived = visit.without === null ? [] : WITHOUT[visit.without];
  return faults.filter((fault) => !(waived.includes(fault) || (visit.shutter && fault === "camera_dark")));
}

function withoutOf(faults: readonly LineFault[]): Without | null {
  const all = (part: Without): boolean => faults.every((fault) => WITHOUT[part].includes(fault));
  if (all("camera")) {
    return "camera";
  }
  return all("microphone") ? "microphone" : null;
}

function checkOf(state: KioskState, stage: LiveStage): Checking | null {
  return state.line?.contact === stage.contact.id ? state.line : null;
}
