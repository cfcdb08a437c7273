/** What can happen to the kiosk (past tense: the world's; imperative: the customer's) and what it can have done. */

import type { Catalogue, ConnectionState, LineFault, LineProgress, TerminalSnapshot } from "@palvelurinki/call_kit";
import type { Access } from "./access";
import type { Devices } from "./devices";
import type { Language } from "./language";
import type { Problem } from "./state";

export type CustomerEvent =
  | { type: "touch" }
  | { type: "start"; language: Language }
  | { type: "change_language"; language: Language }
  | { type: "toggle_contrast" }
  | { type: "toggle_large" }
  | { type: "write_query"; query: string }
  | { type: "open_providers" }
  | { type: "open_provider"; provider: string }
  | { type: "open_service"; service: string }
  | { type: "turn_page"; page: number }
  | { type: "choose_another" }
  | { type: "continue_to_devices" }
  | { type: "retry_media" }
  | { type: "connect" }
  | { type: "back" }
  | { type: "start_over" }
  /** In a contact it asks the advisor to come. */
  | { type: "ask_help" }
  | { type: "take_help_back" }
  | { type: "close_dialog" }
  | { type: "leave" }
  | { type: "hang_up" }
  | { type: "confirm" }
  | { type: "set_sound"; on: boolean }
  | { type: "set_picture"; on: boolean }
  | { type: "try_again" }
  | { type: "check_line_again" }
  /** On with sound alone, or with picture alone: what does not work is done without. */
  | { type: "go_without" }
  /** How it went, from 1 (poor) to 5 (good). */
  | { type: "rate"; satisfaction: number }
  | { type: "another_matter" }
  | { type: "continue_contact" }
  | { type: "stop_countdown" }
  | { type: "stay" }
  | { type: "take_over" }
  | { type: "enrol_anew" }
  | { type: "restart" };

export type WorldEvent =
  | {
      type: "session_changed";
      connection: ConnectionState["kind"];
      snapshot: TerminalSnapshot | null;
      clockOffsetMs: number;
      repeating: boolean;
      left: string | null;
    }
  | { type: "access_changed"; access: Access }
  | { type: "devices_changed"; devices: Devices }
  | { type: "catalogue_loaded"; catalogue: Catalogue }
  | { type: "catalogue_failed" }
  /** `about`: the contact or call that the command named. */
  | { type: "command_refused"; command: Command["do"]; about: string | null; problem: Problem }
  | { type: "line_progressed"; contact: string; steps: LineProgress }
  | { type: "line_checked"; contact: string; steps: LineProgress; faults: readonly LineFault[] }
  /** It could not be tried: the other end of it was out of reach. */
  | { type: "line_unchecked"; contact: string }
  | { type: "ticked" };

export type KioskEvent = CustomerEvent | WorldEvent;

/** Commands to the server, of which a refusal comes back as an event. */
export type Command =
  | { do: "request_contact"; service: string; language: Language; proven: boolean; visit: string | null }
  | { do: "report_line"; contact: string; faults: readonly LineFault[] }
  | { do: "call_advisor"; contact: string; wanted: boolean }
  | { do: "rate_contact"; contact: string; satisfaction: number }
  | { do: "set_language"; contact: string; language: Language }
  | { do: "leave_contact"; contact: string }
  | { do: "continue_contact"; contact: string }
  | { do: "leave_call"; call: string };

export type Effect =
  | Command
  | { do: "load_catalogue" }
  | { do: "reopen_media" }
  | { do: "check_line"; contact: string }
  /** Browsers let a page sound only after a touch: this makes ready what `chime` plays later. */
  | { do: "ready_chime" }
  | { do: "chime" }
  | { do: "take_over" }
  /** With a new key. */
  | { do: "enrol_anew" }
  | { do: "restart" };
