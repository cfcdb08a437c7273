import type { Ack, Closing, ErrorMessage, ServerEvent, ServerMessage, Welcome } from "../generated/wire";

/** A message of the server, sorted by what is to be done with it. */
export type Received =
  | { readonly kind: "welcome"; readonly welcome: Welcome }
  | { readonly kind: "answer"; readonly answer: Ack | ErrorMessage }
  | { readonly kind: "closing"; readonly closing: Closing }
  | { readonly kind: "event"; readonly event: ServerEvent }
  /** An event of a newer server: its number counts, its content does not. */
  | { readonly kind: "unknown_event"; readonly seq: number }
  | { readonly kind: "unknown" }
  | { readonly kind: "unreadable" };

/**
 * Reads a frame. The server's own models have checked what it sends, so only what tells messages apart is looked at
 * here; a kind that this page does not know is not an error, for the server may be newer.
 */
export function decode(text: string): Received {
  const value = parse(text);
  if (typeof value !== "object" || value === null || !("type" in value)) {
    return { kind: "unreadable" };
  }
  const message = value as ServerMessage;
  switch (message.type) {
    case "welcome":
      return { kind: "welcome", welcome: message };
    case "ack":
    case "error":
      return { kind: "answer", answer: message };
    case "closing":
      return { kind: "closing", closing: message };
    case "snapshot":
    case "contact":
    case "call":
    case "offer":
    case "presence":
    case "ring":
    case "point":
    case "signal":
      return { kind: "event", event: message };
    default:
      return unknown(value);
  }
}

/** The servers as the browser takes them: what is not there is left out. */
export function iceServersOf(servers: Welcome["ice_servers"]): RTCIceServer[] {
  return servers.map(({ urls, username, credential }) => ({
    urls,
    ...(username ? { username } : {}),
    ...(credential ? { credential } : {}),
  }));
}

function unknown(value: object): Received {
  return "seq" in value && typeof value.seq === "number"
    ? { kind: "unknown_event", seq: value.seq }
    : { kind: "unknown" };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
