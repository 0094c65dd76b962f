// What a till may sell without a network: the rules of tourism/coupon_rules.py, and of what
// tourism/offline_sales.py refuses because the shop could have seen it. No clock, no storage.

import { decode } from "../card/base45.js";
import { checkHeader, isSigned, keyFromJwk, numericDate, parse, textClaim } from "../card/jws.js";
import { Refused } from "../card/refused.js";

const PREFIX = "CP1:";
const TYP = "kaiteki-coupon+jwt";
const PAPER_TYP = "kaiteki-paper-coupon+jwt"; // used once wherever it is shown first: the city has to look
const TEXT_CHARS_MAX = 1_000;
const LEEWAY_SECONDS = 60;
const BILL_YEN_MAX = 10_000_000;

/** The coupons that fit a bill, the largest first. */
export function offeredYen({ tiers, rate_basis_points: rate, unit_yen: unit }, { bill, most }) {
  const part = rate === null ? bill : Math.floor((bill * rate) / 10_000);
  const cap = Math.min(part, most, bill);
  if (tiers.length) {
    const fitting = tiers.filter((tier) => tier.min_spend_yen <= bill && tier.value_yen <= cap);
    return [...new Set(fitting.map((tier) => tier.value_yen))].sort((one, other) => other - one);
  }
  const largest = Math.floor(cap / unit) * unit;
  return largest > 0 ? [largest] : [];
}

const NOT_OFFLINE = "paper-needs-network";

/** What a wallet's code says; Refused unless a key of the city signed it. @param {object} keys by kid */
export async function readCode(text, keys) {
  try {
    if (!text.startsWith(PREFIX) || text.length > TEXT_CHARS_MAX) throw new Refused("not-a-coupon");
    const token = parse(new TextDecoder("ascii").decode(decode(text.slice(PREFIX.length))));
    if (token.header.typ === PAPER_TYP) throw new Refused(NOT_OFFLINE);
    checkHeader(token.header, TYP);
    const { kid } = token.header;
    if (typeof kid !== "string" || !Object.hasOwn(keys, kid)) throw new Refused("unknown-key");
    if (!(await isSigned((await keyFromJwk(keys[kid])).key, token))) throw new Refused("forged");
    return {
      wallet: textClaim(token.payload, "w"),
      campaign: textClaim(token.payload, "c"),
      shownAt: numericDate(token.payload, "iat"),
    };
  } catch (error) {
    if (!(error instanceof Refused) || error.code === NOT_OFFLINE) throw error;
    throw new Refused("coupon-code-unreadable", error.code);
  }
}

/** Names a shown code: its wallet and the second in which the city made it. */
export const markOf = ({ wallet, shownAt }) => `${wallet}|${shownAt}`;

export const dayInJapan = (seconds) => new Date((seconds + 9 * 3600) * 1000).toISOString().slice(0, 10);

/** What is left of a lease beside the sales that this device keeps and the city did not refuse. */
export function leftYen(lease, sales) {
  const waiting = sales.filter((sale) => sale.number >= lease.next_number && sale.outcome !== "refused");
  return lease.amount_yen - lease.sold_yen - waiting.reduce((sum, sale) => sum + sale.coupon_yen, 0);
}

/** The number of the next sale: uploads come in order, without a gap. */
export const nextNumber = (lease, sales) => Math.max(lease.next_number, ...sales.map(({ number }) => number + 1));

function faultOf(lease, sales, shown, now) {
  const seconds = (text) => Date.parse(text) / 1000;
  const until = seconds(lease.expires_at);
  if (now >= until) return "lease-ended";
  if (shown.shownAt < seconds(lease.issued_at) - LEEWAY_SECONDS || shown.shownAt > until) return "outside-the-lease";
  if (sales.some((sale) => sale.mark === markOf(shown))) return "coupon-code-used";
  const day = dayInJapan(shown.shownAt);
  if (day < lease.starts_on || day > lease.ends_on) return "coupon-expired";
  const most = lease.uses_per_shop_and_day;
  const uses = sales.filter((sale) => sale.wallet === shown.wallet && sale.day === day && sale.outcome !== "refused");
  return most !== null && uses.length >= most ? "daily-limit" : null;
}

/** The coupons that may be sold on a bill now; Refused where there is none. `sales`: the lease's, on this device. */
export function offer(lease, sales, shown, { bill, now }) {
  const fault = bill > BILL_YEN_MAX ? "amount-not-offered" : faultOf(lease, sales, shown, now);
  if (fault) throw new Refused(fault);
  const offered = offeredYen(lease, { bill, most: leftYen(lease, sales) });
  if (offered.length) return offered;
  const isShort = offeredYen(lease, { bill, most: bill }).length > 0;
  throw new Refused(isShort ? "lease-exceeded" : "amount-not-offered");
}
