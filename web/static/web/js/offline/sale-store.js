// What a till keeps on the device: its leases, and each sale until long after the city answered.

import { Refused } from "../card/refused.js";
import { databaseOf } from "../database.js";
import { leftYen, nextNumber } from "./lease-rules.js";

const KEEP_MS = 7 * 24 * 3_600_000;

const inTill = databaseOf("kaiteki-till", (database) => {
  database.createObjectStore("leases", { keyPath: "id" });
  const sales = database.createObjectStore("sales", { keyPath: ["lease", "number"] });
  sales.createIndex("mark", "mark", { unique: true }); // one code is sold once, in any tab
});

/** Run `work`, which gives its result when it has one. */
function run(stores, mode, work) {
  const made = {};
  const begin = (transaction) => {
    work(transaction, (value) => (made.result = value));
    return made;
  };
  // strict: on the disk before the shop is told yes, so that a dead battery loses no sale
  return inTill(stores, mode, begin, { durability: "strict" });
}

const all = (store) =>
  run([store], "readonly", (transaction, give) => {
    transaction.objectStore(store).getAll().onsuccess = ({ target }) => give(target.result);
  });

export const keptLeases = () => all("leases");
export const keptSales = () => all("sales");

/** Keep a sale under its lease's next number; refused where its code was sold or the lease has too little. */
export const keepSale = (sale) =>
  run(["leases", "sales"], "readwrite", (transaction, give) => {
    const refuse = (code) => {
      transaction.refusal = new Refused(code);
      transaction.abort();
    };
    const sales = transaction.objectStore("sales");
    transaction.objectStore("leases").get(sale.lease).onsuccess = ({ target: { result: lease } }) => {
      if (!lease) return refuse("no-lease");
      sales.getAll(IDBKeyRange.bound([sale.lease], [sale.lease, []])).onsuccess = ({ target: { result: before } }) => {
        if (leftYen(lease, before) < sale.coupon_yen) return refuse("lease-exceeded");
        const kept = { ...sale, number: nextNumber(lease, before), outcome: "", said: "" };
        const adding = sales.add(kept);
        adding.onsuccess = () => give(kept);
        adding.onerror = () => (transaction.refusal = new Refused("coupon-code-used"));
      };
    };
  });

/** Note what the city answered for a sale. */
export const noteAnswer = (sale, { outcome, code }) =>
  run(["sales"], "readwrite", (transaction) => {
    transaction.objectStore("sales").put({ ...sale, outcome, said: code });
  });

/** Keep the leases that the city knows as open; one with sales that wait stays whatever it says. */
export const keepLeases = (leases, now) =>
  run(["leases", "sales"], "readwrite", (transaction) => {
    const [kept, sales] = [transaction.objectStore("leases"), transaction.objectStore("sales")];
    sales.getAll().onsuccess = ({ target: { result: sold } }) => {
      const waiting = new Set(sold.filter(({ outcome }) => !outcome).map(({ lease }) => lease));
      const named = new Set(leases.map(({ id }) => id));
      kept.getAllKeys().onsuccess = ({ target: { result: ids } }) => {
        for (const id of ids) if (!named.has(id) && !waiting.has(id)) kept.delete(id);
        for (const lease of leases) kept.put(lease);
      };
      for (const sale of sold) {
        const isOld = Date.parse(sale.sold_at) < now - KEEP_MS;
        if (isOld && sale.outcome && !named.has(sale.lease)) sales.delete([sale.lease, sale.number]);
      }
    };
  });
