import type { ErrorBody, LineAnswer } from "../generated/wire";
import { CommandError } from "../session/types";
import type { Exchange } from "./check";

const PATH = "/api/v1/terminal/line-check";

/** Carries an offer to the server of this page, by which the terminal is known by its cookie. */
export const exchangeWithServer: Exchange = async (offer, signal) => {
  const response = await fetch(PATH, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sdp: offer }),
    signal,
  });
  if (!response.ok) {
    const { code, message }: Partial<ErrorBody> = await response.json();
    throw new CommandError(code ?? "internal", message ?? `status ${response.status}`);
  }
  const { sdp }: LineAnswer = await response.json();
  return sdp;
};
