import { beforeEach, describe, expect, it } from "vitest";
import { VirtualTimers } from "../testing/virtual_timers";
import { steadyTimers, type Ticker, type TickerAnswer, type TickerRequest } from "./timers";
import type { Timers } from "./types";

let asked: TickerRequest[];
let tell: (type: "message" | "error", data?: TickerAnswer) => void;
let fallback: VirtualTimers;
let timers: Timers;
let woken: string[];

beforeEach(() => {
  asked = [];
  woken = [];
  const listeners = new Map<string, (event: { data?: TickerAnswer }) => void>();
  const ticker: Ticker = {
    postMessage: (request) => asked.push(request),
    addEventListener: (type, listener) => listeners.set(type, listener),
  };
  tell = (type, data): void => listeners.get(type)?.(data === undefined ? {} : { data });
  fallback = new VirtualTimers();
  timers = steadyTimers(ticker, fallback);
});

describe("timers kept by a worker", () => {
  it("wake each once, when the worker says so", () => {
    timers.after(100, () => woken.push("one"));
    timers.after(200, () => woken.push("two"));
    expect(asked).toEqual([
      { id: 1, ms: 100 },
      { id: 2, ms: 200 },
    ]);
    tell("message", 2);
    tell("message", 2);
    expect(woken).toEqual(["two"]);
  });

  it("forget what was cancelled, even when it was on its way", () => {
    const cancel = timers.after(100, () => woken.push("one"));
    cancel();
    tell("message", 1);
    expect(asked.at(-1)).toEqual({ id: 1, ms: null });
    expect(woken).toEqual([]);
  });

  it("go on without the worker, with what it kept too", async () => {
    timers.after(100, () => woken.push("kept"));
    const cancel = timers.after(100, () => woken.push("cancelled"));
    await fallback.pass(60);
    tell("error");
    timers.after(50, () => woken.push("new"));
    cancel();
    await fallback.pass(39);
    expect(woken).toEqual([]);
    await fallback.pass(100);
    expect(woken).toEqual(["kept", "new"]);
  });
});
