/** What people of other roles than the expert see, for the gallery and for tests. */

import type { BoardTerminalView, NamedView, PointBoardView, StaffSnapshot, StaffView } from "@palvelurinki/call_kit";
import {
  ago,
  DVV,
  DVV_BUSY,
  ESTATE,
  EXPERT,
  HOUSING,
  KELA,
  KELA_QUEUE,
  MEMBERS,
  MIKKELI,
  MIKKELI_TOWN,
  member,
  named,
  SICKNESS,
  SNAPSHOT,
  TAX,
  TAX_CARD,
  TAX_CLOSED,
  TAX_QUEUE,
} from "./fixtures";

function terminal(id: string, kind: BoardTerminalView["kind"], label: NamedView, rest: Partial<BoardTerminalView>) {
  return {
    terminal: { ...label, id },
    kind,
    connected: true,
    contact_state: null,
    service: null,
    provider: null,
    since: null,
    contact: null,
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
  return { ...EXPERT, id, name: id, roles, organisation, organisation_kinds: kinds, pause_reasons: [] };
}

export const SUPERVISOR_SNAPSHOT: StaffSnapshot = {
  ...SNAPSHOT,
  staff: staff("Testi Esihenkilö", ["supervisor"], KELA, ["provider"]),
  presence: null,
  rings: [
    { ...DVV_BUSY, members: [member("Näyte Päättäjä", "in_call", 914), member("Malli Virkailija", "in_call", 2110)] },
    { ...KELA_QUEUE, members: [...MEMBERS] },
    { ...TAX_QUEUE, members: [...MEMBERS] },
    {
      ...TAX_CLOSED,
      members: [],
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

/** Of the municipality that hosts the points. */
export const HOST_ADMINISTRATOR_SNAPSHOT: StaffSnapshot = {
  ...ADVISOR_SNAPSHOT,
  staff: staff("Testi Pääkäyttäjä", ["administrator"], MIKKELI_TOWN, ["host_municipality"]),
};
