// A front desk for the node tests: the published files, and what they say.

import { readFileSync } from "node:fs";
import { Verifier } from "../../web/static/web/js/card/verify.js";

const folder = new URL("../../docs/card-format/vectors/", import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), "utf8");

export const document = () => JSON.parse(read("bundle.json"));
export const roots = JSON.parse(read("trust.json")).root_thumbprints;
export const lines = (name) => read(`${name}.jsonl`).trimEnd().split("\n").map((line) => JSON.parse(line));
export const makeVerifier = (options = {}) => Verifier.open(document(), roots, { mode: "offline", ...options });

/** @param {Verifier} by @param {object} line of a vectors file */
export const scan = (by, { qr, at, venue, challenge = null }) =>
  by.verify(qr, { now: Date.parse(at) / 1000, venue, challenge });
