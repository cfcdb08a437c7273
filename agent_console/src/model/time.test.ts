import { describe, expect, test } from "vitest";
import { clockOf, dayOf, durationOf, secondOf, shortDurationOf, timeOf } from "./time";

const MINUTE = 60_000;

describe("clocks", () => {
  test.each([
    [-400, "0:00"],
    [7999, "0:07"],
    [12.5 * MINUTE, "12:30"],
    [59 * MINUTE + 59_000, "59:59"],
    [60 * MINUTE, "1:00:00"],
    [25 * 60 * MINUTE + 61_000, "25:01:01"],
  ])("%d ms is %s", (ms, shown) => {
    expect(clockOf(ms)).toBe(shown);
  });
});

describe("durations in words", () => {
  test("in each language", () => {
    expect(durationOf(200_000, "fi")).toBe("3 minuuttia 20 sekuntia");
    expect(durationOf(61_000, "fi")).toBe("1 minuutti 1 sekunti");
    expect(durationOf(200_000, "sv")).toBe("3 minuter 20 sekunder");
    expect(durationOf(200_000, "en")).toBe("3 minutes 20 seconds");
    expect(durationOf(0, "fi")).toBe("0 sekuntia");
    expect(durationOf(60 * MINUTE, "en")).toBe("1 hour");
    expect(durationOf(65 * MINUTE + 5000, "en")).toBe("1 hour 5 minutes");
  });
});

describe("the time of day is Finland's", () => {
  test("in winter and in summer", () => {
    expect(timeOf("2026-01-15T07:05:00Z", "fi")).toBe("9.05");
    expect(timeOf("2026-07-15T13:15:00Z", "fi")).toBe("16.15");
    expect(timeOf("2026-07-15T13:15:00Z", "en")).toBe("16:15");
  });
});

describe("days as people name them", () => {
  const now = Date.parse("2026-10-23T20:30:00Z"); // a Friday, 23.30 in Finland

  test("today ends at Finland's midnight", () => {
    expect(dayOf("2026-10-23T20:59:00Z", now, "fi")).toEqual({ kind: "today" });
    expect(dayOf("2026-10-23T21:01:00Z", now, "fi")).toEqual({ kind: "tomorrow" });
  });

  test("across the clock change of 25 October", () => {
    expect(dayOf("2026-10-26T07:00:00Z", now, "fi")).toEqual({ kind: "weekday", name: "maanantai" });
    expect(dayOf("2026-10-26T07:00:00Z", now, "sv")).toEqual({ kind: "weekday", name: "måndag" });
  });

  test("a week ahead it is a date, in the reader's order", () => {
    expect(dayOf("2026-11-02T07:00:00Z", now, "fi")).toEqual({ kind: "date", date: "2.11." });
    expect(dayOf("2026-11-02T07:00:00Z", now, "en")).toEqual({ kind: "date", date: "2 Nov" });
  });
});

describe("durations in short", () => {
  test.each([
    [0, "0 s"],
    [45_900, "45 s"],
    [84_000, "1 min 24 s"],
    [6 * MINUTE, "6 min"],
    [12 * MINUTE + 30_000, "12 min"],
    [65 * MINUTE, "1 t 5 min"],
    [-5, "0 s"],
  ])("%d ms is %s", (ms, shown) => {
    expect(shortDurationOf(ms, "fi").replaceAll("\u00a0", " ")).toBe(shown);
  });
});

test("the time of day to the second", () => {
  expect(secondOf("2026-01-15T07:05:09Z", "fi")).toBe("9.05.09");
});
