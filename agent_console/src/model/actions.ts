/** All that a person can do in the console; the views call these and know nothing of how it is done. */

import type { DeclineReason } from "@palvelurinki/call_kit";
import type { ConcludeActions } from "./conclude";
import type { DeskActions } from "./desk/actions";
import type { Section } from "./sections";
import type { Opened, Place } from "./state";
import type { Language } from "./time";

export interface ConsoleActions {
  readonly makeReady: () => void;
  /** `reason`: an id of the provider's list. */
  readonly pause: (reason: string) => void;
  readonly extendWrapUp: () => void;
  readonly accept: () => void;
  readonly decline: (reason: DeclineReason) => void;
  readonly endCall: () => void;
  /** The person has read how a call or an offer ended. */
  readonly endRead: () => void;
  readonly open: (what: Opened) => void;
  readonly close: () => void;
  readonly failureRead: (place: Place) => void;
  readonly setAudio: (on: boolean) => void;
  readonly setVideo: (on: boolean) => void;
  readonly openDevices: () => void;
  readonly testSound: () => void;
  /** Reads a ring's newest offers with their reasons, also once more. */
  readonly readOffers: (ring: string) => void;
  readonly chooseSection: (section: Section) => void;
  readonly chooseLanguage: (language: Language) => void;
  readonly setQuestionMark: (on: boolean) => void;
  /** Here, or wherever the person is signed in. */
  readonly signOut: (everywhere: boolean) => void;
  /** The issuer with which the person goes to sign in. */
  readonly chooseIssuer: (issuer: string) => void;
  /** Asks once more who one may sign in with. */
  readonly readSignIn: () => void;
  readonly terminals: TerminalActions;
  readonly desk: DeskActions;
  /** The expert asks the advisor to come, or no longer. */
  readonly callAdvisor: (wanted: boolean) => void;
  readonly concluding: ConcludeActions;
  readonly takeOver: () => void;
}

/** What an administrator does with terminals' keys, one act at a time. */
export interface TerminalActions {
  readonly read: () => void;
  readonly begin: (act: "code" | "revoke", terminal: string) => void;
  readonly writeCode: (text: string) => void;
  readonly lookUp: () => void;
  readonly approve: () => void;
  readonly differs: () => void;
  readonly revoke: () => void;
  readonly close: () => void;
  readonly doneRead: () => void;
}

/** In the order in which they are offered. */
export const DECLINE_REASONS = [
  "busy_elsewhere",
  "not_my_field",
  "conflict_of_interest",
  "technical",
  "other",
] as const satisfies readonly DeclineReason[];
