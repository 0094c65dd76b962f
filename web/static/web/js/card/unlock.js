// Before a card is shown: this phone's own lock (face, finger, code), where it holds a passkey.
//
// The check is local: the passkey's authenticator verifies the person and this page reads its
// answer, so it works without a network. It stops somebody to whom the unlocked phone was lent. It
// does not stop somebody who knows the phone's code, nor a program that reaches into the page.

import { decode, encode } from "./base64url.js";
import { sha256 } from "./jws.js";
import { changeLock, readLock } from "./wallet-store.js";

const FRESH_MS = 5 * 60_000;
const RP_HASH_BYTES = 32;
const USER_VERIFIED = 0x04; // WebAuthn level 3, section 6.1: the flags follow the hash

const canAsk = () => Boolean(globalThis.PublicKeyCredential && navigator.credentials?.get);

/** Whether this phone has to be unlocked now. A clock set back counts as long ago. */
export async function isLocked(now = Date.now()) {
  const { keys, isOff, at } = await readLock();
  const age = now - at;
  return canAsk() && !isOff && keys.length > 0 && !(age >= 0 && age < FRESH_MS);
}

/** Whether a passkey was made or used on this very phone; a browser does not tell by itself. */
export const isKeyHere = async () => canAsk() && (await readLock()).keys.length > 0;

/** Whether cards on this phone are shown behind its lock: "on", "off", or "none" where it cannot. */
export async function lockState() {
  const { keys, isOff } = await readLock();
  if (!canAsk()) return "none";
  return keys.length && !isOff ? "on" : "off";
}

/** A passkey of this very phone was made or used: it is unlocked, and from now on it can be asked. */
export async function notePasskey({ id, authenticatorAttachment }) {
  if (authenticatorAttachment !== "platform") return; // a key that can be left at home
  await changeLock((lock) => {
    if (!lock.keys.includes(id)) lock.keys.push(id);
    lock.at = Date.now();
  });
}

/** Ask the phone to verify its holder with one of `ids`; throws where it does not. */
async function ask(ids) {
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const allowCredentials = ids.map((id) => ({ type: "public-key", id: decode(id), transports: ["internal"] }));
  const given = await navigator.credentials.get({
    publicKey: { challenge, allowCredentials, userVerification: "required" },
  });
  const said = JSON.parse(new TextDecoder().decode(given.response.clientDataJSON));
  const facts = new Uint8Array(given.response.authenticatorData);
  const ourHash = encode(await sha256(location.hostname));
  const isAnswer = said.type === "webauthn.get" && said.challenge === encode(challenge);
  const isOurs = encode(facts.subarray(0, RP_HASH_BYTES)) === ourHash;
  if (!isAnswer || !isOurs || !(facts[RP_HASH_BYTES] & USER_VERIFIED)) throw new Error("not verified");
  return given;
}

/** Unlock with a passkey that this phone knows. */
export async function unlock() {
  const { keys } = await readLock();
  await ask(keys);
  await changeLock((lock) => {
    lock.at = Date.now();
  });
}

/** From now on ask before a card is shown. `ids` are the account's passkeys; one must be of this phone. */
export async function lockOn(ids) {
  const given = await ask(ids);
  if (given.authenticatorAttachment !== "platform") throw new Error("a passkey of another device");
  await changeLock((lock) => {
    lock.isOff = false;
  });
  await notePasskey(given);
}

export const lockOff = () =>
  changeLock((lock) => {
    lock.isOff = true;
  });
