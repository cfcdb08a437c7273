const FINGERPRINT = /^a=fingerprint:(\S+ \S+)\s*$/im;
/**
 * Rounds of PBKDF2. Whoever sits between needs certificates whose codes happen to agree at both ends; with one plain
 * hash a laptop finds such a pair among 10⁸ codes in seconds, while the call opens. Each try is made this much dearer,
 * and costs an honest browser a tenth of a second, once.
 */
const ROUNDS = 200_000;
const DIGITS = 8;

/** The DTLS fingerprint that a description announces, normalised: "SHA-256 AB:CD:…"; null when there is none. */
export function fingerprintOf(description: { readonly sdp: string } | null): string | null {
  return FINGERPRINT.exec(description?.sdp ?? "")?.[1]?.toUpperCase() ?? null;
}

/**
 * The code that both ends of a connection can read aloud, "4821 7730": a digest (SHA-256, by PBKDF2) of the two
 * fingerprints in an order that is the same at both ends.
 */
export async function fingerprintCode(one: string, other: string): Promise<string> {
  const text = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", text.encode([one, other].sort().join("\n")), "PBKDF2", false, [
    "deriveBits",
  ]);
  const salt = text.encode("palvelurinki fingerprint code");
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, key, 64);
  const code = new DataView(bits).getBigUint64(0) % 10n ** BigInt(DIGITS);
  const digits = code.toString().padStart(DIGITS, "0");
  return `${digits.slice(0, DIGITS / 2)} ${digits.slice(DIGITS / 2)}`;
}
