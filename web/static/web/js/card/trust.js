// Trust list, root rolls and bundle: checked once when they are loaded, not at each scan.

import { checkHeader, isSigned, keyFromJwk, numericDate, optionalDate, parse, textClaim, thumbprintOf } from "./jws.js";
import { Refused, unreadable } from "./refused.js";
import { openStatusList } from "./statuslist.js";
import { has, isObject } from "./strict-json.js";

const ROOT_ROLLS_MAX = 4;
const USES = new Set(["issuer", "status", "bundle"]);

/** Run `work`; whatever is wrong in it is called `code`. */
async function under(code, work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) throw new Refused(code, error.message);
    throw error;
  }
}

async function rootOf(parsed, member) {
  const { key, jwk } = await keyFromJwk(parsed.payload[member]);
  const thumbprint = await thumbprintOf(jwk);
  if (parsed.header.kid !== thumbprint) throw new Refused("unknown-key");
  return { key, thumbprint };
}

async function openRootRoll(token, iss) {
  const parsed = parse(token);
  checkHeader(parsed.header, "root-roll+jwt");
  const old = await rootOf(parsed, "root");
  if (!(await isSigned(old.key, parsed))) throw new Refused("forged");
  if (parsed.payload.iss !== iss) throw unreadable("another issuer's roll");
  const { jwk } = await keyFromJwk(parsed.payload.new_root);
  return { old: old.thumbprint, fresh: await thumbprintOf(jwk), nbf: numericDate(parsed.payload, "nbf") };
}

async function acceptedRoots(pinned, tokens, iss) {
  const rolls = await Promise.all(tokens.slice(0, 2 * ROOT_ROLLS_MAX).map((token) => openRootRoll(token, iss)));
  const accepted = new Map(pinned.map((thumbprint) => [thumbprint, 0]));
  for (let link = 0; link < ROOT_ROLLS_MAX; link += 1) {
    const reached = rolls.filter(({ old, fresh }) => accepted.has(old) && !accepted.has(fresh));
    for (const { old, fresh, nbf } of reached) accepted.set(fresh, Math.max(accepted.get(old), nbf));
  }
  return accepted;
}

const name = (use, iss, kid) => `${use} ${iss} ${kid}`;

/** A key of the trust list by its name; unknown-key where there is none. */
export function keyOf(trustList, use, iss, kid) {
  const found = typeof kid === "string" ? trustList.keys.get(name(use, iss, kid)) : undefined;
  if (!found) throw new Refused("unknown-key");
  return found;
}

export const isGoodAt = (key, now) => (key.nbf === null || now >= key.nbf) && (key.exp === null || now < key.exp);

async function trustedKey(entry, iss) {
  if (!isObject(entry) || !USES.has(entry.use)) throw unreadable("not a key of a trust list");
  const { key, jwk } = await keyFromJwk(entry.jwk);
  return {
    use: entry.use,
    iss: has(entry, "iss") ? textClaim(entry, "iss") : iss,
    kid: textClaim(entry, "kid"),
    key,
    keyName: `${jwk.x}.${jwk.y}`,
    nbf: optionalDate(entry, "nbf"),
    exp: optionalDate(entry, "exp"),
  };
}

/** The trust list if a pinned root, or one rolled from it, signed it. */
export function openTrustList(token, pinned, rootRolls) {
  return under("trust-list-foreign", async () => {
    const parsed = parse(token);
    checkHeader(parsed.header, "trust-list+jwt");
    const root = await rootOf(parsed, "root");
    if (!(await isSigned(root.key, parsed))) throw new Refused("forged");
    const iss = textClaim(parsed.payload, "iss");
    const accepted = await acceptedRoots(pinned, rootRolls, iss);
    if (!accepted.has(root.thumbprint)) throw new Refused("trust-list-foreign");
    const { keys, version } = parsed.payload;
    if (!Array.isArray(keys) || !Number.isInteger(version)) throw unreadable("not a trust list");
    const opened = await Promise.all(keys.map((entry) => trustedKey(entry, iss)));
    const byName = new Map(opened.map((key) => [name(key.use, key.iss, key.kid), key]));
    if (byName.size !== opened.length) throw unreadable("two keys of one name");
    return {
      iss,
      exp: numericDate(parsed.payload, "exp"),
      iat: numericDate(parsed.payload, "iat"),
      rootFrom: accepted.get(root.thumbprint),
      keys: byName,
      issuers: new Set(opened.filter(({ use }) => use === "issuer").map((key) => key.iss)),
    };
  });
}

function blockedKey(text, iss) {
  if (typeof text !== "string") throw unreadable("a blocked kid that is no text");
  const cut = text.lastIndexOf("#");
  return cut < 0 ? `${iss} ${text}` : `${text.slice(0, cut) || iss} ${text.slice(cut + 1)}`;
}

/** Names a key for the block list. */
export const blockName = (iss, kid) => `${iss} ${kid}`;

async function openStatusLists(tokens, trustList, blocked) {
  const good = new Map();
  const bad = new Set();
  for (const token of tokens) {
    try {
      const opened = await openStatusList(token, (parsed) => {
        const iss = textClaim(parsed.payload, "iss");
        if (blocked.has(blockName(iss, parsed.header.kid))) throw new Refused("status-list-bad");
        return keyOf(trustList, "status", iss, parsed.header.kid).key;
      });
      if (!good.has(opened.uri) || opened.iat > good.get(opened.uri).iat) good.set(opened.uri, opened);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      bad.add(claimedUri(token));
    }
  }
  return { good, bad };
}

function claimedUri(token) {
  try {
    return textClaim(parse(token).payload, "sub");
  } catch {
    return "";
  }
}

function openBundle(token, trustList) {
  return under("bundle-bad", async () => {
    const parsed = parse(token);
    checkHeader(parsed.header, "bundle+jwt");
    const { payload } = parsed;
    const iss = textClaim(payload, "iss");
    const key = keyOf(trustList, "bundle", iss, parsed.header.kid);
    if (!(await isSigned(key.key, parsed))) throw new Refused("forged");
    const { venue, status_lists: lists, blocked = [], benefits = [] } = payload;
    if (!isObject(venue) || typeof venue.id !== "string") throw unreadable("no venue");
    if (![lists, blocked, benefits].every((value) => Array.isArray(value))) throw unreadable("not a bundle");
    const stopped = new Set(blocked.map((text) => blockedKey(text, iss)));
    const { good, bad } = await openStatusLists(lists, trustList, stopped);
    return {
      iss, key, venue, benefits,
      blocked: stopped,
      statusLists: good,
      badStatusLists: bad,
      iat: numericDate(payload, "iat"),
      exp: numericDate(payload, "exp"),
    };
  });
}

/** Trust list and bundle of the object that GET verifier/bundle answers. @param {string[]} pinned */
export async function openBundleDocument(document, pinned) {
  if (!isObject(document) || document.format !== "kaiteki-bundle/1") throw new Refused("bundle-bad");
  const rolls = document.root_rolls ?? [];
  if (!Array.isArray(rolls)) throw new Refused("bundle-bad");
  const trustList = await openTrustList(document.trust_list, pinned, rolls);
  return { trustList, bundle: await openBundle(document.bundle, trustList) };
}

/** Why this device may not verify at `now` (seconds), or null. */
export function deviceFault(trustList, bundle, now) {
  if (now < trustList.rootFrom) return "trust-list-foreign";
  if (now >= trustList.exp) return "trust-list-expired";
  if (!isGoodAt(bundle.key, now)) return "bundle-bad";
  return now >= bundle.exp ? "bundle-expired" : null;
}
