import { beforeEach, describe, expect, it } from "vitest";
import { KeysInMemory } from "../fixtures/keys_in_memory";
import { refused, ServerOfKeys } from "../fixtures/server_of_keys";
import { TerminalSignIn } from "./sign_in";

const NOW = Date.parse("2026-11-25T07:30:00Z");

let store: KeysInMemory;
let server: ServerOfKeys;
let signIn: TerminalSignIn;
let running: number;
let most: number;

beforeEach(() => {
  store = new KeysInMemory();
  server = new ServerOfKeys();
  running = 0;
  most = 0;
  let ids = 0;
  let turn: Promise<unknown> = Promise.resolve();
  signIn = new TerminalSignIn({
    store,
    server,
    now: () => NOW,
    newId: () => `jti-${++ids}`,
    exclusively: (work) => {
      const done = turn.then(async () => {
        running += 1;
        most = Math.max(most, running);
        try {
          return await work();
        } finally {
          running -= 1;
        }
      });
      turn = done.catch(() => undefined);
      return done;
    },
  });
});

const thumbprint = (slot: "current" | "next"): string => store.slots.get(slot)?.thumbprint ?? "none";
const counts = (): unknown[] => server.tokens.map((token) => token.claims["count"]);

/** With a key that the server knows. */
async function enrolled(): Promise<void> {
  await signIn.requestEnrolment();
  server.approved.add(thumbprint("current"));
}

describe("signing in", () => {
  it("asks nobody without a key, and makes none by itself", async () => {
    await expect(signIn.run()).resolves.toEqual({ kind: "not_enrolled" });
    expect(server.tokens).toEqual([]);
    expect(store.slots.size).toBe(0);
  });

  it("counts every sign-in, in order also when several are asked for at once", async () => {
    await enrolled();
    const outcomes = await Promise.all([signIn.run(), signIn.run(), signIn.run()]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["done", "done", "done"]);
    expect(counts()).toEqual([1, 2, 3]);
    expect(most).toBe(1);
    expect(new Set(server.tokens.map((token) => token.claims["jti"])).size).toBe(3);
    expect(server.tokens[0]?.claims["aud"]).toBe(server.audiences.token);
    expect(server.tokens[0]?.header["typ"]).toBe("client-authentication+jwt");
  });

  it.each([
    ["terminal.not_enrolled", { kind: "not_enrolled" }],
    ["terminal.revoked", { kind: "stopped", why: "revoked" }],
    ["terminal.quarantined", { kind: "stopped", why: "quarantined" }],
    ["assertion.invalid", { kind: "failed", code: "assertion.invalid", retryAfterMs: 4000 }],
    ["server.busy", { kind: "failed", code: "server.busy", retryAfterMs: 4000 }],
    ["offline", { kind: "failed", code: "offline", retryAfterMs: 4000 }],
  ])("takes %s for what it is", async (code, outcome) => {
    await enrolled();
    server.answers.push(refused(code, {}, 4000));
    await expect(signIn.run()).resolves.toEqual(outcome);
    expect(server.tokens).toHaveLength(1);
  });

  it("corrects a wrong clock once, with a new count and a new id", async () => {
    await enrolled();
    server.answers.push(refused("assertion.expired", { server_time: "2026-11-25T09:00:00Z" }));
    await expect(signIn.run()).resolves.toEqual({ kind: "done" });
    expect(counts()).toEqual([1, 2]);
    expect(server.tokens.map((token) => token.claims["iat"])).toEqual([NOW / 1000, NOW / 1000 + 5400]);
    expect(server.tokens[0]?.claims["jti"]).not.toBe(server.tokens[1]?.claims["jti"]);
    // It is remembered.
    await signIn.run();
    expect(server.tokens.at(-1)?.claims["iat"]).toBe(NOW / 1000 + 5400);
  });

  it("does not go on correcting, nor believe a time that is none", async () => {
    await enrolled();
    const expired = refused("assertion.expired", { server_time: "2026-11-25T09:00:00Z" });
    server.answers.push(expired, expired);
    await expect(signIn.run()).resolves.toMatchObject({ kind: "failed", code: "assertion.expired" });
    expect(server.tokens).toHaveLength(2);
    server.answers.push(refused("assertion.expired", { server_time: "soon" }));
    await expect(signIn.run()).resolves.toMatchObject({ kind: "failed" });
    expect(server.tokens).toHaveLength(3);
  });

  it("says that this browser keeps nothing", async () => {
    store.blocked = true;
    await expect(signIn.run()).resolves.toEqual({ kind: "unable", why: "storage" });
    await expect(signIn.requestEnrolment()).resolves.toEqual({ kind: "unable", why: "storage" });
  });
});

