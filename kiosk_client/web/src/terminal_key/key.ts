/**
 * The terminal's key: P-256, made here and never taken out of the browser, which holds it so that no script can read
 * it. What identifies it is its RFC 7638 thumbprint.
 */

import type { PublicJwk } from "@palvelurinki/call_kit";
import { base32, base64url, base64urlOfJson, inGroups } from "./encoding";

export interface TerminalKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: PublicJwk;
  /** base64url of the SHA-256. */
  readonly thumbprint: string;
  /** What people compare: "K3QF-…", five groups of four. */
  readonly fingerprint: string;
  /** How many sign-ins it has signed. It only grows, and the server tells by it when two hold the key. */
  readonly count: number;
}

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;
const FINGERPRINT_LENGTH = 20;

/** A new key that has signed nothing yet. */
export async function makeKey(): Promise<TerminalKey> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign"]);
  const { x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  if (x === undefined || y === undefined) {
    throw new Error("the browser made a key without coordinates");
  }
  const publicKey: PublicJwk = { crv: "P-256", kty: "EC", x, y };
  const digest = await thumbprintOf(publicKey);
  return {
    privateKey: pair.privateKey,
    publicKey,
    thumbprint: base64url(digest),
    fingerprint: fingerprintOf(digest),
    count: 0,
  };
}

/** RFC 7638: the members in the order of their names, without a blank. */
export async function thumbprintOf({ crv, kty, x, y }: PublicJwk): Promise<Uint8Array> {
  const members = new TextEncoder().encode(JSON.stringify({ crv, kty, x, y }));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", members));
}

export function fingerprintOf(digest: Uint8Array): string {
  return inGroups(base32(digest).slice(0, FINGERPRINT_LENGTH));
}

export type TokenKind = "client-authentication+jwt" | "key-proof+jwt" | "key-change+jwt";

/** For how long a token is good, in seconds: the longest that the server takes. */
export const TOKEN_LIFE_S = 60;

export interface Claims {
  /** The address that it is sent to. */
  readonly audience: string;
  /** ms since the epoch, the server's clock as far as it is known. */
  readonly now: number;
  readonly id: string;
  /** For signing in: the key's count after it was raised for this. */
  readonly count?: number;
  /** For changing the key: the thumbprint of the one that follows. */
  readonly next?: string;
}

/** A token signed with the key, for one request. */
export async function signToken(key: TerminalKey, kind: TokenKind, claims: Claims): Promise<string> {
  const issuedAt = Math.floor(claims.now / 1000);
  const header = { alg: "ES256", typ: kind, kid: key.thumbprint };
  const body = {
    iss: key.thumbprint,
    sub: key.thumbprint,
    aud: claims.audience,
    iat: issuedAt,
    exp: issuedAt + TOKEN_LIFE_S,
    jti: claims.id,
    ...(claims.count === undefined ? {} : { count: claims.count }),
    ...(claims.next === undefined ? {} : { next: claims.next }),
  };
  const signed = `${base64urlOfJson(header)}.${base64urlOfJson(body)}`;
  // WebCrypto's signature is r and s one after the other, as JWS wants it.
  const signature = await crypto.subtle.sign(SIGNATURE, key.privateKey, new TextEncoder().encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}
