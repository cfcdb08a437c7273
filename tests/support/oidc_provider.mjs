// npm oidc-provider, certified, as a throwaway issuer. Its orders come as JSON in the first argument:
// {port, clients, accounts: {subject: claims}, tls: {key, cert} | null}. One who signs in says who they are in the
// interaction's form; there is no password. SIGHUP makes a new key take the place of the old one.

import { readFileSync } from "node:fs";
import { createServer as plainServer } from "node:http";
import { createServer as tlsServer } from "node:https";
import process from "node:process";
import { Provider } from "oidc-provider";

const orders = JSON.parse(process.argv[2]);
const scheme = orders.tls ? "https" : "http";
const url = `${scheme}://localhost:${orders.port}`;

async function newKey() {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  };
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { kty, n, e, d, p, q, dp, dq, qi } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  return { kty, n, e, d, p, q, dp, dq, qi, alg: "RS256", use: "sig", kid: crypto.randomUUID() };
}

async function makeProvider() {
  return new Provider(url, {
    clients: orders.clients,
    claims: { openid: ["sub", "person", "realm_access", "roles"] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    findAccount: (_ctx, sub) =>
      sub in orders.accounts ? { accountId: sub, claims: () => ({ sub, ...orders.accounts[sub] }) } : undefined,
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    cookies: { keys: ["throwaway"] },
    jwks: { keys: [await newKey()] },
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
  });
}

let provider = await makeProvider();

async function answer(request, response) {
  const at = new URL(request.url, url);
  if (!at.pathname.startsWith("/interaction/")) {
    provider.callback()(request, response);
    return;
  }
  if (at.search === "") {
    response.setHeader("content-type", "text/html");
    const choices = Object.keys(orders.accounts).map((subject) => [`account=${subject}`, subject]);
    const links = [...choices, ["turn_back=1", "turn back"]].map(([query, text]) => `<a href="?${query}">${text}</a>`);
    response.end(`<!doctype html><html lang="en"><title>Who are you?</title><p>${links.join(" ")}</p></html>`);
    return;
  }
  // ?account=SUBJECT signs in as them; ?turn_back=1 does not.
  const result = at.searchParams.has("turn_back")
    ? { error: "access_denied", error_description: "turned back" }
    : { login: { accountId: at.searchParams.get("account") } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const server = orders.tls
  ? tlsServer({ key: readFileSync(orders.tls.key), cert: readFileSync(orders.tls.cert) }, answer)
  : plainServer(answer);
process.on("SIGHUP", async () => {
  // What was issued is forgotten with the provider; the old key is published no more.
  provider = await makeProvider();
  console.log("rotated");
});
server.listen(orders.port, "localhost", () => console.log("the issuer listens"));
