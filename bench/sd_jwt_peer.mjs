// How often @sd-jwt/sd-jwt-vc verifies the same presentation a second (no packing, no QR).
// Run in web/, where its packages are:
// `node ../bench/sd_jwt_peer.mjs SECONDS < {"presentation", "keys", "statusLists": {uri: token}}`.
//
// A call does what the package's guide shows: it parses, checks the issuer's signature, digests,
// dates and the key binding with its nonce. Where the credential names a status list, it takes the
// signed list from statusListFetcher (memory: no network in the figure), checks the list's
// signature, inflates it and reads the entry. At each call: it keeps no opened list, has no hook
// for one, and cannot be told to leave the status out.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const WARM_UP_MS = 500;
const require = createRequire(`${process.cwd()}/package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { SDJwtVcInstance } = await load("@sd-jwt/sd-jwt-vc");
const { ES256, digest } = await load("@sd-jwt/crypto-nodejs"); // its own cryptography, as its guide says
const { presentation, keys, statusLists } = JSON.parse(readFileSync(0, "utf8"));
const seconds = Number(process.argv[2]);

const part = (text) => JSON.parse(Buffer.from(text, "base64url"));
const headerOf = (jwt) => part(jwt.split(".")[0]);
const payloadOf = (jwt) => part(jwt.split(".")[1]);
const verifierFor = (jwk) => ES256.getVerifier((({ kty, crv, x, y }) => ({ kty, crv, x, y }))(jwk));
const keyOf = (jwt) => keys.keys.find(({ kid }) => kid === headerOf(jwt).kid);

const [jwt] = presentation.split("~");
const { cnf, status } = payloadOf(jwt);
const instance = new SDJwtVcInstance({
  verifier: await verifierFor(keyOf(jwt)),
  kbVerifier: await verifierFor(cnf.jwk),
  statusVerifier: status && (await verifierFor(keyOf(statusLists[status.status_list.uri]))),
  statusListFetcher: async (uri) => statusLists[uri],
  hasher: digest,
  hashAlg: "sha-256",
  loadTypeMetadataFormat: false,
});
const kb = payloadOf(presentation.split("~").at(-1));
const options = { keyBindingNonce: kb.nonce, currentDate: kb.iat };

/** Calls a second of the clock, and a second of the processor: others may load the machine. */
async function rates(milliseconds) {
  let count = 0;
  const [start, before] = [performance.now(), process.cpuUsage()];
  while (performance.now() - start < milliseconds) {
    await instance.verify(presentation, options); // throws where it would only measure a refusal
    count += 1;
  }
  const { user, system } = process.cpuUsage(before);
  return [count / ((performance.now() - start) / 1000), count / ((user + system) / 1e6)];
}

await rates(WARM_UP_MS);
console.log((await rates(seconds * 1000)).join(" "));
