// Bring home what was sold without a network: in order, with the same number and body each time,
// until the city has answered for every one.

const BATCH = 50;

const body = ({ number, code, bill_yen, coupon_yen, sold_at }) => ({ number, code, bill_yen, coupon_yen, sold_at });

/** The sales by lease, each lease's in order. @returns {Map<string, object[]>} */
export function byLease(sales) {
  const leases = new Map();
  for (const sale of [...sales].sort((one, other) => one.number - other.number)) {
    leases.set(sale.lease, [...(leases.get(sale.lease) ?? []), sale]);
  }
  return leases;
}

/** The sales as a file, for a device that may not send any more. */
export const asFile = (sales) => ({
  format: "kaiteki-offline-sales/1",
  leases: [...byLease(sales)].map(([lease, of]) => ({ lease, sales: of.map(body) })),
});

/**
 * Send a lease's sales; returns null, or the code for which the city takes no more of them.
 * @param {object[]} sales of the lease, by number
 * @param {(sales: object[]) => Promise<{ok: boolean, told: object}>} post throws where nobody answers
 * @param {(sale: object, answer: object) => Promise<void>} keep notes the answer on the device
 */
export async function upload(sales, { post, keep }) {
  let waiting = sales.filter(({ outcome }) => !outcome);
  let gapAt = null;
  while (waiting.length) {
    const batch = waiting.slice(0, BATCH);
    const { ok, told } = await post(batch.map(body));
    if (ok) {
      for (const answer of told.sales) {
        const sale = batch.find(({ number }) => number === answer.number);
        if (sale) await keep(sale, answer);
      }
      waiting = waiting.slice(batch.length);
    } else if (told.code === "offline-gap" && told.next_number !== gapAt) {
      gapAt = told.next_number; // the city lacks what we thought it had: from there again
      waiting = sales.filter(({ number }) => number >= gapAt);
    } else {
      return told.code ?? "not-taken";
    }
  }
  return null;
}
