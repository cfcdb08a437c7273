/** The advisor's desk in its states: boards, drafts and refusals that the real reducer could have reached. */

import type {
  BoardContactView,
  BoardTerminalView,
  CatalogueService,
  GuidanceView,
  NamesView,
  PointBoardView,
  PointCatalogue,
  StaffSnapshot,
} from "@palvelurinki/call_kit";
import { catalogue as ofTerminal } from "@palvelurinki/call_kit/testing/catalogue";
import { type DeskEvent, type DeskState, EMPTY_DESK, reduceDesk } from "../model/desk/desk";
import { ago, HOUSING, KELA, MIKKELI, NOW, named, TAX, TAX_CARD } from "./fixtures";
import { ADVISOR_SNAPSHOT } from "./roles";

function names(fi: string, sv: string, en: string): NamesView {
  return { fi, sv, en };
}

const NO_GUIDANCE: GuidanceView = { e_service: null, documents: [], advice: null, tasks: [], instead: null };

const HOUSING_GUIDANCE: GuidanceView = {
  e_service: {
    names: names("OmaKela: asumistuki", "MittFPA: bostadsbidrag", "MyKela: housing allowance"),
    address: "https://www.kela.fi",
  },
  documents: [
    names("Vuokrasopimus", "Hyresavtal", "Rental agreement"),
    names(
      "Tositteet tuloista kolmelta kuukaudelta",
      "Verifikat på inkomster för tre månader",
      "Proof of income for three months",
    ),
  ],
  advice: names(
    "Tarkista ensin, onko asiakkaalla pankkitunnukset. Hakemuksen voi täyttää tiskillä yhdessä.",
    "Kontrollera först om kunden har bankkoder. Ansökan kan fyllas i tillsammans vid disken.",
    "Check first whether the customer has bank codes. The application can be filled in together at the counter.",
  ),
  tasks: [
    named(
      "copy",
      "Kopioi vuokrasopimus ja lähetä se Kelaan",
      "Kopiera hyresavtalet och sänd det till FPA",
      "Copy the rental agreement and send it to Kela",
    ),
    named("card", "Anna asiakkaalle käyntikortti", "Ge kunden ett visitkort", "Give the customer a visiting card"),
  ],
  instead: null,
};

const PASSPORT_GUIDANCE: GuidanceView = {
  ...NO_GUIDANCE,
  e_service: {
    names: names("Poliisin asiointipalvelu", "Polisens e-tjänst", "Police e-service"),
    address: "https://asiointi.poliisi.fi",
  },
  instead: names(
    "Passia haetaan verkossa tai poliisiasemalla. Varaa aika asiakkaan kanssa.",
    "Pass ansöks på nätet eller på polisstationen. Boka tid tillsammans med kunden.",
    "A passport is applied for online or at a police station. Book a time with the customer.",
  ),
};

const GUIDED: Readonly<Record<string, GuidanceView>> = {
  "kela-asumistuki": HOUSING_GUIDANCE,
  "poliisi-passi": PASSPORT_GUIDANCE,
};

const guided = (service: CatalogueService): CatalogueService => ({
  ...service,
  guidance: GUIDED[service.id] ?? NO_GUIDANCE,
});

export const CATALOGUE: PointCatalogue = {
  point: MIKKELI,
  providers: ofTerminal.providers,
  services: ofTerminal.services.map(guided),
  rings: ofTerminal.rings.map((ring) => ({
    ...ring,
    closes_at: ring.open ? "2026-11-23T14:15:00Z" : ring.closes_at && "2026-11-23T08:50:00Z",
    opens_at: "2026-11-24T07:00:00Z",
  })),
  server_time: ago(0),
};

export const NOTE = {
  what: "Vuokra nousi lokakuussa. Asiakas sai päätöksen, jossa tuki pieneni.",
  tried: "Laskuri antoi toisen summan. OmaKelassa ei näy tarkistusta.",
  wanted: "Päätöksen tarkistus ja tieto siitä, mitä liitteitä tarvitaan.",
};

export const CONTACT: BoardContactView = {
  id: "c1",
  visit: "v1",
  reference: "PR-7K3D-Q2",
  state: "waiting",
  service: { ...HOUSING, id: "kela-asumistuki" },
  provider: KELA,
  language: "fi",
  requested_at: ago(84),
  asked_by: "Testi Neuvoja",
  identity: "identity_document",
  interpreter: null,
  handoff: NOTE,
  line: { state: "proven", faults: [] },
  queue: { place: 2, waiting: 5, at: ago(8), p50_s: 150, p80_s: 340 },
  connected_at: null,
  attending: null,
  attending_name: null,
  attending_since: null,
  called: null,
  further: [],
  ended_at: null,
  outcome: null,
  conclusion: null,
};

