import { type ConnectionState, systemTimers, Value } from "@palvelurinki/call_kit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Access } from "../model/access";
import { ASK_EVERY_MS, TerminalAccess } from "./access";
import type { Asked, Outcome } from "./sign_in";

const NOW = Date.parse("2026-11-25T07:30:00Z");
const CODE_LIFE = 900_000;

/** Signs in with a key that is a number, by answers that were given before or by what was approved. */
class SignInOfNumbers {
  key: number | null = null;
  approved: number | null = null;
  blocked = false;
  codes = 0;
  runs = 0;
  readonly answers: Outcome[] = [];

  readonly run = (): Promise<Outcome> => {
    this.runs += 1;
    return Promise.resolve(this.answers.shift() ?? this.#outcome());
  };

  readonly requestEnrolment = (): Promise<Asked> => {
    const answer = this.answers.shift();
    if (answer?.kind === "failed") {
      return Promise.resolve(answer);
    }
    if (this.blocked) {
      return Promise.resolve({ kind: "unable", why: "storage" });
    }
    this.key ??= 1;
    this.codes += 1;
    const enrolment = { code: `CODE-000${this.codes}`, fingerprint: "not shown", expires_in_s: CODE_LIFE / 1000 };
    return Promise.resolve({ kind: "shown", enrolment, fingerprint: `KEY${this.key}` });
  };

  readonly startAnew = (): Promise<Outcome> => {
    this.key = (this.key ?? 0) + 1;
    return Promise.resolve({ kind: "not_enrolled" });
  };

  #outcome(): Outcome {
    if (this.blocked) {
      return { kind: "unable", why: "storage" };
    }
    return { kind: this.key !== null && this.key === this.approved ? "done" : "not_enrolled" };
  }
}

const failed = (code: string, retryAfterMs = 0): Outcome => ({ kind: "failed", code, retryAfterMs });

let signIn: SignInOfNumbers;
let access: TerminalAccess;
let connection: Value<{ connection: ConnectionState }>;
let takenOver: number;
let demo: boolean;
let faults: unknown[];

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const settle = (): Promise<unknown> => pass(0);
const connect = (kind: "online" | "signed_out" | "superseded" | "connecting"): void =>
  connection.set({ connection: { kind } });
const approve = (): void => {
  signIn.approved = signIn.key;
};
const seen = (): Access => access.get();

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  signIn = new SignInOfNumbers();
  connection = new Value<{ connection: ConnectionState }>({ connection: { kind: "connecting" } });
  takenOver = 0;
  demo = false;
  faults = [];
  access = new TerminalAccess({
    signIn,
    session: {
      get: connection.get,
      subscribe: connection.subscribe,
      takeOver: () => {
        takenOver += 1;
        connect("connecting");
      },
    },
    timers: systemTimers,
    random: () => 0,
    isDemo: () => Promise.resolve(demo),
    report: (error) => faults.push(error),
  });
  access.start();
});

afterEach(() => {
  connect("online");
  vi.useRealTimers();
  expect(faults).toEqual([]);
});

/** A device without a key, its code on the screen. */
async function enrolling(): Promise<void> {
  await expect(access.admit()).resolves.toBe("refused");
  connect("signed_out");
  await settle();
  expect(seen().kind).toBe("enrolling");
}

