/** How this device stands with the server as far as its key goes: what it shows when it is not let in. */

export type Access =
  /** Nothing stands in the way, as far as is known. */
  | { readonly kind: "open" }
  /** A code is being asked for. `trouble`: the code of what went wrong with it last. */
  | { readonly kind: "asking"; readonly trouble: string | null; readonly demo: boolean }
  | {
      readonly kind: "enrolling";
      readonly code: string;
      readonly fingerprint: string;
      /** Local time in ms. */
      readonly expiresAt: number;
      /** How long the code was good at first, in ms. */
      readonly length: number;
      readonly trouble: string | null;
      readonly demo: boolean;
    }
  /** The key is good for nothing any more. */
  | { readonly kind: "stopped"; readonly why: "revoked" | "quarantined" }
  /** This browser does not keep a key, makes none (http), or does not keep the sign-in. */
  | { readonly kind: "unable"; readonly why: "storage" | "insecure" | "cookies" };

export const OPEN: Access = { kind: "open" };
