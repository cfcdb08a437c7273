import { describe, expect, it } from "vitest";
import { base32, base64url, inGroups } from "./encoding";
import { fingerprintOf, makeKey, signToken, thumbprintOf } from "./key";

const FINGERPRINT = /^([A-Z2-7]{4}-){4}[A-Z2-7]{4}$/;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function bytesOf(encoded: string): Uint8Array<ArrayBuffer> {
  const plain = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (each) => each.charCodeAt(0));
}

describe("bytes as text", () => {
  it("are RFC 4648's", () => {
    // Section 10 of the RFC.
    expect(["", "f", "fo", "foo", "foob", "fooba", "foobar"].map((each) => base32(text(each)))).toEqual([
      "",
      "MY",
      "MZXQ",
      "MZXW6",
      "MZXW6YQ",
      "MZXW6YTB",
      "MZXW6YTBOI",
    ]);
    expect(base64url(new Uint8Array([255, 254, 253, 252]))).toBe("__79_A");
  });

  it("are read in groups of four", () => {
    expect(inGroups("K3QFA7WXM2")).toBe("K3QF-A7WX-M2");
  });
});

describe("a terminal's key", () => {
  it("cannot be taken out, and has signed nothing yet", async () => {
    const key = await makeKey();
    expect(key.privateKey.extractable).toBe(false);
    expect(key.privateKey.usages).toEqual(["sign"]);
    expect(key.count).toBe(0);
    expect(new Set(Object.keys(key.publicKey))).toEqual(new Set(["crv", "kty", "x", "y"]));
    await expect(crypto.subtle.exportKey("jwk", key.privateKey)).rejects.toThrow();
  });

  it("is named by its thumbprint, and people compare the beginning of that", async () => {
    const key = await makeKey();
    const digest = await thumbprintOf(key.publicKey);
    expect(key.thumbprint).toBe(base64url(digest));
    expect(key.thumbprint).toHaveLength(43);
    expect(key.fingerprint).toBe(fingerprintOf(digest));
    expect(key.fingerprint).toMatch(FINGERPRINT);
    expect((await makeKey()).fingerprint).not.toBe(key.fingerprint);
  });

  it("has the thumbprint of RFC 7638 for the key of RFC 7515, A.3", async () => {
    const digest = await thumbprintOf({
      kty: "EC",
      crv: "P-256",
      x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    expect(base64url(digest)).toBe("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
  });

  it("signs tokens that the public half proves", async () => {
    const key = await makeKey();
    const token = await signToken(key, "client-authentication+jwt", {
      audience: "https://ring.example/t",
      now: 1_700_000_000_900,
      id: "jti-1",
      count: 7,
    });
    const [header = "", claims = "", signature = ""] = token.split(".");
    expect(JSON.parse(new TextDecoder().decode(bytesOf(header)))).toEqual({
      alg: "ES256",
      typ: "client-authentication+jwt",
      kid: key.thumbprint,
    });
    expect(JSON.parse(new TextDecoder().decode(bytesOf(claims)))).toEqual({
      iss: key.thumbprint,
      sub: key.thumbprint,
      aud: "https://ring.example/t",
      iat: 1_700_000_000,
      exp: 1_700_000_060,
      jti: "jti-1",
      count: 7,
    });
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const publicKey = await crypto.subtle.importKey("jwk", { ...key.publicKey }, algorithm, false, ["verify"]);
    const good = (signed: string): Promise<boolean> =>
      crypto.subtle.verify(
        { name: "ECDSA", hash: "SHA-256" },
        publicKey,
        bytesOf(signature),
        new TextEncoder().encode(signed),
      );
    expect(bytesOf(signature)).toHaveLength(64);
    await expect(good(`${header}.${claims}`)).resolves.toBe(true);
    await expect(good(`${header}.${claims}x`)).resolves.toBe(false);
  });

  it("counts nothing in a proof", async () => {
    const token = await signToken(await makeKey(), "key-proof+jwt", { audience: "a", now: 0, id: "jti-1" });
    expect(new TextDecoder().decode(bytesOf(token.split(".")[1] ?? ""))).not.toContain("count");
  });
});