describe("a device that nobody knows", () => {
  it("shows a code and its fingerprint", async () => {
    await enrolling();
    expect(seen()).toEqual({
      kind: "enrolling",
      code: "CODE-0001",
      fingerprint: `KEY${signIn.key}`,
      expiresAt: NOW + CODE_LIFE,
      length: CODE_LIFE,
      trouble: null,
      demo: false,
    });
  });

  it("asks every few seconds, and goes on at once when it was approved", async () => {
    await enrolling();
    await pass(2 * ASK_EVERY_MS);
    expect(signIn.runs).toBe(3);
    expect(takenOver).toBe(0);
    approve();
    await pass(ASK_EVERY_MS);
    expect(takenOver).toBe(1);
    expect(seen()).toEqual({ kind: "open" });
    connect("online");
    await pass(60_000);
    expect(signIn.runs).toBe(4);
  });

  it("gets a fresh code by itself for the same key, and asks more seldom after a while", async () => {
    await enrolling();
    const key = signIn.key;
    await pass(CODE_LIFE + 1000);
    expect(seen()).toMatchObject({ kind: "enrolling", code: "CODE-0002", expiresAt: NOW + 2 * CODE_LIFE });
    expect(signIn.key).toBe(key);
    expect(signIn.runs).toBeGreaterThan(100);
    expect(signIn.runs).toBeLessThan(160);
  });

  it("says that the server does not answer, leaves it alone for as long as it asks, and recovers", async () => {
    await enrolling();
    signIn.answers.push(failed("rate.exceeded", 20_000));
    await pass(ASK_EVERY_MS);
    expect(seen()).toMatchObject({ kind: "enrolling", trouble: "rate.exceeded" });
    await pass(20_000);
    expect(signIn.runs).toBe(2);
    await pass(2 * ASK_EVERY_MS);
    expect(signIn.runs).toBe(3);
    expect(seen()).toMatchObject({ kind: "enrolling", trouble: null });
  });

  it("keeps asking for a code while there is none to be had", async () => {
    signIn.answers.push({ kind: "not_enrolled" }, failed("server.busy"), failed("offline"));
    await access.admit();
    connect("signed_out");
    await settle();
    expect(seen()).toMatchObject({ kind: "asking", trouble: "server.busy" });
    await pass(ASK_EVERY_MS);
    expect(seen()).toMatchObject({ kind: "asking", trouble: "offline" });
    await pass(2 * ASK_EVERY_MS);
    expect(seen()).toMatchObject({ kind: "enrolling", code: "CODE-0001" });
  });

  it("knows that this is the demo", async () => {
    demo = true;
    await enrolling();
    expect(seen()).toMatchObject({ demo: true });
  });
});

describe("a device whose key is known", () => {
  beforeEach(async () => {
    await enrolling();
    approve();
    await pass(ASK_EVERY_MS);
    connect("online");
  });

  it("is signed in again without anybody noticing", async () => {
    await expect(access.admit()).resolves.toBe("done");
    expect(seen()).toEqual({ kind: "open" });
    await expect(access.renew()).resolves.toBe(true);
  });

  it.each(["revoked", "quarantined"] as const)("says that it was %s, and begins anew only when told", async (why) => {
    const before = signIn.key;
    signIn.answers.push({ kind: "stopped", why });
    await expect(access.admit()).resolves.toBe("refused");
    connect("signed_out");
    expect(seen()).toEqual({ kind: "stopped", why });
    const asked = signIn.runs;
    await pass(60_000);
    expect(signIn.runs).toBe(asked);
    access.enrolAnew();
    expect(seen().kind).toBe("asking");
    await settle();
    expect(seen()).toMatchObject({ kind: "enrolling", fingerprint: `KEY${signIn.key}` });
    expect(signIn.key).not.toBe(before);
  });

  it("is tried again later while the server is ill, not before it asks to be", async () => {
    signIn.answers.push(failed("server.busy", 5000));
    await expect(access.admit()).resolves.toBe("failed");
    const asked = signIn.runs;
    await expect(access.admit()).resolves.toBe("failed");
    expect(signIn.runs).toBe(asked);
    await pass(5000);
    await expect(access.admit()).resolves.toBe("done");
    expect(seen()).toEqual({ kind: "open" });
  });

  it("signs in once, at once, when another one took its session", async () => {
    const asked = signIn.runs;
    connect("superseded");
    await settle();
    expect(signIn.runs).toBe(asked + 1);
    expect(seen()).toEqual({ kind: "open" });
    expect(takenOver).toBe(1);
  });

  it("says so when that showed that its key was copied", async () => {
    signIn.answers.push({ kind: "stopped", why: "quarantined" });
    connect("superseded");
    await settle();
    expect(seen()).toEqual({ kind: "stopped", why: "quarantined" });
  });

  it("signs in again when it was sent away", async () => {
    connect("signed_out");
    await settle();
    expect(takenOver).toBe(2);
  });

  it("says that the sign-in is not kept, rather than sign in again and again", async () => {
    await expect(access.admit()).resolves.toBe("done");
    connect("signed_out");
    await settle();
    expect(seen()).toEqual({ kind: "unable", why: "cookies" });
    expect(takenOver).toBe(1);
  });
});

it("makes no key when another one took a session that had none", async () => {
  connect("superseded");
  await settle();
  expect(signIn.key).toBeNull();
  expect(seen()).toEqual({ kind: "open" });
});

it("says that the browser keeps nothing", async () => {
  signIn.blocked = true;
  await expect(access.admit()).resolves.toBe("refused");
  connect("signed_out");
  expect(seen()).toEqual({ kind: "unable", why: "storage" });
});