const inCall: BoardContactView = {
  ...CONTACT,
  state: "in_call",
  queue: null,
  connected_at: ago(316),
  requested_at: ago(420),
};
const ended: BoardContactView = {
  ...inCall,
  state: "ended",
  handoff: null,
  ended_at: ago(22),
  outcome: "served",
  conclusion: { resolution: "documents_missing", follow_ups: ["bring_documents", "book_time"] },
};

function terminal(id: string, kind: BoardTerminalView["kind"], label: NamesView, contact: BoardContactView | null) {
  const live = contact !== null && contact.state !== "ended" ? contact : null;
  return {
    terminal: { id, names: label },
    kind,
    connected: true,
    contact_state: live?.state ?? null,
    service: live?.service ?? null,
    provider: live?.provider ?? null,
    since: live?.requested_at ?? null,
    contact,
  };
}

type Place = "kiosk" | "desk" | "room";

/** The point, with these contacts at its terminals. */
export function point(contacts: Partial<Record<Place, BoardContactView>>, lost: readonly Place[] = []): PointBoardView {
  const found = [
    terminal(
      "kiosk",
      "kiosk",
      names("Asiakaspääte aulassa", "Kundterminal i aulan", "Customer terminal in the lobby"),
      contacts.kiosk ?? null,
    ),
    terminal("desk", "desk", names("Neuvojan tiski", "Rådgivarens disk", "Advisor’s counter"), contacts.desk ?? null),
    terminal(
      "room",
      "private_room",
      names("Etäpalveluhuone", "Distansservicerum", "Remote service room"),
      contacts.room ?? null,
    ),
  ];
  return {
    point: MIKKELI,
    terminals: found.map((each) => ({ ...each, connected: !lost.includes(each.terminal.id as Place) })),
  };
}

export interface DeskScreen {
  readonly snapshot: StaffSnapshot;
  readonly desk: DeskState;
}

const ME = { ...ADVISOR_SNAPSHOT.staff, id: "Testi Neuvoja" };

function screen(board: PointBoardView, ...events: readonly DeskEvent[]): DeskScreen {
  const boards: DeskEvent = { type: "boards", points: [board], at: NOW };
  const read: DeskEvent = { type: "catalogue_read", point: MIKKELI.id, catalogue: CATALOGUE };
  const desk = [boards, read, ...events, boards].reduce(reduceDesk, EMPTY_DESK);
  return { snapshot: { ...ADVISOR_SNAPSHOT, staff: ME, points: [board] }, desk };
}

const typed = (query: string): DeskEvent => ({ type: "need_written", query, at: NOW });
const chosen = (service: string): DeskEvent => ({ type: "matter_chosen", service });
const noted = (part: "what" | "tried" | "wanted", text: string): DeskEvent => ({ type: "note_written", part, text });
const looked = (id: Place, contact = "c1"): DeskEvent => ({ type: "card_chosen", terminal: id, contact });
const refused = (place: string, code: string): DeskEvent => ({ type: "failed", place, code });

const FREE = point({});
const housing = [typed("vuokra"), chosen("kela-asumistuki")];
const written = [...housing, noted("what", NOTE.what), noted("tried", NOTE.tried), noted("wanted", NOTE.wanted)];
const KIOSK: BoardContactView = {
  ...CONTACT,
  id: "c9",
  visit: "v9",
  service: TAX_CARD,
  provider: TAX,
  asked_by: null,
  handoff: null,
  identity: "not_checked",
};
const WAITING = point({ desk: CONTACT, kiosk: { ...KIOSK, state: "offered" } });
const TROUBLE: BoardContactView = {
  ...CONTACT,
  line: { state: "failed", faults: ["camera_dark", "microphone_silent"] },
};
const CALLED: BoardContactView = { ...inCall, called: { by: "expert", at: ago(12) } };

/** Answered while the page looked on. */
const answered = (): DeskScreen => {
  const before = screen(point({ desk: CONTACT }), looked("desk"));
  const board = point({ desk: { ...inCall, connected_at: ago(2) } });
  return {
    snapshot: { ...before.snapshot, points: [board] },
    desk: reduceDesk(before.desk, { type: "boards", points: [board], at: NOW - 2000 }),
  };
};

