import { beforeEach, describe, expect, it } from "vitest";
import { fakeStream } from "../testing/fake_media";
import { settled } from "../testing/virtual_timers";
import { attachStream, type Player } from "./attach";

class FakePlayer implements Player {
  srcObject: MediaProvider | null = null;
  plays = 0;
  refusal: string | null = null;

  play = (): Promise<void> => {
    this.plays += 1;
    return this.refusal ? Promise.reject(new DOMException("no", this.refusal)) : Promise.resolve();
  };
}

let player: FakePlayer;
let page: EventTarget;

beforeEach(() => {
  player = new FakePlayer();
  page = new EventTarget();
});

describe("attaching a stream", () => {
  it("plays it and lets it go", () => {
    const stream = fakeStream();
    const detach = attachStream(player, stream, page);
    expect(player.srcObject).toBe(stream);
    expect(player.plays).toBe(1);
    detach();
    expect(player.srcObject).toBeNull();
  });

  it("does not play nothing", () => {
    attachStream(player, null, page);
    expect(player.plays).toBe(0);
  });

  it("plays at the first touch when the browser wants one", async () => {
    player.refusal = "NotAllowedError";
    attachStream(player, fakeStream(), page);
    await settled();
    player.refusal = null;
    page.dispatchEvent(new Event("pointerdown"));
    page.dispatchEvent(new Event("keydown"));
    expect(player.plays).toBe(2);
  });

  it("does not try again what was cut short or detached", async () => {
    player.refusal = "AbortError";
    attachStream(player, fakeStream(), page);
    player.refusal = "NotAllowedError";
    const detach = attachStream(player, fakeStream(), page);
    await settled();
    detach();
    page.dispatchEvent(new Event("pointerdown"));
    expect(player.plays).toBe(2);
  });
});
