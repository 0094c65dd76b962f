// Other people's npm libraries put to the same question: would they take this card?
//
// First line of standard input: {"keys": [{use, iss, kid, jwk}], "lists": {uri: token}}; each further
// line {"text", "now", "challenge", "venue"} is an SD-JWT and what any verifier is told beside it.
// Each is used as its documentation says. Run in web/, where the packages are.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.cwd()}/package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { SDJwtVcInstance } = await load("@sd-jwt/sd-jwt-vc");
const { ES256, digest } = await load("@sd-jwt/crypto-nodejs"); // its own cryptography, as its guide says
const jose = await load("jose");

const LEEWAY = 60;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const known = JSON.parse((await lines.next()).value);

const part = (token, place) => JSON.parse(Buffer.from(token.split(".")[place], "base64url"));
const bare = ({ kty, crv, x, y }) => ({ kty, crv, x, y });

/** The trusted key that a token names; every verifier stops where there is none, ours too. */
function keyOf(use, token) {
  const { kid } = part(token, 0);
  const { iss } = part(token, 1);
  const found = known.keys.find((key) => key.use === use && key.iss === iss && key.kid === kid);
  if (!found) throw new Error("not trusted");
  return bare(found.jwk);
}

const audience = (iss, { challenge, venue }) => (challenge === null ? `${iss}/venue` : `${iss}/venue/${venue}`);

/** A one-way screen makes up its nonce: the reader can only take what it finds. */
const nonceOf = (binding, { challenge }) => challenge ?? part(binding, 1).nonce;

async function sdJwtVc(question) {
  const token = question.text.split("~")[0];
  const binding = question.text.slice(question.text.lastIndexOf("~") + 1);
  const instance = new SDJwtVcInstance({
    hasher: digest,
    hashAlg: "sha-256",
    verifier: await ES256.getVerifier(keyOf("issuer", token)),
    kbVerifier: async (data, signature, { cnf }) => (await ES256.getVerifier(bare(cnf.jwk)))(data, signature),
    statusListFetcher: async (uri) => known.lists[uri],
    statusVerifier: async (data, signature) => (await ES256.getVerifier(keyOf("status", data)))(data, signature),
  });
  await instance.verify(question.text, {
    currentDate: question.now,
    skewSeconds: LEEWAY,
    ...(binding ? { keyBindingNonce: nonceOf(binding, question) } : {}),
  });
}

async function joseVerifies(question) {
  const token = question.text.split("~")[0];
  const binding = question.text.slice(question.text.lastIndexOf("~") + 1);
  const clock = { currentDate: new Date(question.now * 1000), clockTolerance: LEEWAY, algorithms: ["ES256"] };
  const { iss } = part(token, 1);
  const { payload } = await jose.jwtVerify(token, await jose.importJWK(keyOf("issuer", token), "ES256"), {
    ...clock, issuer: iss, requiredClaims: ["exp"],
  });
  if (!binding) return;
  const holder = await jose.importJWK(bare(payload.cnf.jwk), "ES256");
  const bound = await jose.jwtVerify(binding, holder, { ...clock, audience: audience(iss, question) });
  if (bound.payload.nonce !== nonceOf(binding, question)) throw new Error("nonce");
}

const LIBRARIES = { "@sd-jwt/sd-jwt-vc": sdJwtVc, jose: joseVerifies };

for await (const line of lines) {
  const question = JSON.parse(line);
  const answer = {};
  for (const [name, takes] of Object.entries(LIBRARIES)) {
    answer[name] = await takes(question).then(() => "accepts", () => "refuses");
  }
  console.log(JSON.stringify(answer));
}
