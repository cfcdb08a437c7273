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

  // What each new one is followed by; the page sees the browser's own.
  const followed = (native, follow) =>
    new Proxy(native, {
      construct: (target, given, made) => {
        const one = Reflect.construct(target, given, made);
        follow(one);
        return one;
      },
    });

  const told = (text) => {
    const { type, description, candidate } = JSON.parse(text);
    return `${type}${description ? ` ${description.type}` : ""}${candidate ? " candidate" : ""}`;
  };
  window.WebSocket = followed(window.WebSocket, (socket) => {
    socket.addEventListener("message", ({ data }) => mark(`< ${told(data)}`));
    const send = socket.send.bind(socket);
    socket.send = (text) => {
      mark(`> ${told(text)}`);
      send(text);
    };
  });

  window.RTCPeerConnection = followed(window.RTCPeerConnection, (connection) => {
    mark("connection made");
    connection.addEventListener("connectionstatechange", () => mark(connection.connectionState));
  });

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
