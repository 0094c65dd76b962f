// The page's verifier as a command, with the interface of `manage.py verify_card`:
//
//   node verify_lines.mjs --bundle FILE --trust FILE [--at ISO8601] [--offline] [--plain] [--apart]
//
// Lines in, one JSON object a line out, in order; no line stops it. `--apart` gives every line a
// device of its own, so that no line sees the replay mark of another.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Refused, unreadable } from "../../web/static/web/js/card/refused.js";
import { MarksInMemory } from "../../web/static/web/js/card/replay-marks.js";
import { parse as parseJson, parseObject } from "../../web/static/web/js/card/strict-json.js";
import { Verifier, refusedAnswer } from "../../web/static/web/js/card/verify.js";

const LINE_BYTES_MAX = 16_384;
const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;

const { values: options } = parseArgs({
  options: {
    bundle: { type: "string" },
    trust: { type: "string" },
    at: { type: "string" },
    offline: { type: "boolean", default: false },
    plain: { type: "boolean", default: false },
    apart: { type: "boolean", default: false },
  },
});

function instantOf(text) {
  const found = INSTANT.exec(text);
  // Date.parse takes 30 February for 2 March.
  if (!found || new Date(`${found[1]}T00:00Z`).toISOString().slice(0, 10) !== found[1]) throw unreadable("at");
  return Date.parse(text) / 1000;
}

function textOf(scan, name) {
  const value = scan[name] ?? null;
  if (value !== null && typeof value !== "string") throw unreadable(name);
  return value;
}

/** @param {Uint8Array} line */
function scanOf(line) {
  if (line.length >= LINE_BYTES_MAX) throw new Refused("too-long");
  if (options.plain || line[0] !== 0x7b) return { qr: new TextDecoder().decode(line) };
  let scan;
  try {
    scan = parseObject(line);
  } catch {
    throw new Refused("not-a-card");
  }
  if (typeof scan.qr !== "string") throw unreadable("qr");
  return scan;
}

async function makeVerifier() {
  const [bundle, trust] = [options.bundle, options.trust].map((file) => parseJson(readFileSync(file)));
  return Verifier.open(bundle, trust.root_thumbprints, { mode: options.offline ? "offline" : "online" });
}

async function answerTo(line, verifier) {
  try {
    const scan = scanOf(line);
    const at = textOf(scan, "at") ?? options.at;
    const now = at === undefined ? Date.now() / 1000 : instantOf(at);
    const [venue, challenge] = [textOf(scan, "venue") ?? undefined, textOf(scan, "challenge")];
    if (verifier instanceof Refused) throw verifier;
    if (options.apart) verifier.marks = new MarksInMemory();
    return await verifier.verify(scan.qr, { now, venue, challenge });
  } catch (error) {
    if (error instanceof Refused) return refusedAnswer(error);
    console.error(error);
    return refusedAnswer(unreadable("a fault of ours"));
  }
}

const ascii = (json) =>
  json.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

async function* linesOf(stream) {
  let held = Buffer.alloc(0);
  for await (const chunk of stream) {
    held = Buffer.concat([held, chunk]);
    let end;
    while ((end = held.indexOf(10)) >= 0) {
      yield held.subarray(0, held[end - 1] === 13 ? end - 1 : end);
      held = held.subarray(end + 1);
    }
  }
  if (held.length) yield held;
}

const verifier = await makeVerifier().catch((error) => {
  if (error instanceof Refused) return error;
  throw error;
});
for await (const line of linesOf(process.stdin)) {
  const answer = await answerTo(line, verifier);
  delete answer.details; // shown to a venue that asks for it, and not part of the published form
  console.log(ascii(JSON.stringify(answer)));
}
