import type { ErrorCode } from "../generated/errors";
import type { MediaFailure } from "../media/types";

/** Codes that the server's edge answers with although none of its error classes carries them. */
export const edgeCodes = ["origin.refused", "request.malformed", "sign_in.too_many"] as const;

/** "offline" is this kit's own: a command got no answer in time. */
export type KnownCode = ErrorCode | (typeof edgeCodes)[number] | "offline";

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
    readonly repeating: string;
    readonly callEnding: string;
    readonly callEndingLater: string;
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
