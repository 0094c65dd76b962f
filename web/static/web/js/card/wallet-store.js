// What a phone keeps: its device key, and for each card the credentials with their own keys.
// Private keys are made here, are not extractable, and never leave the browser.

import { databaseOf } from "../database.js";

const inCard = databaseOf("kaiteki-card", (database) => {
  database.createObjectStore("cards", { keyPath: "id" });
  database.createObjectStore("phone");
});
const run = (store, mode, work) => inCard(store, mode, (transaction) => work(transaction.objectStore(store)));

const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** A key pair whose private half cannot be read, by nobody. */
export const makeKey = () => crypto.subtle.generateKey(CURVE, false, ["sign"]);

export async function publicJwk({ publicKey }) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  return { kty, crv, x, y };
}

/** The phone's own key, where it has one already. */
export const keptDeviceKey = () => run("phone", "readonly", (store) => store.get("device-key"));

/** The phone's own key (DPoP): one for all its cards. */
export async function deviceKey() {
  const kept = await keptDeviceKey();
  if (kept) return kept;
  const made = await makeKey();
  // Another tab may have made one meanwhile: the first one counts, or the phone had two names.
  await run("phone", "readwrite", (store) => {
    store.get("device-key").onsuccess = ({ target }) => target.result || store.put(made, "device-key");
  });
  return keptDeviceKey();
}

const NO_LOCK = { keys: [], isOff: false, at: 0 };

/** What this phone knows of its lock: ids of its passkeys, whether it is not wanted, when last used. */
export const readLock = async () => ({ ...NO_LOCK, ...(await run("phone", "readonly", (store) => store.get("lock"))) });

/** Change it in one transaction: two tabs must not lose each other's passkey. */
export const changeLock = (work) =>
  run("phone", "readwrite", (store) => {
    store.get("lock").onsuccess = ({ target: { result } }) => {
      const lock = result ?? structuredClone(NO_LOCK);
      work(lock);
      store.put(lock, "lock");
    };
  });

export const allCards = () => run("cards", "readonly", (store) => store.getAll());
export const readCard = (id) => run("cards", "readonly", (store) => store.get(id));
export const writeCard = (card) => run("cards", "readwrite", (store) => store.put(card));
export const removeCard = (id) => run("cards", "readwrite", (store) => store.delete(id));

/** Write down that a credential was shown, and nothing else: another tab may hold a newer card. */
export const markShown = (id, { sdJwt, shownAt }) =>
  run("cards", "readwrite", (store) => {
    store.get(id).onsuccess = ({ target: { result: card } }) => {
      const shown = card?.venue.find((one) => one.sdJwt === sdJwt);
      if (!shown) return;
      shown.shownAt = shownAt;
      store.put(card);
    };
  });

/** Keep what the city last said of a card, for the time without a network. */
export const markStanding = (id, standing) =>
  run("cards", "readwrite", (store) => {
    store.get(id).onsuccess = ({ target: { result: card } }) => card && store.put({ ...card, standing });
  });

/** One at a time, in all tabs of this phone: two refreshes with one token raise an alarm. */
export const alone = (name, work) => (navigator.locks ? navigator.locks.request(`kaiteki ${name}`, work) : work());
