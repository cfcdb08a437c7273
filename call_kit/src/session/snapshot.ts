import type { ServerEvent } from "../generated/wire";
import type { AnySnapshot } from "./types";

/**
 * The snapshot after the event: each event replaces one part whole, so that a snapshot and the events since it equal
 * a fresh snapshot (I9). An event for a part that this kind of snapshot does not have changes nothing.
 */
export function applyEvent(snapshot: AnySnapshot, event: ServerEvent): AnySnapshot {
  if (event.type === "snapshot") {
    return event.snapshot;
  }
  if (event.type === "call") {
    return { ...snapshot, call: event.call };
  }
  if (snapshot.role === "terminal") {
    return event.type === "contact" ? { ...snapshot, contact: event.contact } : snapshot;
  }
  switch (event.type) {
    case "offer":
      return { ...snapshot, offer: event.offer };
    case "presence":
      return { ...snapshot, presence: event.presence };
    case "ring":
      return { ...snapshot, rings: replace(snapshot.rings, event.ring, (each) => each.ring.id) };
    case "point":
      return { ...snapshot, points: replace(snapshot.points, event.point, (each) => each.point.id) };
    case "contact":
    case "signal":
      return snapshot;
    default:
      return unknownEvent(snapshot, event);
  }
}

/** Events that a newer server may send and this page does not know. The compiler proves that we know all of ours. */
function unknownEvent(snapshot: AnySnapshot, _event: never): AnySnapshot {
  return snapshot;
}

function replace<T>(all: readonly T[], part: T, idOf: (each: T) => string): T[] {
  const id = idOf(part);
  return all.some((each) => idOf(each) === id) ? all.map((each) => (idOf(each) === id ? part : each)) : [...all, part];
}
