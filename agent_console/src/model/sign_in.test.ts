import { describe, expect, test } from "vitest";
import { ISSUERS } from "../gallery/access";
import { choicesOf, leftOpen, refusalIn, signInAddress } from "./sign_in";

describe("a refused sign-in", () => {
  test.each([
    ["#sign-in-refused=sign_in.no_role", "sign_in.no_role"],
    ["#sign-in-refused=", null],
    ["#sign-in-refused=<script>", null],
    ["#content", null],
    ["", null],
  ])("is read from the address: %s", (hash, code) => {
    expect(refusalIn(hash)).toBe(code);
  });
});

describe("with whom one may sign in", () => {
  const told = (last: string | null, language: "fi" | "sv" | "en"): unknown[] =>
    choicesOf(ISSUERS, last, language).map(({ organisation, name, last: isLast }) => [organisation, name, isLast]);

  test("stands by organisation, the last choice first", () => {
    expect(told("mikkeli-ulkoiset", "fi")).toEqual([
      ["Mikkelin kaupunki", "Ulkoiset tulkit", true],
      ["Digi- ja väestötietovirasto", null, false],
      ["Kela", null, false],
      ["Mikkelin kaupunki", "Kaupungin työntekijät", false],
      ["Verohallinto", null, false],
    ]);
  });

  test("is sorted as the reader's language sorts", () => {
    expect(told(null, "sv").map((each) => (each as string[])[0])).toEqual([
      "FPA",
      "Myndigheten för digitalisering och befolkningsdata",
      "S:t Michels stad",
      "S:t Michels stad",
      "Skatteförvaltningen",
    ]);
  });

  test("needs no choice that is not there any more", () => {
    expect(choicesOf(ISSUERS, "gone", "fi").some(({ last }) => last)).toBe(false);
  });

  test("an issuer's id cannot change the address", () => {
    expect(signInAddress("a&b=c/../d")).toBe("/sign-in/start?issuer=a%26b%3Dc%2F..%2Fd");
  });
});

test("what a sign-in that ended left open", () => {
  expect((["call", "ringing", "answering", "wrap_up", "nothing", "summary"] as const).map(leftOpen)).toEqual([
    "call",
    "offer",
    "offer",
    "wrap_up",
    "nothing",
    "nothing",
  ]);
});
