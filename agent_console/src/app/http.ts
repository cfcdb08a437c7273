/** The few things that the console asks by HTTP itself; tickets are the session's business. */

import { CommandError, type DemoView, type ErrorBody } from "@palvelurinki/call_kit";

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

/** Ends the sign-in. Rejects with a CommandError: with the server's code, or "offline" when it was not reached. */
export async function signOut(): Promise<void> {
  const answer = await fetch("/api/v1/staff/sign-out", { method: "POST" }).catch((error: unknown) => {
    throw new CommandError("offline", String(error));
  });
  if (!answer.ok) {
    const body: ErrorBody = await answer.json();
    throw new CommandError(body.code, body.message);
  }
}
