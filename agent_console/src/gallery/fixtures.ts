/** States for the gallery and for tests: plainly made-up people, real names of services. All times are around `NOW`. */

import type {
  BoardTerminalView,
  CallView,
  MatterView,
  NamedView,
  NamesView,
  OfferView,
  PauseReason,
  PointBoardView,
  PresenceView,
  RingView,
  StaffSnapshot,
  StaffView,
  WaitingView,
} from "@palvelurinki/call_kit";

/** A Monday morning in Finland, 10.42.10. */
export const NOW = Date.parse("2026-11-23T08:42:10Z");

/** The moment `seconds` before `NOW`; a negative number lies ahead. */
export function ago(seconds: number): string {
  return new Date(NOW - seconds * 1000).toISOString();
}

function names(fi: string, sv: string, en: string): NamesView {
  return { fi, sv, en };
}

function named(id: string, fi: string, sv: string, en: string): NamedView {
  return { id, names: names(fi, sv, en) };
}

export const KELA = named("kela", "Kela", "FPA", "Kela");
export const TAX = named("verohallinto", "Verohallinto", "Skatteförvaltningen", "Finnish Tax Administration");
export const DVV = named(
  "dvv",
  "Digi- ja väestötietovirasto",
  "Myndigheten för digitalisering och befolkningsdata",
  "Digital and Population Data Services Agency",
);
const KELA_RING = named("kela", "Kelan etuudet", "FPA:s förmåner", "Kela benefits");
const TAX_RING = named("verohallinto", "Henkilöverotus", "Personbeskattning", "Personal taxation");
const DVV_RING = named(
  "dvv",
  "Edunvalvonta ja perukirjat",
  "Intressebevakning och bouppteckning",
  "Guardianship and estates",
);

export const HOUSING = named("asumistuki", "Asumistuki", "Bostadsbidrag", "Housing allowance");
const ESTATE = named(
  "perukirja",
  "Perukirjan osakasluettelon vahvistaminen",
  "Fastställelse av delägarförteckning i bouppteckning",
  "Confirming the list of shareholders in an estate",
);
const TAX_CARD = named("verokortti", "Verokortti", "Skattekort", "Tax card");
const SICKNESS = named("sairauspaivaraha", "Sairauspäiväraha", "Sjukdagpenning", "Sickness allowance");

const MIKKELI = named("mikkeli", "Mikkelin asiointipiste", "Servicestället i S:t Michel", "Mikkeli service point");
const PARAINEN = named("parainen", "Paraisten asiointipiste", "Servicestället i Pargas", "Parainen service point");
const SAARIJARVI = named(
  "saarijarvi",
  "Saarijärven asiointipiste",
  "Servicestället i Saarijärvi",
  "Saarijärvi service point",
);
const MIKKELI_TOWN = named("mikkelin-kaupunki", "Mikkelin kaupunki", "S:t Michels stad", "City of Mikkeli");

export const MATTER: MatterView = {
  provider: KELA,
  service: HOUSING,
  ring: KELA_RING,
  point: { ...MIKKELI, host: MIKKELI_TOWN },
  terminal: named("mikkeli-kioski-1", "Kioski 1", "Kiosk 1", "Kiosk 1"),
  terminal_kind: "kiosk",
  language: "fi",
  requested_at: ago(84),
};

export const LONG_MATTER: MatterView = {
  ...MATTER,
  provider: DVV,
  service: ESTATE,
  ring: DVV_RING,
  terminal: named("mikkeli-huone", "Etäpalveluhuone 2", "Distansservicerum 2", "Remote service room 2"),
  terminal_kind: "private_room",
  language: "fse",
};

export const EXPERT: StaffView = {
  id: "testi-asiantuntija",
  names: names("Testi Asiantuntija", "Testi Asiantuntija", "Testi Asiantuntija"),
  name: "Testi Asiantuntija",
  organisation: KELA,
  organisation_kinds: ["provider"],
  roles: ["expert"],
};

export function presence(state: PresenceView["state"], reason: PauseReason | null = null, seconds = 754): PresenceView {
  return { state, reason, since: ago(seconds) };
}

interface Wait {
  readonly id: string;
  readonly service: NamedView;
  readonly point: NamedView;
  readonly language: string;
  readonly seconds: number;
  readonly state?: WaitingView["state"];
}

function waiting({ id, service, point, language, seconds, state = "waiting" }: Wait): WaitingView {
  return { contact: id, state, service, point, language, requested_at: ago(seconds) };
}

const OPEN = { open: true, closes_at: "2026-11-23T14:15:00Z", opens_at: null };
const CLOSED = { open: false, closes_at: null, opens_at: "2026-11-24T07:00:00Z" };

export const KELA_QUEUE: RingView = {
  ring: KELA_RING,
  provider: KELA,
  ...OPEN,
  waiting: [
    waiting({ id: "c1", service: HOUSING, point: MIKKELI, language: "fi", seconds: 84, state: "offered" }),
    waiting({ id: "c2", service: SICKNESS, point: SAARIJARVI, language: "fi", seconds: 47 }),
    waiting({ id: "c3", service: HOUSING, point: PARAINEN, language: "sv", seconds: 12 }),
  ],
  ready: 2,
  offered: 1,
  in_call: 4,
  paused: 3,
};
export const KELA_CALM: RingView = { ...KELA_QUEUE, waiting: [], offered: 0 };
export const TAX_QUEUE: RingView = {
  ring: TAX_RING,
  provider: TAX,
  ...OPEN,
  waiting: [waiting({ id: "c5", service: TAX_CARD, point: MIKKELI, language: "en", seconds: 31 })],
  ready: 5,
  offered: 0,
  in_call: 11,
  paused: 2,
};
export const DVV_BUSY: RingView = {
  ring: DVV_RING,
  provider: DVV,
  ...OPEN,
  waiting: [
    waiting({ id: "c7", service: ESTATE, point: PARAINEN, language: "sv", seconds: 742 }),
    waiting({ id: "c8", service: ESTATE, point: SAARIJARVI, language: "fse", seconds: 388, state: "held" }),
    waiting({ id: "c9", service: ESTATE, point: MIKKELI, language: "fi", seconds: 95 }),
  ],
  ready: 0,
  offered: 0,
  in_call: 2,
  paused: 1,
};
export const TAX_CLOSED: RingView = { ...TAX_QUEUE, ...CLOSED, waiting: [], ready: 0, in_call: 0, paused: 0 };

