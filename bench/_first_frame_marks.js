// Put into each measured page before its own scripts: writes down when things happened, by the machine's clock, which
// two browsers share. What a page does between is told too, for whoever looks for where the time goes.
(() => {
  let marks = [];
  const mark = (what) => marks.push([what, performance.timeOrigin + performance.now()]);

  for (const kind of ["keydown", "click"]) {
    window.addEventListener(kind, ({ timeStamp }) => marks.push([kind, performance.timeOrigin + timeStamp]), true);
  }

  const seen = new WeakSet();
  let ringing = false;
  const look = () => {
    for (const video of document.querySelectorAll("video[data-seat-kind]")) {
      if (!seen.has(video)) {
        seen.add(video);
        mark("video element");
        video.requestVideoFrameCallback(() => mark("frame"));
      }
    }
    const rings = document.querySelector("[data-stage='ringing']") !== null;
    if (rings && !ringing) {
      mark("ringing");
    }
    ringing = rings;
  };
  const watch = () =>
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
  watch();

  const NativeSocket = window.WebSocket;
  const told = (text) => {
    const { type, description, candidate } = JSON.parse(text);
    return `${type}${description ? ` ${description.type}` : ""}${candidate ? " candidate" : ""}`;
  };
  window.WebSocket = class extends NativeSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => mark(`< ${told(data)}`));
    }

    send(text) {
      mark(`> ${told(text)}`);
      super.send(text);
    }
  };

  const NativeConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends NativeConnection {
    constructor(...given) {
      super(...given);
      mark("connection made");
      for (const kind of ["connectionstatechange", "iceconnectionstatechange"]) {
        this.addEventListener(kind, () =>
          mark(`${kind === "connectionstatechange" ? "" : "ice "}${this.connectionState}`),
        );
      }
    }
  };

  window.benchMarks = {
    clear: () => {
      marks = [];
    },
    all: () => marks,
    // Resolves when such a mark is there.
    until: async (what) => {
      while (!marks.some(([name]) => name === what)) {
        await new Promise((next) => setTimeout(next, 20));
      }
    },
  };
})();
