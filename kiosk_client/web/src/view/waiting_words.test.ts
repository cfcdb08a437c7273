import { describe, expect, it } from "vitest";
import { languages } from "../model/language";
import type { EstimateTold, Minutes, Waiting } from "../model/waiting";
import { closingIn, estimateIn, headlineIn } from "./waiting_words";
import { speechIn } from "./words";

const queueing: Waiting = {
  headline: "queueing",
  place: 2,
  onDuty: 3,
  askedBefore: false,
  estimate: { kind: "pending" },
  closing: null,
  line: "fine",
};
const range = (low: number, high: number): Minutes => ({ kind: "range", low, high });
const minutes = (told: Minutes): EstimateTold => ({ kind: "minutes", minutes: told, grown: null });
const fi = (change: Partial<Waiting>) => estimateIn(speechIn("fi"), { ...queueing, ...change });

describe("how long it takes", () => {
  it.each([
    [range(4, 9), "Arvio: 4–9 minuuttia"],
    [range(1, 1), "Arvio: noin minuutti"],
    [range(4, 4), "Arvio: noin 4 minuuttia"],
    [range(55, 85), "Arvio: 55–85 minuuttia"],
    [range(55, 120), "Arvio: 55 min – 2 t"],
    [range(80, 125), "Arvio: 1 t 20 min – 2 t 5 min"],
    [{ kind: "less_than", high: 1 }, "Arvio: alle minuutti"],
    [{ kind: "less_than", high: 3 }, "Arvio: alle 3 minuuttia"],
    [{ kind: "at_least", low: 20 }, "Arvio: yli 20 minuuttia"],
    [{ kind: "at_least", low: 95 }, "Arvio: yli 1 t 35 min"],
  ] as const)("%j is %s", (told, sentence) => {
    expect(fi({ estimate: minutes(told) }).figure).toBe(sentence);
  });

  it.each([
    ["sv", "Beräknad väntetid: 4–9 minuter", "Beräknad väntetid: under en minut"],
    ["en", "Estimated wait: 4–9 minutes", "Estimated wait: less than a minute"],
  ] as const)("is said in %s", (language, some, few) => {
    const said = (told: Minutes) => estimateIn(speechIn(language), { ...queueing, estimate: minutes(told) }).figure;
    expect(said(range(4, 9))).toBe(some);
    expect(said({ kind: "less_than", high: 1 })).toBe(few);
  });

  it("leaves the place of what is on its way empty", () => {
    expect(fi({})).toEqual({ figure: null, detail: "Arvioimme odotusaikaa." });
  });

  it("is honest when the estimate no longer holds", () => {
    expect(fi({ estimate: { kind: "overdue" } })).toEqual({
      figure: "Kestää arvioitua pidempään.",
      detail: "Arvio tarkentuu.",
    });
  });

  it("says once that it may close before the turn comes", () => {
    const estimate: EstimateTold = minutes({ kind: "at_least", low: 20 });
    const at = new Date("2026-11-25T14:15:00Z");
    expect(fi({ estimate }).detail).toBe("Odotus voi venyä pitkäksi.");
    expect(fi({ estimate, closing: { at, prospect: "served" } }).detail).toBe("Odotus voi venyä pitkäksi.");
    expect(fi({ estimate, closing: { at, prospect: "doubtful" } }).detail).toBeNull();
    expect(fi({ estimate: { kind: "uncertain" } }).detail).toBe("Palvelu voi sulkeutua ennen vuoroasi.");
    expect(fi({ estimate: { kind: "uncertain" }, closing: { at, prospect: "doubtful" } }).detail).toBeNull();
  });

  it.each([
    ["fewer_experts", 1, "Arvio piteni: vuorossa on yksi asiantuntija vähemmän."],
    ["fewer_experts", 2, "Arvio piteni: vuorossa on 2 asiantuntijaa vähemmän."],
    ["overtaken", 1, "Arvio piteni: jonoon tuli yksi kiireellisempi asia."],
    ["long_calls", 2, "Arvio piteni: 2 puhelua kestää tavallista kauemmin."],
    ["nobody_free", 1, "Arvio piteni: käynnissä oleva puhelu jatkuu vielä."],
    [null, 0, "Arvio piteni. Pahoittelemme odotusta."],
  ] as const)("says why it grew: %s, %d", (cause, count, sentence) => {
    const estimate: EstimateTold = { kind: "minutes", minutes: range(4, 9), grown: { cause, count, at: 0 } };
    expect(fi({ estimate }).detail).toBe(sentence);
  });

  it("says in every language why there is no estimate, but for what the closing tells", () => {
    const reasons = ["nobody_on_duty", "nobody_can_take", "not_before_closing", "long"] as const;
    for (const language of languages) {
      const details = reasons.map(
        (reason) => estimateIn(speechIn(language), { ...queueing, estimate: { kind: "cannot", reason } }).detail,
      );
      expect(details.map((detail) => detail !== null)).toEqual([true, true, false, true]);
      expect(new Set(details).size).toBe(reasons.length);
    }
  });
});

describe("what happens now", () => {
  const headline = (change: Partial<Waiting>) => headlineIn(speechIn("fi"), { ...queueing, ...change });

  it("is the place, and what being the first means", () => {
    expect(headline({})).toEqual({ title: "Olet jonossa 2.", text: null });
    expect(headline({ place: 1 }).text).toBe("Olet seuraavana vuorossa.");
    expect(headline({ place: 1, askedBefore: true }).text).toBe(
      "Äskeinen asiantuntija ei voinut vastata. Olet yhä seuraavana vuorossa.",
    );
  });

  it("is that somebody is being asked, also when an expert could not answer", () => {
    expect(headline({ headline: "ringing" }).title).toBe("Soitamme nyt asiantuntijalle.");
    expect(headline({ headline: "passed_on" }).title).toBe("Etsimme sinulle asiantuntijaa.");
    expect(fi({ headline: "passed_on", estimate: null, askedBefore: true })).toEqual({
      figure: "Odota hetki laitteen lähellä.",
      detail: "Äskeinen asiantuntija ei voinut vastata. Paikkasi jonossa säilyy.",
    });
  });
});

describe("the closing", () => {
  const at = new Date("2026-11-25T14:15:00Z");

  it.each([
    ["fi", "Palvelu sulkeutuu klo 16.15. Sinut palvellaan silti."],
    ["sv", "Tjänsten stänger kl. 16.15. Du får ändå service."],
    ["en", "The service closes at 16:15. You will still be served."],
  ] as const)("is told by Finland's clock in %s", (language, sentence) => {
    expect(closingIn(speechIn(language), { at, prospect: "served" })).toBe(sentence);
  });

  it("says what to do when the turn does not come", () => {
    expect(closingIn(speechIn("fi"), { at, prospect: "ended" })).toBe(
      "Palvelu sulkeutuu klo 16.15. Jos vuorosi ei tule ennen sitä, palveluneuvoja voi varata sinulle ajan.",
    );
  });
});
