import { describe, expect, test } from "vitest";
import { type Press, type Situation, shortcutOf } from "./shortcuts";

const PRESS: Press = { key: "Enter", code: "Enter", alt: false, control: false, repeat: false, focus: "none" };
const RINGING: Situation = { stage: "ringing", open: null, questionMark: true };
const NOTHING: Situation = { ...RINGING, stage: "nothing" };

const enter = PRESS;
const esc = { ...PRESS, key: "Escape", code: "Escape" };
const question = { ...PRESS, key: "?", code: "Minus" };

describe("while it rings", () => {
  test("Enter accepts and Esc asks for a reason", () => {
    expect(shortcutOf(enter, RINGING)).toBe("accept");
    expect(shortcutOf(esc, RINGING)).toBe("decline");
  });

  test("not out of something that is being typed, and not over a button that has the focus", () => {
    expect(shortcutOf({ ...enter, focus: "typing" }, RINGING)).toBeNull();
    expect(shortcutOf({ ...enter, focus: "control" }, RINGING)).toBeNull();
  });

  test("a key that was held down before it rang means nothing", () => {
    expect(shortcutOf({ ...enter, repeat: true }, RINGING)).toBeNull();
  });

  test("with the reasons open, Enter is the form's and Esc goes back to the ringing", () => {
    const asking: Situation = { ...RINGING, open: "declining" };
    expect(shortcutOf(enter, asking)).toBeNull();
    expect(shortcutOf(esc, asking)).toBe("close");
  });
});

describe("otherwise", () => {
  test("Enter goes on after a call or an offer that went; Esc does nothing", () => {
    expect(shortcutOf(enter, { ...NOTHING, stage: "summary" })).toBe("dismiss");
    expect(shortcutOf(enter, { ...NOTHING, stage: "offer_gone" })).toBe("dismiss");
    expect(shortcutOf(enter, NOTHING)).toBeNull();
    expect(shortcutOf(esc, NOTHING)).toBeNull();
  });

  test("? opens the help unless it is typed or turned off", () => {
    expect(shortcutOf(question, NOTHING)).toBe("help");
    expect(shortcutOf({ ...question, focus: "control" }, NOTHING)).toBe("help");
    expect(shortcutOf({ ...question, focus: "typing" }, NOTHING)).toBeNull();
    expect(shortcutOf(question, { ...NOTHING, questionMark: false })).toBeNull();
  });

  test("Alt goes by the place of the key, for the letter may differ", () => {
    const mac = { ...PRESS, key: "®", code: "KeyR", alt: true };
    expect(shortcutOf(mac, NOTHING)).toBe("ready");
    expect(shortcutOf({ ...mac, code: "KeyP", focus: "typing" }, NOTHING)).toBe("pause");
    expect(shortcutOf({ ...mac, control: true }, NOTHING)).toBeNull();
  });

  test("Enter ends a wrap-up and Alt+T lengthens it, but only there", () => {
    const more = { ...PRESS, key: "t", code: "KeyT", alt: true };
    const wrapUp: Situation = { ...NOTHING, stage: "wrap_up" };
    expect(shortcutOf(enter, wrapUp)).toBe("ready");
    expect(shortcutOf({ ...enter, focus: "control" }, wrapUp)).toBeNull();
    expect(shortcutOf({ ...enter, repeat: true }, wrapUp)).toBeNull();
    expect(shortcutOf(enter, { ...wrapUp, open: "pausing" })).toBeNull();
    expect(shortcutOf(more, wrapUp)).toBe("extend");
    expect(shortcutOf(more, { ...NOTHING, stage: "call" })).toBeNull();
  });

  test("ending is for a call", () => {
    const end = { ...PRESS, key: "l", code: "KeyL", alt: true };
    expect(shortcutOf(end, NOTHING)).toBeNull();
    expect(shortcutOf(end, { ...NOTHING, stage: "call" })).toBe("end_call");
  });
});
