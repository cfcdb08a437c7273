import type { ErrorCode } from "../generated/errors";
import type { MediaFailure } from "../media/types";

/** Codes that the socket's own layer speaks, whether or not an error class of the server carries them. */
export const socketCodes = [
  "frame.malformed",
  "frame.too_large",
  "frame.unknown_type",
  "hello.expected",
  "hello.timeout",
  "internal",
  "origin.refused",
  "rate.exceeded",
  "server.stopping",
  "session.slow",
  "session.superseded",
  "session.unknown",
  "version.unsupported",
] as const;

/** "offline" is this kit's own: a command got no answer in time. */
export type KnownCode = ErrorCode | (typeof socketCodes)[number] | "offline";

export type Locale = "fi" | "sv" | "en";

/** The namespace `common` of i18next, in one language. */
export interface Words {
  /** What to tell a person when something was refused, by its code. Codes have dots: see `errorText`. */
  readonly errors: Readonly<Record<KnownCode, string>>;
  readonly media: Readonly<Record<MediaFailure, string>>;
  readonly connection: {
    readonly connecting: string;
    readonly online: string;
    readonly offline: string;
    readonly callGoesOn: string;
    readonly superseded: string;
    readonly takeOver: string;
    readonly signedOut: string;
  };
  readonly peer: {
    readonly connecting: string;
    readonly interrupted: string;
    readonly failed: string;
    readonly cameraOff: string;
    readonly soundOff: string;
  };
  readonly security: { readonly fingerprint: string; readonly fingerprintHelp: string };
  readonly languages: Readonly<Record<"fi" | "sv" | "en" | "sme" | "smn" | "sms" | "fse" | "fss", string>>;
}
