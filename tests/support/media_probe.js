// Put into each page before its own scripts: remembers every peer connection, so that a test can ask what arrives.
(() => {
  const connections = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...given) {
      super(...given);
      connections.push(this);
    }
  };

  const inbound = async () => {
    const open = connections.filter((each) => each.connectionState !== "closed");
    const reports = await Promise.all(open.map((each) => each.getStats()));
    return reports.flatMap((each) => [...each.values()]).filter((report) => report.type === "inbound-rtp");
  };

  // What has arrived over all connections that are still open.
  const received = async () => {
    const sum = { framesDecoded: 0, audioEnergy: 0 };
    for (const report of await inbound()) {
      sum.framesDecoded += report.framesDecoded ?? 0;
      sum.audioEnergy += report.totalAudioEnergy ?? 0;
    }
    return sum;
  };

  // The picture that a person sees: drawn to a canvas, its pixels summed up. A black or a single-coloured picture has
  // no spread; a still one has the same print every time.
  const picture = (selector) => {
    const video = document.querySelector(selector);
    if (video === null || video.videoWidth === 0) {
      return null;
    }
    const canvas = document.createElement("canvas");
    canvas.width = 64;
    canvas.height = 36;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let least = 255;
    let most = 0;
    let print = 0;
    for (let at = 0; at < data.length; at += 4) {
      const light = (data[at] + data[at + 1] + data[at + 2]) / 3;
      least = Math.min(least, light);
      most = Math.max(most, light);
      print = (print * 31 + data[at] + 2 * data[at + 1] + 3 * data[at + 2]) % 4_294_967_291;
    }
    return { spread: most - least, print };
  };

  window.mediaProbe = {
    // How many peer connections this page has ever made.
    made: () => connections.length,
    // How many of them are not closed.
    open: () => connections.filter((each) => each.connectionState !== "closed").length,
    received,
    picture,
    // Resolves when this much more has arrived than at the call, and the picture has changed meanwhile.
    flows: async (selector, { frames, energy }) => {
      const before = await received();
      const first = picture(selector)?.print;
      for (;;) {
        await new Promise((next) => setTimeout(next, 100));
        const now = await received();
        const seen = picture(selector);
        const enough =
          now.framesDecoded - before.framesDecoded >= frames && now.audioEnergy - before.audioEnergy >= energy;
        if (enough && seen !== null && seen.print !== first) {
          return {
            frames: now.framesDecoded - before.framesDecoded,
            energy: now.audioEnergy - before.audioEnergy,
            ...seen,
          };
        }
      }
    },
  };
})();
