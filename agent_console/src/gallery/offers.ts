/** A ring's newest offers with their reasons, for the gallery and for tests. */

import type { CandidateView, ExplanationView, RingingView, RingOffers } from "@palvelurinki/call_kit";
import { ago, HOUSING, KELA_QUEUE } from "./fixtures";

const SOUTH = {
  id: "etela",
  names: { fi: "Etelä-Savon yksikkö", sv: "Enheten i Södra Savolax", en: "South Savo unit" },
};
const COAST = { id: "rannikko", names: { fi: "Rannikon yksikkö", sv: "Kustens enhet", en: "Coast unit" } };
const OTHER_RING = {
  id: "kela-yleinen",
  names: { fi: "Kelan yleisneuvonta", sv: "FPA:s allmänna rådgivning", en: "Kela general advice" },
};

export function candidate(name: string, change: Partial<CandidateView> = {}): CandidateView {
  return {
    staff: name,
    name,
    chosen: false,
    lacks: [],
    ring: KELA_QUEUE.ring,
    level: 1,
    skill: 3,
    languages: ["fi"],
    unit: SOUTH,
    idle_since: ago(250),
    asked_at: ago(1900),
    calls_today: 4,
    ...change,
  };
}

export function ringing(
  name: string,
  state: RingingView["state"],
  reason: string | null = null,
  closed: number | null = 60,
): RingingView {
  return { staff: name, name, state, reason, closed_at: closed === null ? null : ago(closed) };
}

/** Made 68 s ago: chosen the one who has been free for six minutes, who answered after 8 s. */
export const EXPLANATION: ExplanationView = {
  offer: "o1",
  state: "accepted",
  made_at: ago(68),
  closed_at: ago(60),
  contact: "c1",
  service: HOUSING,
  ring: KELA_QUEUE.ring,
  language: "sv",
  unit: SOUTH,
  requested_at: ago(152),
  head_start_s: 0,
  ahead: 0,
  strategy: "longest_idle",
  ring_at_once: 1,
  step: { after_s: 0, language: "required", unit: "serving", level: null, skill: 2 },
  early: false,
  candidates: [
    candidate("Malli Virkailija", { chosen: true, idle_since: ago(428), languages: ["fi", "sv"] }),
    candidate("Esimerkki Osaaja", { idle_since: ago(190), languages: ["fi", "sv"] }),
    candidate("Testi Asiantuntija", { lacks: ["busy"], languages: ["fi", "sv"] }),
    candidate("Kokeilu Käsittelijä", { lacks: ["language", "skill"], skill: 1 }),
    candidate("Näyte Päättäjä", { lacks: ["unit", "passed_by"], unit: COAST, languages: ["sv"] }),
    candidate("Harjoitus Neuvoja", { lacks: ["not_reached"], ring: OTHER_RING, languages: ["fi", "sv"] }),
  ],
  ringings: [ringing("Malli Virkailija", "accepted")],
  replays: true,
};

/** Rung at two experts at once, of whom one was faster; the conditions had been eased before their time. */
export const SHARED: ExplanationView = {
  ...EXPLANATION,
  offer: "o2",
  made_at: ago(410),
  requested_at: ago(447),
  head_start_s: 120,
  ahead: 2,
  strategy: "fewest_calls",
  ring_at_once: 2,
  step: { after_s: 120, language: "any", unit: "any", level: null, skill: 1 },
  early: true,
  candidates: [
    candidate("Malli Virkailija", { chosen: true, calls_today: 3 }),
    candidate("Esimerkki Osaaja", { chosen: true, calls_today: 5 }),
    candidate("Testi Asiantuntija", { level: 2, calls_today: 1 }),
    candidate("Näyte Päättäjä", { lacks: ["taken"] }),
  ],
  ringings: [
    ringing("Malli Virkailija", "withdrawn", "answered_elsewhere", 402),
    ringing("Esimerkki Osaaja", "accepted", null, 402),
  ],
};

/** A lone expert of an overflow ring who declined; what was stored gives another choice today. */
export const DECLINED: ExplanationView = {
  ...EXPLANATION,
  offer: "o3",
  state: "declined",
  made_at: ago(905),
  requested_at: ago(1210),
  strategy: "best_skill",
  step: { after_s: 240, language: "any", unit: "any", level: 2, skill: 1 },
  candidates: [candidate("Harjoitus Neuvoja", { chosen: true, ring: OTHER_RING })],
  ringings: [ringing("Harjoitus Neuvoja", "declined", "not_my_field", 896)],
  replays: false,
};

export const MISSED: ExplanationView = {
  ...EXPLANATION,
  offer: "o4",
  state: "expired",
  made_at: ago(1800),
  requested_at: ago(1830),
  ringings: [ringing("Malli Virkailija", "missed", null, 1780)],
};

export const LEFT: ExplanationView = {
  ...EXPLANATION,
  offer: "o5",
  state: "withdrawn",
  made_at: ago(2400),
  requested_at: ago(2430),
  ringings: [ringing("Malli Virkailija", "withdrawn", "customer_left", 2395)],
};

export const OFFERS: RingOffers = {
  ring: KELA_QUEUE.ring,
  offers: [EXPLANATION, SHARED, DECLINED, MISSED, LEFT],
  server_time: ago(0),
};
