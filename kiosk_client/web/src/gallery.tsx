/**
 * Shows one screen as it stands, without a server: `?screen=waiting&lang=sv&contrast=true&large=true`.
 * Without a screen it lists them all. For looking and for the screenshot tests; not shipped.
 */

import { type JSX, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { noCallMedia, noLocalMedia, type Scene, type Streams, scenes } from "./fixtures/scenes";
import { isLanguage } from "./model/language";
import { KioskView } from "./view/kiosk_view";
import "./fonts";

const asked = new URLSearchParams(window.location.search);
const name = asked.get("screen");
const scene = name === null ? undefined : scenes[name];
const root = document.getElementById("root");
if (root === null) {
  throw new Error("gallery.html has no element with the id root");
}
createRoot(root).render(<StrictMode>{scene === undefined ? <Contents /> : <Shown scene={scene} />}</StrictMode>);

function Contents(): JSX.Element {
  return (
    <main>
      <h1>{document.title}</h1>
      <ul>
        {Object.keys(scenes).map((each) => (
          <li key={each}>
            <a href={`?screen=${each}`}>{each}</a>
          </li>
        ))}
      </ul>
    </main>
  );
}

const streams = drawnStreams();

function Shown({ scene: shown }: { scene: Scene }): JSX.Element {
  const run = shown.run();
  const language = asked.get("lang");
  if (language !== null && isLanguage(language)) {
    run.do({ type: "change_language", language });
  }
  if (asked.get("contrast") === "true") {
    run.do({ type: "toggle_contrast" });
  }
  if (asked.get("large") === "true") {
    run.do({ type: "toggle_large" });
  }
  return (
    <KioskView
      local={shown.local?.(streams) ?? noLocalMedia}
      media={shown.media?.(streams) ?? noCallMedia}
      now={run.now}
      send={() => undefined}
      state={run.state}
    />
  );
}

function drawnStreams(): Streams {
  const sound = new AudioContext().createMediaStreamDestination().stream;
  const me = drawn("#d9c7b2", "#5b7fa6", "#4a3527");
  me.addTrack(sound.getAudioTracks()[0]?.clone() ?? failed());
  return {
    me,
    soundOnly: sound,
    expert: drawn("#c9d8cf", "#2f4f7f", "#6b6b6b"),
    interpreter: drawn("#e0d3e6", "#7a4d6d", "#1f1a17"),
  };
}

function failed(): never {
  throw new Error("the browser makes no sound track");
}

/** A person by a wall, as a camera's stream. */
function drawn(wall: string, shirt: string, hair: string): MediaStream {
  const canvas = document.createElement("canvas");
  canvas.width = 1280;
  canvas.height = 720;
  const pen = canvas.getContext("2d") ?? failed();
  const draw = (): void => {
    const circle = (color: string, x: number, y: number, size: number): void => {
      pen.fillStyle = color;
      pen.beginPath();
      pen.arc(x, y, size, 0, 2 * Math.PI);
      pen.fill();
    };
    pen.fillStyle = wall;
    pen.fillRect(0, 0, 1280, 720);
    circle(shirt, 640, 780, 320);
    circle(hair, 640, 290, 165);
    circle("#e8b998", 640, 320, 140);
    circle("#2b2b2b", 590, 310, 12);
    circle("#2b2b2b", 690, 310, 12);
  };
  draw();
  setInterval(draw, 100);
  return canvas.captureStream(10);
}