const gone = (): DeskScreen => {
  const before = screen(point({ desk: ended }), looked("desk"));
  return { ...before, snapshot: { ...before.snapshot, points: [FREE] } };
};

export const DESKS = {
  desk: screen(FREE),
  desk_found: screen(FREE, typed("vuokra")),
  desk_found_provider: screen(WAITING, typed("poliisi")),
  desk_nothing: screen(FREE, typed("xylofoni")),
  desk_matter: screen(FREE, ...housing),
  desk_written: screen(FREE, ...written, {
    type: "detailed",
    details: { identity: "identity_document", interpreter: "ar" },
  }),
  desk_further: screen(WAITING, ...written, { type: "further_added", service: "vero-verokortti" }),
  desk_too_long: screen(FREE, ...housing, noted("what", "Vuokra nousi. ".repeat(50)), {
    type: "kept",
    problem: { kind: "too_long", part: "what" },
  }),
  desk_refused: screen(FREE, ...written, refused("connecting", "terminal.busy")),
  desk_no_terminal: screen(point({ desk: CONTACT, kiosk: KIOSK }, ["room"]), ...written, {
    type: "kept",
    problem: { kind: "no_terminal" },
  }),
  desk_not_remote: screen(FREE, typed("passi"), chosen("poliisi-passi")),
  desk_closed: screen(FREE, typed("velka"), chosen("ulosotto-velat")),
  desk_closing: screen(FREE, typed("lakimies"), chosen("oikeusapu-neuvonta")),
  desk_kept: screen(FREE, ...written, { type: "matter_left" }),
  desk_waiting: screen(WAITING, looked("desk")),
  desk_checking: screen(point({ desk: { ...CONTACT, line: { state: "unproven", faults: [] } } }), looked("desk")),
  desk_trouble: screen(point({ desk: TROUBLE }), looked("desk")),
  desk_held: screen(point({ desk: { ...CONTACT, state: "held" } }, ["desk"]), looked("desk")),
  desk_room_taken: screen(
    point({ desk: CONTACT, room: { ...inCall, id: "c2", visit: "v2" } }, ["kiosk"]),
    looked("desk"),
  ),
  desk_next: screen(
    point({ desk: { ...CONTACT, further: [{ id: "c3", service: TAX_CARD, provider: TAX, asked_at: ago(80) }] } }),
    looked("desk"),
  ),
  desk_adding: screen(point({ desk: CONTACT }), looked("desk"), {
    type: "opened_at",
    opened: { contact: "c1", what: "adding" },
  }),
  desk_amending: screen(
    point({ desk: CONTACT }),
    looked("desk"),
    { type: "amend_begun", contact: "c1", note: { ...NOTE, wanted: "" } },
    { type: "amend_written", part: "what", text: "Vuokra nousi syyskuussa." },
  ),
  desk_answered: answered(),
  desk_called: screen(point({ room: CALLED }), looked("room")),
  desk_called_elsewhere: screen(point({ room: { ...CALLED, called: { by: "customer", at: ago(5) } } }), typed("vero")),
  desk_attending: screen(
    point({
      room: { ...inCall, attending: "Testi Neuvoja", attending_name: "Testi Neuvoja", attending_since: ago(30) },
    }),
    looked("room"),
  ),
  desk_attending_other: screen(
    point({ room: { ...inCall, attending: "x", attending_name: "Malli Neuvoja", attending_since: ago(30) } }),
    looked("room"),
  ),
  desk_elsewhere: screen(point({ room: inCall }), looked("room"), refused("c1", "contact.elsewhere")),
  desk_closing_contact: screen(WAITING, looked("desk"), {
    type: "opened_at",
    opened: { contact: "c1", what: "closing" },
  }),
  desk_after: screen(point({ desk: ended }), looked("desk"), {
    type: "ticked",
    contact: "c1",
    task: "copy",
    done: true,
  }),
  desk_after_open: screen(point({ desk: { ...ended, conclusion: null } }), looked("desk")),
  desk_gone: gone(),
  desk_unread: {
    ...screen(FREE),
    desk: reduceDesk(
      { ...EMPTY_DESK, point: MIKKELI.id },
      { type: "catalogue_failed", point: MIKKELI.id, code: "offline" },
    ),
  },
  desk_loading: { ...screen(FREE), desk: { ...EMPTY_DESK, point: MIKKELI.id } },
} satisfies Record<string, DeskScreen>;
