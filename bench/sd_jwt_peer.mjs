// How often @sd-jwt/sd-jwt-vc verifies the same presentation a second (no packing, no QR).
// Run in web/, where its packages are: `node ../bench/sd_jwt_peer.mjs SECONDS < {"presentation", "keys"}`.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.cwd()}/package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { SDJwtVcInstance } = await load("@sd-jwt/sd-jwt-vc");
const { ES256, digest } = await load("@sd-jwt/crypto-nodejs"); // its own cryptography, as its guide says
const { presentation, keys } = JSON.parse(readFileSync(0, "utf8"));
const seconds = Number(process.argv[2]);

const [jwt] = presentation.split("~");
const part = (text) => JSON.parse(Buffer.from(text, "base64url"));
const { kid } = part(jwt.split(".")[0]);
const { cnf } = part(jwt.split(".")[1]);
const issuerJwk = keys.keys.find((key) => key.kid === kid);
const publicKey = ({ kty, crv, x, y }) => ({ kty, crv, x, y });
const instance = new SDJwtVcInstance({
  verifier: await ES256.getVerifier(publicKey(issuerJwk)),
  kbVerifier: await ES256.getVerifier(publicKey(cnf.jwk)),
  hasher: digest,
  hashAlg: "sha-256",
  statusListFetcher: async () => "",
  statusValidator: async () => {},
  loadTypeMetadataFormat: false,
});
const kb = part(presentation.split("~").at(-1).split(".")[1]);
const options = { keyBindingNonce: kb.nonce, currentDate: kb.iat, disableStatusVerification: true };
await instance.verify(presentation, options); // throws where it would only measure a refusal
let count = 0;
const start = performance.now();
while (performance.now() - start < seconds * 1000) {
  await instance.verify(presentation, options);
  count += 1;
}
console.log(count / ((performance.now() - start) / 1000));
