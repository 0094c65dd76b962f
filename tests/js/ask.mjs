// The pages' modules as a question and answer: each line of standard input is {"ask", ...}, each
// line out its answer, or {"code"} where the module refuses.

import { createInterface } from "node:readline";
import { answerFor } from "../../web/static/web/js/card/benefits.js";
import { inflateZlib } from "../../web/static/web/js/card/inflate.js";
import { pack, unpack } from "../../web/static/web/js/card/pack.js";
import { Refused } from "../../web/static/web/js/card/refused.js";
import { decodeList } from "../../web/static/web/js/card/statuslist.js";
import { offeredYen } from "../../web/static/web/js/offline/lease-rules.js";
import { readCounterCode } from "../../web/static/web/js/card/venue-code.js";

const ANSWERS = {
  pack: async ({ text }) => ({ text: await pack(text) }),
  unpack: async ({ text }) => ({ text: await unpack(text) }),
  benefit: ({ verdict, benefits, day, language }) => answerFor(verdict, benefits, { day, language }),
  zlib: ({ hex, bytesMax }) => ({ hex: Buffer.from(inflateZlib(Buffer.from(hex, "hex"), { bytesMax })).toString("hex") }),
  list: ({ lst, bits }) => {
    const list = decodeList(lst, bits);
    const set = Array.from({ length: list.length }, (_, index) => [index, list.at(index)]).filter(([, status]) => status);
    return { length: list.length, set: Object.fromEntries(set) };
  },
  offers: ({ terms, bill, most }) => ({ yen: offeredYen(terms, { bill, most }) }),
  counter: ({ text }) => readCounterCode(text) ?? {},
};

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...question } = JSON.parse(line);
  let answer;
  try {
    answer = await ANSWERS[ask](question);
  } catch (error) {
    if (!(error instanceof Refused) && !(error instanceof RangeError)) throw error;
    answer = { code: error.code ?? "range" };
  }
  console.log(JSON.stringify(answer));
}
