/** The demo's people and terminals, about as many as the real demo has. */

import type { DemoPersona, DemoView, NamesView, Role } from "@palvelurinki/call_kit";

const KELA = { fi: "Kela", sv: "FPA", en: "Kela" };
const DVV = {
  fi: "Digi- ja väestötietovirasto",
  sv: "Myndigheten för digitalisering och befolkningsdata",
  en: "Digital and Population Data Services Agency",
};
const TOWN = { fi: "Mikkelin kaupunki", sv: "S:t Michels stad", en: "City of Mikkeli" };

function person(name: string, organisation: NamesView, ...roles: Role[]): DemoPersona {
  return { id: name, name, kind: "staff", terminal_kind: null, roles, organisation, path: `#${name}` };
}

function terminals(fi: string, sv: string, en: string): DemoPersona[] {
  const place = { kind: "terminal", roles: [], organisation: { fi, sv, en } };
  return [
    { ...place, id: `${fi}-1`, name: "Asiakaspääte aulassa", terminal_kind: "kiosk", path: `#${fi}-1` },
    { ...place, id: `${fi}-2`, name: "Neuvojan tiski", terminal_kind: "desk", path: `#${fi}-2` },
    { ...place, id: `${fi}-3`, name: "Etäpalveluhuone", terminal_kind: "private_room", path: `#${fi}-3` },
  ];
}

export const DEMO: DemoView = {
  personas: [
    person("Testi Asiantuntija", KELA, "expert"),
    person("Esimerkki Osaaja", KELA, "expert", "supervisor"),
    person("Malli Virkailija", DVV, "expert"),
    person("Testi Esihenkilö", KELA, "supervisor"),
    person("Testi Neuvoja", TOWN, "advisor"),
    person("Exempel Rådgivare", TOWN, "advisor"),
    person("Testi Tulkki", TOWN, "interpreter"),
    person("Testi Pääkäyttäjä", TOWN, "administrator"),
    ...terminals("Mikkelin asiointipiste", "Servicestället i S:t Michel", "Mikkeli service point"),
    ...terminals("Paraisten asiointipiste", "Servicestället i Pargas", "Parainen service point"),
    ...terminals("Saarijärven asiointipiste", "Servicestället i Saarijärvi", "Saarijärvi service point"),
  ],
};
