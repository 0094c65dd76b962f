// The page's verifier as a command: `node verify_lines.mjs BUNDLE TRUST [--offline]`, lines in,
// answers out, as `manage.py verify_card` does.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Refused } from "../../web/static/web/js/card/refused.js";
import { MarksInMemory, Verifier, refusedAnswer } from "../../web/static/web/js/card/verify.js";

const [bundleFile, trustFile, flag] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const options = { mode: flag === "--offline" ? "offline" : "online", marks: new MarksInMemory() };

let verifier;
let fault = null;
try {
  verifier = await Verifier.open(read(bundleFile), read(trustFile).root_thumbprints, options);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  fault = error;
}
for await (const line of createInterface({ input: process.stdin })) {
  const { qr, at, venue, challenge } = JSON.parse(line);
  const now = Date.parse(at) / 1000;
  const answer = fault ? refusedAnswer(fault) : await verifier.verify(qr, { now, venue, challenge });
  delete answer.details;
  console.log(JSON.stringify(answer));
}
