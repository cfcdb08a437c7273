import type { MediaFailure } from "./types";

/** What to try next when getUserMedia rejected, and what to tell the person if nothing helps. */
export interface Diagnosis {
  readonly failure: MediaFailure;
  /** Whether one of the two kinds alone may still work. */
  readonly apart: boolean;
  /** Whether the same without wishes (size, frame rate) may work. */
  readonly plainer: boolean;
}

const DIAGNOSES: Readonly<Record<string, Diagnosis>> = {
  NotAllowedError: { failure: "denied", apart: false, plainer: false },
  SecurityError: { failure: "denied", apart: false, plainer: false },
  NotFoundError: { failure: "no_devices", apart: true, plainer: false },
  NotReadableError: { failure: "in_use", apart: true, plainer: false },
  AbortError: { failure: "failed", apart: true, plainer: false },
  OverconstrainedError: { failure: "failed", apart: true, plainer: true },
  // No secure context, or neither kind asked for.
  TypeError: { failure: "unsupported", apart: false, plainer: false },
};

/** By the error's name, as the Media Capture specification gives them. */
export function diagnose(error: unknown): Diagnosis {
  const name = error instanceof Error ? error.name : "";
  return DIAGNOSES[name] ?? { failure: "failed", apart: true, plainer: false };
}
