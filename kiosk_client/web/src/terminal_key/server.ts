/** What is asked of the server about the terminal's key, and what came of it. */

import type {
  EnrolmentView,
  ErrorBody,
  JsonValue,
  KeyChange,
  KeyWithProof,
  PublicJwk,
  SignInView,
  TerminalAssertion,
  TerminalTokenView,
} from "@palvelurinki/call_kit";

const ENROLMENTS = "/api/v1/terminal/enrolments";
const TOKEN = "/api/v1/terminal/token";
const KEY = "/api/v1/terminal/key";
const SIGN_IN = "/api/v1/sign-in";
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** A server that says nothing for so long is asked again later. */
const PATIENCE_MS = 8000;
/** However long a server asks us to stay away: somebody stands before the screen. */
const LONGEST_ASKED_MS = 60_000;

export interface Refusal {
  readonly code: string;
  readonly details: Readonly<Record<string, JsonValue>>;
  readonly retryAfterMs: number;
}

export type Answer<T> = { readonly is: T } | { readonly refused: Refusal };

export interface TerminalServer {
  /** The addresses that tokens are for. */
  readonly audiences: { readonly enrolments: string; readonly token: string; readonly key: string };
  requestEnrolment: (key: PublicJwk, proof: string) => Promise<Answer<EnrolmentView>>;
  requestToken: (assertion: string) => Promise<Answer<TerminalTokenView>>;
  changeKey: (body: KeyChange) => Promise<Answer<null>>;
  /** Whether this is the demo, whose terminals are opened from a list. */
  isDemo: () => Promise<boolean>;
}

function retryAfter(answer: Response): number {
  const seconds = Number(answer.headers.get("retry-after"));
  return seconds > 0 ? Math.min(seconds * 1000, LONGEST_ASKED_MS) : 0;
}

async function refusal(answer: Response): Promise<Refusal> {
  const retryAfterMs = retryAfter(answer);
  try {
    const body: ErrorBody = await answer.json();
    return { code: body.code, details: body.details ?? {}, retryAfterMs };
  } catch {
    // A proxy answered in the server's place, in its own words.
    return { code: "server.busy", details: {}, retryAfterMs };
  }
}

async function post<T>(path: string, body: object, read: (answer: Response) => Promise<T>): Promise<Answer<T>> {
  try {
    const answer = await fetch(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return answer.ok ? { is: await read(answer) } : { refused: await refusal(answer) };
  } catch {
    return { refused: { code: "offline", details: {}, retryAfterMs: 0 } };
  }
}

export function terminalServer(origin: string): TerminalServer {
  return {
    audiences: { enrolments: origin + ENROLMENTS, token: origin + TOKEN, key: origin + KEY },
    requestEnrolment: (key, proof) =>
      post(ENROLMENTS, { key, proof } satisfies KeyWithProof, (answer) => answer.json()),
    requestToken: (assertion) => {
      const body: TerminalAssertion = { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion };
      return post(TOKEN, body, (answer) => answer.json());
    },
    changeKey: (body) => post(KEY, body, () => Promise.resolve(null)),
    isDemo: async () => {
      const answer = await fetch(SIGN_IN, { headers: { accept: "application/json" } });
      const view: SignInView = await answer.json();
      return answer.ok && view.demo;
    },
  };
}
