// What coupons keep on this device: forms that were sent and not answered, and the list last seen.

import { databaseOf } from "./database.js";

const inCoupons = databaseOf("kaiteki-coupons", (database) => {
  database.createObjectStore("sent", { keyPath: "key" });
  database.createObjectStore("lists");
});
// strict: on the disk before we go on, so that a dead battery loses no key
const run = (store, mode, work) =>
  inCoupons(store, mode, (transaction) => work(transaction.objectStore(store)), { durability: "strict" });

/** @param {{key: string, action: string, body: string, at: number}} form */
export const keep = (form) => run("sent", "readwrite", (store) => store.put(form));
export const forget = (key) => run("sent", "readwrite", (store) => store.delete(key));
export const unanswered = () => run("sent", "readonly", (store) => store.getAll());

export const keepList = (list) => run("lists", "readwrite", (store) => store.put(list, "wallet"));
export const keptList = () => run("lists", "readonly", (store) => store.get("wallet"));
