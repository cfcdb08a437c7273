/** What every screen is given. */

import type { CallMediaState, LocalMediaState } from "@palvelurinki/call_kit";
import type { CustomerEvent } from "../model/events";
import type { KioskState } from "../model/state";

export interface ScreenProps {
  state: KioskState;
  /** Local time in ms. */
  now: number;
  local: LocalMediaState;
  media: CallMediaState;
  send: (event: CustomerEvent) => void;
}
