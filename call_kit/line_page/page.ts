/** What the test drives: the line check of a terminal, with this browser's devices and the server of this page. */
import { checkLine, exchangeWithServer, type LineCheck, type LineProgress, LocalMedia } from "../src/index";

export interface LineReport extends LineCheck {
  readonly ms: number;
  readonly progress: readonly LineProgress[];
}

const local = new LocalMedia();
let aborting = new AbortController();

export const line = {
  async check(iceServers: RTCIceServer[]): Promise<LineReport> {
    const progress: LineProgress[] = [];
    const begun = performance.now();
    aborting = new AbortController();
    const found = await checkLine({
      media: () => local.open().then(local.get),
      iceServers,
      exchange: exchangeWithServer,
      progress: (each) => progress.push(each),
      signal: aborting.signal,
    });
    return { ...found, ms: Math.round(performance.now() - begun), progress };
  },
  turnCamera: (on: boolean): void => local.setVideo(on),
  abort: (): void => aborting.abort(),
};

Object.assign(globalThis, { line });
