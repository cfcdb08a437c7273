/** All that the views show, computed from the state, this device's media and the time. Views decide nothing. */

import type { CallMediaState, LocalMediaState } from "@palvelurinki/call_kit";
import type { DeskState } from "./desk/desk";
import { type DeskModel, deskOf } from "./desk/model";
import { type Devices, devicesOf } from "./media";
import { type Section, sectionOf, sectionsOf } from "./sections";
import { type Stage, stageOf } from "./stage";
import type { ConsoleState } from "./state";
import { type Status, statusOf } from "./status";
import type { TerminalsState } from "./terminals";
import { type RingModel, ringOf } from "./waiting";

/** What fills the window: the console itself, or a reason why there is none. */
export type PageKind = "loading" | "signed_out" | "superseded" | "console";

export interface ConsoleModel {
  readonly page: PageKind;
  readonly state: ConsoleState;
  /** ms since the epoch by the server's clock. */
  readonly now: number;
  readonly stage: Stage;
  readonly status: Status | null;
  readonly sections: readonly Section[];
  readonly section: Section;
  readonly rings: readonly RingModel[];
  readonly devices: Devices;
  readonly media: CallMediaState;
  /** The browser lets the ringing be heard. */
  readonly soundAllowed: boolean;
  readonly terminals: TerminalsState;
  readonly desk: DeskModel;
}

export interface Surroundings {
  readonly local: LocalMediaState;
  readonly media: CallMediaState;
  /** The section that the person chose. */
  readonly chosen: string | null;
  readonly soundAllowed: boolean;
  readonly terminals: TerminalsState;
  readonly desk: DeskState;
  /** ms since the epoch by this machine's clock. */
  readonly localNow: number;
}

function pageOf(state: ConsoleState): PageKind {
  if (state.connection.kind === "signed_out" || state.connection.kind === "superseded") {
    return state.connection.kind;
  }
  return state.snapshot === null ? "loading" : "console";
}

export function modelOf(state: ConsoleState, around: Surroundings): ConsoleModel {
  const { snapshot, clockOffsetMs } = state;
  const now = around.localNow + clockOffsetMs;
  const stage = stageOf(state.memory, snapshot);
  const sections = snapshot === null ? [] : sectionsOf(snapshot);
  return {
    page: pageOf(state),
    state,
    now,
    stage,
    status: statusOf(state, stage),
    sections,
    section: sectionOf(sections, around.chosen, stage.kind),
    rings: (snapshot?.rings ?? []).map((ring) => ringOf(ring, now)),
    devices: devicesOf(around.local),
    media: around.media,
    soundAllowed: around.soundAllowed,
    terminals: around.terminals,
    desk: deskOf(around.desk, snapshot, now),
  };
}
