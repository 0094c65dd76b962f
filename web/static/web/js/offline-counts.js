// Counts of scans made without a network, as the server takes them.

// The server takes a month; an hour less, so that a log on its way does not grow too old.
const KEPT_MS = (31 * 24 - 1) * 3_600_000;

/** Whether the server still takes this hour: one that is too old would hold back all others. */
export const isTaken = (entry, now) => Date.parse(entry.hour) >= now - KEPT_MS;

/** The log to send: what waited already, else a new one of `counts`; null where nothing is left. */
export function logOf(pending, counts, { now, id }) {
  if (pending) {
    const entries = pending.entries.filter((entry) => isTaken(entry, now));
    if (entries.length) return { ...pending, entries };
  }
  const entries = Object.entries(counts)
    .map(([key, count]) => {
      const [hour, outcome, medium] = key.split("|");
      return { hour, outcome, medium, count };
    })
    .filter((entry) => isTaken(entry, now));
  return entries.length ? { id, entries } : null;
}
