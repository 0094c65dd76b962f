// The till's calls for selling without a network, each with the device's own token.

import { call, clockOffset } from "../desk-api.js";
import { keepLeases, keptLeases, keptSales, noteAnswer } from "./sale-store.js";
import { byLease, upload } from "./upload.js";

/** The server is there and cannot answer: as good as no network. */
function demandAnswer(response) {
  if (response.status >= 500 || response.status === 429) throw new Error(`answered ${response.status}`);
  return response;
}

const answerOf = async (path, options) => {
  const response = demandAnswer(await call(path, options));
  return { ok: response.ok, told: await response.json() };
};

/** Upload all that waits; returns the codes for which the city refused a whole lease. */
export async function uploadAll() {
  const codes = [];
  for (const [lease, sales] of byLease(await keptSales())) {
    if (sales.every(({ outcome }) => outcome)) continue;
    const post = (batch) => answerOf(`tourism/leases/${lease}/sales`, { body: { sales: batch } });
    const code = await upload(sales, { post, keep: noteAnswer });
    if (code) codes.push(code);
  }
  return codes;
}

/** What the city offers and lends this device now; returns {offered, offset}. */
export async function fetchLeases() {
  const sent = Date.now();
  const response = demandAnswer(await call("tourism/leases", { method: "GET" }));
  if (!response.ok) return { offered: [], offset: 0 };
  const { offered, leases } = await response.json();
  await keepLeases(leases, Date.now());
  return { offered, offset: clockOffset(response, sent) };
}

export const takeLease = (campaign) => answerOf("tourism/leases", { body: { campaign } });

/** Give back what is left, unless a sale still waits: it would find the lease over. */
export async function endLease(id) {
  if ((await keptSales()).some((sale) => sale.lease === id && !sale.outcome)) return false;
  return (await answerOf(`tourism/leases/${id}/end`, {})).ok;
}

/** End what is over, all its sales being home. @param {number} now in seconds */
export async function endOldLeases(now) {
  for (const { id, expires_at } of await keptLeases()) if (Date.parse(expires_at) / 1000 < now) await endLease(id);
}
