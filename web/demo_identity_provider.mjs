// The demo's and the tests' identity provider: oidc-provider on loopback, with invented people.
// Standard input: {"port", "issuer", "client_id", "redirect_uri", "jwk", "acr", "people": [...]}, and
// "more_clients": [...] where it stands for LINE and the like too.
// Environment variable FAULT makes it lie in one way, for the tests.

import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const given = JSON.parse(Buffer.concat(chunks).toString("utf8"));
const people = new Map(given.people.map((person) => [person.sub, person]));

const provider = new Provider(given.issuer, {
  clients: [
    {
      client_id: given.client_id,
      redirect_uris: [given.redirect_uri],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: given.alg,
      jwks: { keys: [given.jwk] },
      require_auth_time: true,
    },
    ...(given.more_clients ?? []),
  ],
  scopes: ["openid", "profile", "address"],
  claims: { openid: ["sub"], acr: null, auth_time: null, profile: ["name", "birthdate", "gender"], address: ["address"] },
  acrValues: [given.acr, "urn:demo:weak"],
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, userinfo: { enabled: true } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ["demo only"] },
  findAccount: (_context, sub) => {
    const person = people.get(sub);
    return person && { accountId: sub, claims: () => ({ ...person, address: { formatted: person.address } }) };
  },
  async loadExistingGrant(context) {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId,
      accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile address");
    grant.addOIDCClaims(["name", "birthdate", "gender", "address"]);
    await grant.save();
    return grant;
  },
});

const escape = (text) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

function page(uid) {
  const buttons = given.people
    .map(({ sub, name, birthdate }) => `<p><button name="sub" value="${escape(sub)}">${escape(name)}（${escape(birthdate)}）</button></p>`)
    .join("");
  return `<!doctype html><html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>デモの本人確認</title><h1>デモの本人確認</h1><p>本物の本人確認ではありません。だれとして確かめるか、選んでください。</p>
<form method="post" action="/interaction/${uid}">${buttons}<p><button name="sub" value="">やめる</button></p></form></html>`;
}

async function interaction(request, response) {
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    return response.end(page(uid));
  }
  const parts = [];
  for await (const part of request) parts.push(part);
  const sub = new URLSearchParams(Buffer.concat(parts).toString("utf8")).get("sub");
  const result = people.has(sub)
    ? { login: { accountId: sub, acr: process.env.FAULT === "acr" ? "urn:demo:weak" : given.acr, amr: ["hwk"] } }
    : { error: "access_denied" };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const callback = provider.callback();
createServer((request, response) => {
  const handle = request.url.startsWith("/interaction/") ? interaction : callback;
  Promise.resolve(handle(request, response)).catch((error) => {
    response.statusCode = 400;
    response.end(String(error.message));
  });
}).listen(given.port, "127.0.0.1", () => console.log("ready"));
