import { describe, expect, it } from "vitest";
import type { ContactView } from "../generated/wire";
import type { ConnectionState, SessionState } from "../session/types";
import { callView, contactView, terminalSnapshot } from "../testing/views";
import { planOf } from "./plan";

const TO_CONTINUE: ContactView = {
  ...contactView("contact-1", "in_call"),
  to_continue: { until: null, language: "fi" },
};
const OURS = { call: "call-1", epochBefore: 0 };

function seen(contact: ContactView | null, kind: "online" | "superseded" | "signed_out" = "online"): SessionState {
  const connection: ConnectionState = { kind };
  return {
    connection,
    snapshot: { ...terminalSnapshot({ contact }), call: null },
    iceServers: [],
    clockOffsetMs: 0,
    repeating: false,
    left: null,
  };
}

describe("a call that was hung up here", () => {
  const call = callView("seat-1", 1, []);
  const there: SessionState = { ...seen(null), snapshot: { ...terminalSnapshot({}), call } };

  it.each([
    ["the call", call.id],
    ["its contact", call.contact],
  ])("is over at once, though the server still shows it (%s)", (_, left) => {
    expect(planOf(there, OURS)).toMatchObject({ kind: "follow" });
    expect(planOf({ ...there, left }, OURS)).toEqual({ kind: "leave" });
    expect(planOf({ ...there, left }, null)).toEqual({ kind: "leave" });
  });

  it("is not another one that was left before", () => {
    expect(planOf({ ...there, left: "call-0" }, OURS)).toMatchObject({ kind: "follow" });
  });
});

describe("a call of which the server does not tell", () => {
  it("is left as it is while this page takes its contact back (I10)", () => {
    expect(planOf(seen(TO_CONTINUE), OURS)).toEqual({ kind: "wait" });
  });

  it("is nothing to a page that has not been in it", () => {
    expect(planOf(seen(TO_CONTINUE), null)).toEqual({ kind: "leave" });
  });

  it("is over when another page speaks, or the contact is gone", () => {
    expect(planOf(seen(TO_CONTINUE, "superseded"), OURS)).toEqual({ kind: "leave" });
    expect(planOf(seen(null), OURS)).toEqual({ kind: "leave" });
  });

  it("is over for who is signed out, and so is one of which it did tell", () => {
    expect(planOf(seen(TO_CONTINUE, "signed_out"), OURS)).toEqual({ kind: "leave" });
    const call = callView("seat-1", 1, []);
    const there: SessionState = { ...seen(null, "signed_out"), snapshot: { ...terminalSnapshot({}), call } };
    expect(planOf(there, OURS)).toEqual({ kind: "leave" });
  });

  it("goes on with the media it had once the contact is taken back", () => {
    const call = callView("seat-1", 1, []);
    const back: SessionState = { ...seen(contactView("contact-1", "in_call")) };
    const snapshot = { ...terminalSnapshot({ contact: contactView("contact-1", "in_call") }), call };
    expect(planOf({ ...back, snapshot }, { call: call.id, epochBefore: 0 })).toMatchObject({
      kind: "follow",
      epoch: 1,
    });
  });
});
