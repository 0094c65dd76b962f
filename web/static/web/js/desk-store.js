// What a front desk keeps on the device: its token, the pinned root, the newest bundle, its counts.

import { databaseOf } from "./database.js";
import { logOf } from "./offline-counts.js";

const STORE = "facts";

const inDesk = databaseOf("kaiteki-desk", (database) => database.createObjectStore(STORE));
const run = (mode, work) => inDesk(STORE, mode, (transaction) => work(transaction.objectStore(STORE)));

/** @param {string} name */
export const read = (name) => run("readonly", (store) => store.get(name));

/** @param {string} name @param {unknown} value */
export const write = (name, value) => run("readwrite", (store) => store.put(value, name));

/** @param {string} name */
export const forget = (name) => run("readwrite", (store) => store.delete(name));

/** Add one scan to the counts that wait for a network. */
export async function countOffline(outcome, medium, now) {
  const hour = new Date(Math.floor(now / 3_600_000) * 3_600_000).toISOString();
  const counts = (await read("counts")) ?? {};
  const key = `${hour}|${outcome}|${medium ?? ""}`;
  counts[key] = (counts[key] ?? 0) + 1;
  await write("counts", counts);
}

/** The waiting counts as the server takes them; the id makes a second upload count once. */
export async function takeOfflineLog(now = Date.now()) {
  const pending = await read("pending-log");
  const counts = (await read("counts")) ?? {};
  const log = logOf(pending, counts, { now, id: crypto.randomUUID() });
  if (log && log.id === pending?.id) return log;
  // The log first: a device that stops in between counts twice what is in it, and loses nothing.
  if (log) await write("pending-log", log);
  else if (pending) await forget("pending-log");
  await forget("counts");
  return log;
}
