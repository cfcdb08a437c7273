/** States for the gallery and for tests: plainly made-up people, real names of services. All times are around `NOW`. */

import type {
  CallView,
  ChoiceView,
  EstimateView,
  MatterView,
  MemberActivity,
  MemberView,
  NamedView,
  NamesView,
  OfferView,
  PresenceView,
  RingView,
  StaffSnapshot,
  StaffView,
  WaitingView,
  WrapUpView,
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

export function named(id: string, fi: string, sv: string, en: string): NamedView {
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
export const ESTATE = named(
  "perukirja",
  "Perukirjan osakasluettelon vahvistaminen",
  "Fastställelse av delägarförteckning i bouppteckning",
  "Confirming the list of shareholders in an estate",
);
export const TAX_CARD = named("verokortti", "Verokortti", "Skattekort", "Tax card");
export const SICKNESS = named("sairauspaivaraha", "Sairauspäiväraha", "Sjukdagpenning", "Sickness allowance");

export const MIKKELI = named(
  "mikkeli",
  "Mikkelin asiointipiste",
  "Servicestället i S:t Michel",
  "Mikkeli service point",
);
const PARAINEN = named("parainen", "Paraisten asiointipiste", "Servicestället i Pargas", "Parainen service point");
const SAARIJARVI = named(
  "saarijarvi",
  "Saarijärven asiointipiste",
  "Servicestället i Saarijärvi",
  "Saarijärvi service point",
);
export const MIKKELI_TOWN = named("mikkelin-kaupunki", "Mikkelin kaupunki", "S:t Michels stad", "City of Mikkeli");

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

const PAUSES = [
  named("kahvi", "Kahvitauko", "Kaffepaus", "Coffee break"),
  named("lounas", "Lounas", "Lunch", "Lunch"),
  named("paperityo", "Paperityö", "Pappersarbete", "Paperwork"),
  named("koulutus", "Koulutus", "Utbildning", "Training"),
  named("palaveri", "Palaveri", "Möte", "Meeting"),
];

export const EXPERT: StaffView = {
  id: "testi-asiantuntija",
  names: names("Testi Asiantuntija", "Testi Asiantuntija", "Testi Asiantuntija"),
  name: "Testi Asiantuntija",
  organisation: KELA,
  organisation_kinds: ["provider"],
  roles: ["expert"],
  pause_reasons: PAUSES,
};

/** `reason`: of the provider's list, or the server's own. */
export function presence(state: PresenceView["state"], reason: string | null = null, seconds = 754): PresenceView {
  const found = PAUSES.find((each) => each.id === reason);
  return { state, reason, reason_names: found?.names ?? null, since: ago(seconds), wrap_up: null };
}

/** Ready, and finishing a call: `left` seconds of a time that may last `most` seconds from its beginning. */
export function finishing(left: number, most = 600, since = 48): PresenceView {
  const wrap_up: WrapUpView = { since: ago(since), until: ago(-left), most: ago(since - most) };
  return { ...presence("ready"), wrap_up };
}

interface Wait {
  readonly id: string;
  readonly service: NamedView;
  readonly point: NamedView;
  readonly language: string;
  readonly seconds: number;
  readonly state?: WaitingView["state"];
  readonly head?: number;
  readonly resting?: boolean;
  readonly estimate?: EstimateView | null;
}

/** Made 8 s ago. `high` absent: it may well close before; a word: why it cannot be estimated. */
export function estimate(low: number | EstimateView["cannot"], high: number | null = null): EstimateView {
  const found = typeof low === "number" ? { p50_s: low, cannot: null } : { p50_s: null, cannot: low };
  return { at: ago(8), p80_s: high, grew: null, ...found };
}

function waiting(wait: Wait): WaitingView {
  const { id, service, point, language, seconds, state = "waiting", head = 0, resting = false } = wait;
  return {
    contact: id,
    state,
    service,
    point,
    language,
    requested_at: ago(seconds),
    head_start_s: head,
    resting,
    estimate: wait.estimate ?? null,
  };
}

export function member(name: string, activity: MemberActivity, seconds: number, reason?: string): MemberView {
  return {
    staff: name,
    name,
    activity,
    reason_names: PAUSES.find((each) => each.id === reason)?.names ?? null,
    since: activity === "offline" ? null : ago(seconds),
  };
}

export const MEMBERS: readonly MemberView[] = [
  member("Testi Asiantuntija", "in_call", 316),
  member("Esimerkki Osaaja", "ringing", 7),
  member("Malli Virkailija", "ready", 372),
  member("Kokeilu Käsittelijä", "wrap_up", 48),
  member("Harjoitus Neuvoja", "paused", 1312, "lounas"),
  member("Mallikas Ratkaisija", "offline", 0),
  member("Näyte Päättäjä", "in_call", 914),
];

const OPEN = {
  open: true,
  closes_at: "2026-11-23T14:15:00Z",
  opens_at: null,
  served_after_closing: true,
  members: null,
};
const CLOSED = { ...OPEN, open: false, closes_at: null, opens_at: "2026-11-24T07:00:00Z" };

export const KELA_QUEUE: RingView = {
  ring: KELA_RING,
  provider: KELA,
  ...OPEN,
  waiting: [
    waiting({
      id: "c1",
      service: HOUSING,
      point: MIKKELI,
      language: "fi",
      seconds: 84,
      state: "offered",
      estimate: estimate(2, 30),
    }),
    waiting({
      id: "c2",
      service: SICKNESS,
      point: SAARIJARVI,
      language: "fi",
      seconds: 12,
      head: 120,
      estimate: estimate(150, 340),
    }),
    waiting({ id: "c3", service: HOUSING, point: PARAINEN, language: "sv", seconds: 47, estimate: estimate(260, 530) }),
  ],
  ready: 2,
  offered: 1,
  in_call: 4,
  wrap_up: 1,
  paused: 3,
};
export const KELA_CALM: RingView = { ...KELA_QUEUE, waiting: [], offered: 0 };
export const TAX_QUEUE: RingView = {
  ring: TAX_RING,
  provider: TAX,
  ...OPEN,
  waiting: [
    waiting({ id: "c5", service: TAX_CARD, point: MIKKELI, language: "en", seconds: 31, estimate: estimate(70, 190) }),
  ],
  ready: 5,
  offered: 0,
  in_call: 11,
  wrap_up: 2,
  paused: 2,
};
export const DVV_BUSY: RingView = {
  ring: DVV_RING,
  provider: DVV,
  ...OPEN,
  served_after_closing: false,
  waiting: [
    waiting({
      id: "c7",
      service: ESTATE,
      point: PARAINEN,
      language: "sv",
      seconds: 742,
      resting: true,
      estimate: estimate("nobody_can_take"),
    }),
    waiting({
      id: "c8",
      service: ESTATE,
      point: SAARIJARVI,
      language: "fse",
      seconds: 388,
      state: "held",
      estimate: estimate(1500, 2600),
    }),
    waiting({ id: "c9", service: ESTATE, point: MIKKELI, language: "fi", seconds: 95, estimate: estimate(1900) }),
  ],
  ready: 0,
  offered: 0,
  in_call: 2,
  wrap_up: 0,
  paused: 1,
};
export const TAX_CLOSED: RingView = {
  ...TAX_QUEUE,
  ...CLOSED,
  waiting: [],
  ready: 0,
  in_call: 0,
  wrap_up: 0,
  paused: 0,
};

export const WHY: ChoiceView = {
  strategy: "longest_idle",
  step: { after_s: 0, language: "required", unit: "any", level: null, skill: 1 },
  early: false,
  language_eased: false,
  overflow: false,
  on_duty: 7,
  suitable: 5,
  free: 2,
  ahead: 0,
  skill: 3,
  idle_since: ago(379),
};

/** Nobody who speaks the customer's language is there, and nobody else who may take them either. */
export const WHY_ALONE: ChoiceView = {
  ...WHY,
  step: { ...WHY.step, after_s: 60, language: "any" },
  early: true,
  language_eased: true,
  suitable: 1,
  free: 1,
};

export const OFFER: OfferView = {
  id: "offer-1",
  state: "ringing",
  contact: "c1",
  matter: MATTER,
  opened_at: ago(7),
  expires_at: ago(-13),
  others: 0,
  why: WHY,
  reason: null,
  brief: null,
};

export const CALL: CallView = {
  id: "call-1",
  contact: "c1",
  state: "connected",
  topology: "mesh",
  me: "seat-2",
  seats: [
    {
      id: "seat-1",
      kind: "terminal",
      state: "joined",
      epoch: 1,
      away_until: null,
      label: names("Asiakas", "Kund", "Customer"),
    },
    {
      id: "seat-2",
      kind: "expert",
      state: "joined",
      epoch: 1,
      away_until: null,
      label: names("Asiantuntija", "Expert", "Expert"),
    },
  ],
  peers: [{ seat: "seat-1", generation: 2, polite: false, offers_first: true }],
  matter: MATTER,
  started_at: ago(318),
  connected_at: ago(316),
  ended_at: null,
  outcome: null,
  brief: null,
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
  return { ...offer, state, matter: null, others: 0, why: null, reason };
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