describe("asking for enrolment", () => {
  it("makes one key and keeps it, however often it asks", async () => {
    const first = await signIn.requestEnrolment();
    const made = store.slots.get("current");
    const second = await signIn.requestEnrolment();
    expect(first).toMatchObject({ kind: "shown", fingerprint: made?.fingerprint, enrolment: { code: "CODE-0001" } });
    expect(second).toMatchObject({ kind: "shown", fingerprint: made?.fingerprint, enrolment: { code: "CODE-0002" } });
    expect(server.proofs[0]).toMatchObject({
      header: { alg: "ES256", typ: "key-proof+jwt", kid: made?.thumbprint },
      claims: { iss: made?.thumbprint, sub: made?.thumbprint, aud: server.audiences.enrolments },
    });
  });

  it("shows the key's own fingerprint, whatever is answered", async () => {
    const asked = await signIn.requestEnrolment();
    expect(asked).toMatchObject({ fingerprint: store.slots.get("current")?.fingerprint });
    expect(asked).not.toMatchObject({ fingerprint: "not shown" });
  });

  it("corrects a wrong clock for it too", async () => {
    server.answers.push(refused("assertion.expired", { server_time: "2026-11-25T09:00:00Z" }));
    await expect(signIn.requestEnrolment()).resolves.toMatchObject({ kind: "shown" });
    expect(server.proofs).toHaveLength(2);
  });

  it("begins anew with another key", async () => {
    await enrolled();
    const before = thumbprint("current");
    await signIn.startAnew();
    expect(thumbprint("current")).not.toBe(before);
    await expect(signIn.run()).resolves.toEqual({ kind: "not_enrolled" });
    expect(counts()).toEqual([1]);
  });
});

describe("changing the key", () => {
  it("goes over to the new one once that has signed in", async () => {
    await enrolled();
    const before = thumbprint("current");
    server.rotate = true;
    await expect(signIn.run()).resolves.toEqual({ kind: "done" });
    expect(thumbprint("current")).not.toBe(before);
    expect(store.slots.has("next")).toBe(false);
    const next = thumbprint("current");
    expect(server.proofs.at(-1)?.claims).toMatchObject({ sub: next, aud: server.audiences.key });
    // The key before has said which one is its next, and no other one can.
    expect(server.changes.at(-1)?.claims).toMatchObject({ next, aud: server.audiences.key });
    expect(server.changes.at(-1)?.claims["sub"]).not.toBe(next);
    expect(server.tokens.map((token) => token.claims["sub"])).toEqual([before, thumbprint("current")]);
  });

  it("finds out later whether the server took it, when its answer was lost", async () => {
    await enrolled();
    const before = thumbprint("current");
    server.rotate = true;
    server.keyAnswer = refused("offline");
    await signIn.run();
    const next = thumbprint("next");
    expect(thumbprint("current")).toBe(before);
    // It had taken it, and asks for no other.
    server.rotate = false;
    server.approved.add(next);
    await expect(signIn.run()).resolves.toEqual({ kind: "done" });
    expect(thumbprint("current")).toBe(next);
    expect(store.slots.has("next")).toBe(false);
  });

  it("goes on with the old one when the server never had the new one", async () => {
    await enrolled();
    const before = thumbprint("current");
    server.rotate = true;
    server.keyAnswer = refused("offline");
    await signIn.run();
    server.rotate = false;
    await expect(signIn.run()).resolves.toEqual({ kind: "done" });
    expect(thumbprint("current")).toBe(before);
    expect(store.slots.has("next")).toBe(false);
  });

  it("keeps both while the server cannot say which it knows", async () => {
    await enrolled();
    server.rotate = true;
    server.keyAnswer = refused("offline");
    await signIn.run();
    server.answers.push(refused("server.busy"));
    await expect(signIn.run()).resolves.toMatchObject({ kind: "failed" });
    expect(store.slots.size).toBe(2);
  });
});
