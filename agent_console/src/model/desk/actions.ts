/** All that an advisor can do at the desk; the views call these. */

import type { DeskPlace, Details, OpenedAt } from "./desk";
import type { Draft, FurtherDraft } from "./draft";
import type { Note, NotePart } from "./note";

export interface DeskActions {
  readonly choosePoint: (point: string) => void;
  readonly readCatalogue: () => void;
  readonly writeNeed: (query: string) => void;
  readonly chooseMatter: (service: string) => void;
  /** Back to the search; nothing that was written is lost. */
  readonly leaveMatter: () => void;
  readonly writeNote: (part: NotePart, text: string) => void;
  readonly detail: (details: Details) => void;
  readonly addFurther: (service: string) => void;
  readonly writeFurther: (further: FurtherDraft) => void;
  readonly dropFurther: (service: string) => void;
  /** Sends the draft, in the language that the advisor reads the page in when no other was chosen. */
  readonly connect: (language: string) => void;
  readonly emptyDraft: () => void;
  /** Looks at what is at a terminal: its contact, or the draft with that terminal chosen. */
  readonly chooseCard: (terminal: string, contact: string | null) => void;
  readonly sameCustomer: (draft: Partial<Draft>) => void;
  readonly beginAmend: (contact: string, note: Note) => void;
  readonly writeAmend: (part: NotePart, text: string) => void;
  readonly saveAmend: () => void;
  readonly closeAmend: () => void;
  readonly openAt: (opened: OpenedAt) => void;
  readonly closeAt: () => void;
  readonly addMatter: (contact: string, service: string) => void;
  readonly dropMatter: (contact: string, matter: string) => void;
  readonly attend: (contact: string, present: boolean) => void;
  /** `seenAt`: the terminal at which the advisor sees it. */
  readonly move: (contact: string, seenAt: string, terminal: string) => void;
  /** The customer has gone. */
  readonly closeContact: (contact: string) => void;
  readonly tick: (contact: string, task: string, done: boolean) => void;
  readonly finish: (contact: string) => void;
  /** On to the next customer; what was being prepared is there still. */
  readonly lookAway: () => void;
  readonly hear: (key: string) => void;
  readonly failureRead: (place: DeskPlace) => void;
}
