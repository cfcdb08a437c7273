/** Moving pictures without a camera, so that the gallery shows a call as it looks. */

/** A stream with a drawn person on a plain ground; `sound` adds a silent track. */
export function drawnStream(ground: string, figure: string, parts: { picture: boolean; sound: boolean }): MediaStream {
  const stream = new MediaStream();
  if (parts.picture) {
    const canvas = document.createElement("canvas");
    canvas.width = 640;
    canvas.height = 400;
    const pen = canvas.getContext("2d");
    if (pen === null) {
      throw new Error("this browser draws no pictures");
    }
    const draw = (): void => {
      pen.fillStyle = ground;
      pen.fillRect(0, 0, 640, 400);
      pen.fillStyle = figure;
      pen.beginPath();
      pen.arc(320, 170, 78, 0, 2 * Math.PI);
      pen.fill();
      pen.beginPath();
      pen.ellipse(320, 420, 175, 160, 0, 0, 2 * Math.PI);
      pen.fill();
    };
    const captured = canvas.captureStream(5);
    draw();
    // A canvas gives frames only when it is drawn on.
    setInterval(draw, 200);
    for (const track of captured.getVideoTracks()) {
      stream.addTrack(track);
    }
  }
  if (parts.sound) {
    const silence = new AudioContext().createMediaStreamDestination();
    for (const track of silence.stream.getAudioTracks()) {
      stream.addTrack(track);
    }
  }
  return stream;
}
