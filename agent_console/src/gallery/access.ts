/** With whom one signs in, and the administrator's terminals, for the gallery and for tests. */

import type {
  EnrolledTerminals,
  EnrolledTerminalView,
  EnrolmentFound,
  IssuerView,
  NamedView,
} from "@palvelurinki/call_kit";
import { NO_TERMINALS, reduceTerminals, type TerminalsEvent, type TerminalsState } from "../model/terminals";
import { ago, DVV, KELA, MIKKELI, MIKKELI_TOWN, named, TAX } from "./fixtures";

const PARAINEN = named("parainen", "Paraisten asiointipiste", "Servicestället i Pargas", "Parainen service point");

function issuer(id: string, organisation: NamedView, names = organisation.names): IssuerView {
  return { id, names, organisation: organisation.names };
}

export const ISSUERS: readonly IssuerView[] = [
  issuer("vero", TAX),
  issuer("kela", KELA),
  issuer("dvv", DVV),
  issuer("mikkeli", MIKKELI_TOWN, { fi: "Kaupungin työntekijät", sv: "Stadens anställda", en: "City staff" }),
  issuer("mikkeli-ulkoiset", MIKKELI_TOWN, {
    fi: "Ulkoiset tulkit",
    sv: "Externa tolkar",
    en: "External interpreters",
  }),
];

function place(id: string, point: NamedView, label: string, rest: Partial<EnrolledTerminalView>): EnrolledTerminalView {
  const [fi = "", sv = fi, en = fi] = label.split("|");
  return {
    terminal: { id, names: { fi, sv, en }, kind: "kiosk" },
    point: { id: point.id, names: point.names },
    state: "none",
    fingerprint: null,
    enrolled_at: null,
    enrolled_by: null,
    last_sign_in_at: null,
    connected: false,
    ...rest,
  };
}

const enrolled = {
  state: "enrolled",
  fingerprint: "K3QF-7AWX-M2LD-YGUZ-5HTR",
  enrolled_at: "2026-10-05T06:20:00Z",
  enrolled_by: "Testi Pääkäyttäjä",
  last_sign_in_at: ago(120),
  connected: true,
} as const;

export const TERMINALS: EnrolledTerminals = {
  server_time: ago(0),
  terminals: [
    place("t1", MIKKELI, "Kioski 1|Kiosk 1|Kiosk 1", enrolled),
    place("t2", MIKKELI, "Kioski 2|Kiosk 2|Kiosk 2", {
      ...enrolled,
      connected: false,
      last_sign_in_at: "2026-11-19T14:02:00Z",
    }),
    place("t3", MIKKELI, "Neuvonta 1|Rådgivning 1|Desk 1", {}),
    place("t4", PARAINEN, "Etäpalveluhuone|Distansservicerum|Remote service room", {
      ...enrolled,
      state: "quarantined",
      connected: false,
    }),
    place("t5", PARAINEN, "Asiakaspääte aulassa|Kundterminal i aulan|Terminal in the lobby", {
      ...enrolled,
      state: "revoked",
      connected: false,
    }),
  ],
};

export const FOUND: EnrolmentFound = {
  fingerprint: "R7MA-Q2ZK-XW5D-3LTE-UGHB",
  requested_at: ago(75),
  expires_at: ago(-825),
};

const QUIET: EnrolledTerminals = {
  ...TERMINALS,
  terminals: TERMINALS.terminals.filter(({ state }) => state !== "quarantined"),
};

function after(...events: readonly TerminalsEvent[]): TerminalsState {
  return events.reduce(reduceTerminals, NO_TERMINALS);
}

const read: TerminalsEvent = { type: "read", read: TERMINALS };
const begun = (terminal: string): TerminalsEvent => ({ type: "begun", act: "code", terminal });
const written: TerminalsEvent = { type: "code_written", text: "7kqm w3xd" };
const sent: TerminalsEvent = { type: "sent" };
const found = (terminal: string): TerminalsEvent => ({ type: "found", terminal, code: "7KQM-W3XD", found: FOUND });
const revoking: TerminalsEvent = { type: "begun", act: "revoke", terminal: "t1" };

/** By the name of the gallery's screen. */
export const OF_TERMINALS = {
  terminals: after(read),
  terminals_quiet: after({ type: "read", read: QUIET }),
  terminals_loading: NO_TERMINALS,
  terminals_unreached: after({ type: "not_read", code: "offline" }),
  terminals_stale: after({ type: "read", read: QUIET }, { type: "not_read", code: "server.busy" }),
  terminals_none: after({ type: "read", read: { ...TERMINALS, terminals: [] } }),
  terminals_code: after(read, begun("t3")),
  terminals_code_replace: after(read, begun("t1"), written),
  terminals_code_wrong: after(read, begun("t3"), { type: "code_wrong", problem: "length" }),
  terminals_code_unknown: after(read, begun("t3"), written, sent, {
    type: "refused",
    terminal: "t3",
    code: "enrolment.unknown",
  }),
  terminals_compare: after(read, begun("t3"), written, sent, found("t3")),
  terminals_compare_replace: after(read, begun("t1"), written, sent, found("t1")),
  terminals_compare_refused: after(read, begun("t3"), written, sent, found("t3"), sent, {
    type: "refused",
    terminal: "t3",
    code: "enrolment.unknown",
  }),
  terminals_differs: after(read, begun("t3"), written, sent, found("t3"), { type: "differed" }),
  terminals_revoke: after(read, revoking),
  terminals_revoke_refused: after(read, revoking, sent, { type: "refused", terminal: "t1", code: "offline" }),
  terminals_approved: after(read, begun("t3"), written, sent, found("t3"), sent, {
    type: "done",
    terminal: place("t3", MIKKELI, "Neuvonta 1|Rådgivning 1|Desk 1", { ...enrolled, fingerprint: FOUND.fingerprint }),
    what: "approved",
  }),
  terminals_replaced: after({ type: "read", read: QUIET }, begun("t1"), written, sent, found("t1"), sent, {
    type: "done",
    terminal: place("t1", MIKKELI, "Kioski 1|Kiosk 1|Kiosk 1", { ...enrolled, fingerprint: FOUND.fingerprint }),
    what: "replaced",
  }),
} satisfies Record<string, TerminalsState>;