export const OFFER: OfferView = {
  id: "offer-1",
  state: "open",
  contact: "c1",
  matter: MATTER,
  opened_at: ago(7),
  expires_at: ago(-13),
  reason: null,
};

export const CALL: CallView = {
  id: "call-1",
  contact: "c1",
  state: "connected",
  topology: "mesh",
  me: "seat-2",
  seats: [
    { id: "seat-1", kind: "terminal", state: "joined", epoch: 1, label: names("Asiakas", "Kund", "Customer") },
    { id: "seat-2", kind: "expert", state: "joined", epoch: 1, label: names("Asiantuntija", "Expert", "Expert") },
  ],
  peers: [{ seat: "seat-1", generation: 2, polite: false, offers_first: true }],
  matter: MATTER,
  started_at: ago(318),
  connected_at: ago(316),
  ended_at: null,
  outcome: null,
};

export function ended(call: CallView, outcome: CallView["outcome"]): CallView {
  return {
    ...call,
    state: "ended",
    seats: [],
    peers: [],
    matter: null,
    connected_at: outcome === "not_connected" ? null : call.connected_at,
    ended_at: ago(0),
    outcome,
  };
}

export function closed(offer: OfferView, state: OfferView["state"], reason: string | null = null): OfferView {
  return { ...offer, state, matter: null, reason };
}

export const SNAPSHOT: StaffSnapshot = {
  role: "staff",
  staff: EXPERT,
  presence: presence("ready"),
  offer: null,
  call: null,
  rings: [KELA_QUEUE, TAX_CLOSED],
  points: [],
};

function terminal(id: string, kind: BoardTerminalView["kind"], label: NamedView, rest: Partial<BoardTerminalView>) {
  return {
    terminal: { ...label, id },
    kind,
    connected: true,
    contact_state: null,
    service: null,
    provider: null,
    since: null,
    ...rest,
  };
}

const kiosk = (number: number) => named("", `Kioski ${number}`, `Kiosk ${number}`, `Kiosk ${number}`);
const desk = (number: number) => named("", `Neuvonta ${number}`, `Rådgivning ${number}`, `Desk ${number}`);
const room = named("", "Etäpalveluhuone", "Distansservicerum", "Remote service room");

export const POINT: PointBoardView = {
  point: MIKKELI,
  terminals: [
    terminal("t1", "kiosk", kiosk(1), { contact_state: "waiting", service: HOUSING, provider: KELA, since: ago(84) }),
    terminal("t2", "kiosk", kiosk(2), {}),
    terminal("t3", "desk", desk(1), { contact_state: "offered", service: TAX_CARD, provider: TAX, since: ago(31) }),
    terminal("t4", "private_room", room, { contact_state: "in_call", service: ESTATE, provider: DVV, since: ago(912) }),
    terminal("t5", "desk", desk(2), { connected: false }),
    terminal("t6", "kiosk", kiosk(3), {
      connected: false,
      contact_state: "held",
      service: SICKNESS,
      provider: KELA,
      since: ago(133),
    }),
  ],
};

function staff(id: string, roles: StaffView["roles"], organisation: NamedView, kinds: StaffView["organisation_kinds"]) {
  return { ...EXPERT, id, name: id, roles, organisation, organisation_kinds: kinds };
}

export const SUPERVISOR_SNAPSHOT: StaffSnapshot = {
  ...SNAPSHOT,
  staff: staff("Testi Esihenkilö", ["supervisor"], KELA, ["provider"]),
  presence: null,
  rings: [
    DVV_BUSY,
    KELA_QUEUE,
    TAX_QUEUE,
    {
      ...TAX_CLOSED,
      ring: named("tyollisyys", "Työllisyyspalvelut", "Sysselsättningstjänster", "Employment services"),
    },
  ],
};

export const ADVISOR_SNAPSHOT: StaffSnapshot = {
  ...SNAPSHOT,
  staff: staff("Testi Neuvoja", ["advisor"], MIKKELI_TOWN, ["host_municipality", "provider"]),
  presence: null,
  rings: [],
  points: [POINT],
};

export const INTERPRETER_SNAPSHOT: StaffSnapshot = {
  ...SNAPSHOT,
  staff: staff(
    "Testi Tulkki",
    ["interpreter"],
    named("tulkit", "Esimerkkitulkit Oy", "Exempeltolkar Ab", "Example Interpreters Ltd"),
    ["interpreter_agency"],
  ),
  presence: null,
  rings: [],
};

export const ADMINISTRATOR_SNAPSHOT: StaffSnapshot = {
  ...INTERPRETER_SNAPSHOT,
  staff: staff("Testi Pääkäyttäjä", ["administrator"], KELA, ["provider"]),
};
