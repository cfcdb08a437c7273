/** The few things that the console asks by HTTP itself; tickets are the session's business. */

import { CommandError, type DemoView, type ErrorBody, type RingOffers } from "@palvelurinki/call_kit";

const NOT_FOUND = 404;

/** The demo's people, or null when there is no demo. */
export async function readDemo(): Promise<DemoView | null> {
  const answer = await fetch("/api/v1/demo");
  if (answer.status === NOT_FOUND) {
    return null;
  }
  if (!answer.ok) {
    throw new Error(`the demo answered ${answer.status}`);
  }
  const demo: DemoView = await answer.json();
  return demo;
}

/** The answer when it was good. Rejects with a CommandError: the server's code, or "offline" when not reached. */
async function ask(path: string, init?: RequestInit): Promise<Response> {
  const answer = await fetch(path, init).catch((error: unknown) => {
    throw new CommandError("offline", String(error));
  });
  if (!answer.ok) {
    const body: ErrorBody = await answer.json();
    throw new CommandError(body.code, body.message);
  }
  return answer;
}

/** Ends the sign-in. Rejects with a CommandError. */
export async function signOut(): Promise<void> {
  await ask("/api/v1/staff/sign-out", { method: "POST" });
}

const OFFERS_SHOWN = 20;

/** A ring's newest offers with their reasons. Rejects with a CommandError. */
export async function readOffers(ring: string): Promise<RingOffers> {
  const answer = await ask(`/api/v1/rings/${encodeURIComponent(ring)}/offers?limit=${OFFERS_SHOWN}`);
  const offers: RingOffers = await answer.json();
  return offers;
}
