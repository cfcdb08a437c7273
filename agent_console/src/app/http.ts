/** The few things that the console asks by HTTP itself; tickets are the session's business. */

import {
  type ApprovalView,
  CommandError,
  type DemoView,
  type EnrolledTerminals,
  type EnrolledTerminalView,
  type EnrolmentApproval,
  type EnrolmentCode,
  type EnrolmentFound,
  type ErrorBody,
  type LeaveView,
  type PointCatalogue,
  type RingOffers,
  type SignInView,
} from "@palvelurinki/call_kit";
import type { TerminalsServer } from "./terminals_store";

/** What was refused: the server's code, or "server.busy" when a proxy answered in its place in its own words. */
async function refusal(answer: Response): Promise<CommandError> {
  try {
    const body: ErrorBody = await answer.json();
    return new CommandError(body.code, body.message, body.details);
  } catch {
    return new CommandError("server.busy", `answered with ${answer.status}`);
  }
}

/** The answer when it was good. Rejects with a CommandError: the server's code, or "offline" when not reached. */
async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(path, { headers: { accept: "application/json" }, cache: "no-store", ...init }).catch(
    (error: unknown) => {
      throw new CommandError("offline", String(error));
    },
  );
  if (!answer.ok) {
    throw await refusal(answer);
  }
  const body: T = await answer.json();
  return body;
}

function post<T>(path: string, body: object = {}): Promise<T> {
  const headers = { accept: "application/json", "content-type": "application/json" };
  return ask<T>(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Who one may sign in with. Rejects with a CommandError. */
export function readSignIn(): Promise<SignInView> {
  return ask("/api/v1/sign-in");
}

/** The demo's people, where there is a demo. Rejects with a CommandError. */
export function readDemo(): Promise<DemoView> {
  return ask("/api/v1/demo");
}

/** Ends the sign-in of this browser, or all that the person has. Rejects with a CommandError. */
export function signOut(everywhere: boolean): Promise<LeaveView> {
  return post(everywhere ? "/api/v1/staff/sign-out-everywhere" : "/api/v1/staff/sign-out");
}

const OFFERS_SHOWN = 20;

/** A ring's newest offers with their reasons. Rejects with a CommandError. */
export function readOffers(ring: string): Promise<RingOffers> {
  return ask(`/api/v1/rings/${encodeURIComponent(ring)}/offers?limit=${OFFERS_SHOWN}`);
}

/** What an advisor of the point can connect to now. Rejects with a CommandError. */
export function readPointCatalogue(point: string): Promise<PointCatalogue> {
  return ask(`/api/v1/points/${encodeURIComponent(point)}/catalogue`);
}

const ADMINISTRATION = "/api/v1/administration";

function ofTerminal(terminal: string, act: string): string {
  return `${ADMINISTRATION}/terminals/${encodeURIComponent(terminal)}/${act}`;
}

export const terminalsServer: TerminalsServer = {
  read: () => ask<EnrolledTerminals>(`${ADMINISTRATION}/terminals`),
  lookUp: (code) => {
    const body: EnrolmentCode = { code };
    return post<EnrolmentFound>(`${ADMINISTRATION}/enrolments/look-up`, body);
  },
  approve: (terminal, code, fingerprint) => {
    const body: EnrolmentApproval = { code, fingerprint };
    return post<ApprovalView>(ofTerminal(terminal, "approve"), body);
  },
  revoke: (terminal) => post<EnrolledTerminalView>(ofTerminal(terminal, "revoke")),
};
