/** What the advisor has told the expert, for the gallery and for tests. */

import type { BriefView, CallView, OfferView } from "@palvelurinki/call_kit";
import { NOTE } from "./desk";
import { ago, CALL, MATTER, named, OFFER } from "./fixtures";

export const BRIEF: BriefView = {
  reference: "PR-7K3D-Q2",
  by_advisor: true,
  handoff: NOTE,
  identity: "identity_document",
  interpreter: "ar",
  attending_since: null,
  called: null,
  terminals: [
    { ...MATTER.terminal, kind: "kiosk", free: false },
    { ...named("mikkeli-tiski", "Neuvojan tiski", "Rådgivarens disk", "Advisor’s counter"), kind: "desk", free: false },
    {
      ...named("mikkeli-huone", "Etäpalveluhuone", "Distansservicerum", "Remote service room"),
      kind: "private_room",
      free: true,
    },
  ],
  conclusion: null,
};

export const BRIEFED_OFFER: OfferView = { ...OFFER, brief: BRIEF };
export const BRIEFED_CALL: CallView = { ...CALL, brief: BRIEF };
export const ADVISOR_CALLED: CallView = { ...CALL, brief: { ...BRIEF, called: { by: "expert", at: ago(20) } } };
export const ADVISOR_THERE: CallView = {
  ...CALL,
  brief: {
    ...BRIEF,
    attending_since: ago(61),
    interpreter: null,
    conclusion: { resolution: "started", follow_ups: [] },
  },
};
const LABEL = { fi: "Asiakas", sv: "Kund", en: "Customer" };
/** The customer is on the way to another terminal. */
export const MOVING: CallView = {
  ...BRIEFED_CALL,
  seats: [
    ...CALL.seats.map((seat) => (seat.kind === "terminal" ? { ...seat, state: "left" as const } : seat)),
    { id: "seat-3", kind: "terminal", state: "joining", epoch: 0, away_until: ago(-30), label: LABEL },
  ],
};
