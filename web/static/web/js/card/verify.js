// Decide whether a scanned card is good, here and now: the rules of disability_card/verification.py
// in the same order, held to the same vectors (docs/card-format/vectors).

import { IssuerParts } from "./issuer-parts.js";
import { checkHeader, digestOf, isSigned, keyFromJwk, numericDate, optionalDate, parse, sha256, textClaim } from "./jws.js";
import { unpack } from "./pack.js";
import { Refused, unreadable } from "./refused.js";
import { MarksInMemory } from "./replay-marks.js";
import { CREDENTIAL_TYP, KEY_BINDING_TYP, disclosedClaims, readDisclosures, split } from "./sdjwt.js";
import { has, isObject } from "./strict-json.js";
import { blockName, deviceFault, isGoodAt, keyOf, openBundleDocument } from "./trust.js";

const MODES = { online: { past: 60, future: 30 }, offline: { past: 120, future: 60 } };
const CLOCK_LEEWAY = 60;
const STATUS_FRESH = 300;
const STATUS_AGE_MAX = 86_400;
const QR_FRESH = 60;
const QR_PAST_MAX = 3_600;
const SAME_SCAN = 10;
const DETAILS = ["handbook", "grade", "valid_until", "name", "birth_year"];

function mediumOf(vct, iss) {
  if (typeof vct !== "string") throw unreadable("vct is not a text");
  if (vct === `${iss}/vct/disability-card/1`) return "phone";
  if (vct === `${iss}/vct/disability-card/1-paper`) return "paper";
  throw new Refused("wrong-card-type");
}

function presenterOf(claims) {
  const value = has(claims, "presenter") ? claims.presenter : "holder";
  if (value !== "holder" && value !== "guardian") throw unreadable("presenter");
  return value;
}

function statusOf(claims) {
  const entry = isObject(claims.status) ? claims.status.status_list : null;
  if (!isObject(entry)) throw unreadable("no status");
  if (!Number.isInteger(entry.idx) || entry.idx < 0 || entry.idx >= 2 ** 32) throw unreadable("no status index");
  return { uri: textClaim(entry, "uri"), index: entry.idx };
}

function detailsOf(claims) {
  const shown = {};
  for (const name of DETAILS.filter((one) => has(claims, one))) {
    if (name === "birth_year") {
      const year = claims[name];
      if (!Number.isInteger(year) || year < 1868 || year > 9999) throw unreadable("birth_year");
      shown[name] = year;
    } else shown[name] = textClaim(claims, name);
  }
  return shown;
}

function oneOf(claims, name, allowed) {
  if (!has(claims, name)) throw new Refused("details-missing");
  if (!allowed.includes(claims[name])) throw unreadable(name);
  return claims[name];
}

/** The card in the claims of a credential whose issuer signature held. */
async function readCardClaims(claims, iss) {
  const medium = mediumOf(has(claims, "vct") ? claims.vct : undefined, iss);
  const status = statusOf(claims);
  const details = detailsOf(claims);
  const card = {
    iss,
    medium,
    status,
    presenter: presenterOf(claims),
    iat: numericDate(claims, "iat"),
    exp: numericDate(claims, "exp"),
    nbf: optionalDate(claims, "nbf"),
    holderKey: null,
    nameToCheck: null,
    details: medium === "phone" ? details : {},
  };
  if (medium === "phone") card.holderKey = (await keyFromJwk(isObject(claims.cnf) ? claims.cnf.jwk : null)).key;
  else if (details.name === undefined || details.birth_year === undefined) throw unreadable("a paper card without a name");
  else card.nameToCheck = { name: details.name, birth_year: details.birth_year };
  card.discountClass = oneOf(claims, "discount_class", [0, 1, 2]);
  card.caregivers = oneOf(claims, "caregivers", [0, 1]);
  return card;
}

const instantText = (seconds) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

export class Verifier {
  /**
   * @param {{trustList: object, bundle: object, mode?: "online"|"offline",
   *   marks?: MarksInMemory|MarksOnDevice, parts?: IssuerParts}} options
   */
  constructor({ trustList, bundle, mode = "offline", marks = new MarksInMemory(), parts = new IssuerParts() }) {
    this.trustList = trustList;
    this.bundle = bundle;
    this.window = MODES[mode];
    this.marks = marks;
    this.parts = parts;
  }

  /** @param {object} document what GET verifier/bundle answered @param {string[]} pinned */
  static async open(document, pinned, options = {}) {
    return new Verifier({ ...(await openBundleDocument(document, pinned)), ...options });
  }

  /**
   * The published answer; never throws for a bad text.
   * @param {string} text @param {{now: number, venue?: string, challenge?: string}} scan now in seconds
   */
  async verify(text, { now, venue = this.bundle.venue.id, challenge = null }) {
    try {
      return await this.#verdict(text, { now, venue, challenge });
    } catch (error) {
      if (error instanceof Refused) return refusedAnswer(error);
      throw error;
    }
  }

  async #verdict(text, scan) {
    const fault = deviceFault(this.trustList, this.bundle, Math.floor(scan.now));
    if (fault) throw new Refused(fault);
    const presented = split(await unpack(text));
    const binding = presented.keyBinding === null ? null : parse(presented.keyBinding);
    const card = await this.#issuedCard(presented, binding, scan.now);
    try {
      return await this.#answer(card, presented, binding, scan);
    } catch (error) {
      if (error instanceof Refused) error.medium = card.medium;
      throw error;
    }
  }

  #issuerKey(iss, kid, now) {
    if (!this.trustList.issuers.has(iss)) throw new Refused("other-city");
    const key = keyOf(this.trustList, "issuer", iss, kid);
    if (this.bundle.blocked.has(blockName(iss, key.kid))) throw new Refused("key-blocked");
    if (!isGoodAt(key, Math.floor(now))) throw new Refused("unknown-key");
    return key;
  }

  /** The card in the issuer's part, from memory if the very same part was good. */
  async #issuedCard(presented, binding, now) {
    const known = this.parts.get(presented.presentation);
    if (known) {
      if (binding) checkHeader(binding.header, KEY_BINDING_TYP);
      if (this.#issuerKey(known.card.iss, known.kid, now).keyName === known.keyName) return known.card;
    }
    const token = parse(presented.issuerJwt);
    const arrays = await readDisclosures(presented.disclosures);
    checkHeader(token.header, CREDENTIAL_TYP);
    if (binding) checkHeader(binding.header, KEY_BINDING_TYP);
    const iss = textClaim(token.payload, "iss");
    const key = this.#issuerKey(iss, token.header.kid, now);
    if (!(await isSigned(key.key, token))) throw new Refused("forged");
    const card = await readCardClaims(disclosedClaims(token.payload, arrays), iss);
    this.parts.put(presented.presentation, { card, kid: key.kid, keyName: key.keyName });
    return card;
  }

  async #answer(card, presented, binding, scan) {
    let shownAt = null;
    if (card.medium === "phone") {
      if (!binding) throw new Refused("key-binding-missing");
      shownAt = await checkBinding(card, presented, binding);
      checkAudience(card, binding, scan);
    } else if (binding) throw unreadable("a paper card with a key binding");
    const entry = this.#statusEntry(card.status);
    try {
      let isFresh = checkStatus(entry, scan.now);
      checkDates(card, scan.now);
      if (shownAt !== null) {
        isFresh = this.#checkShownAt(shownAt, scan.now) && isFresh;
        await this.#mark(binding, scan);
      }
      return acceptedAnswer(card, isFresh, entry.iat);
    } catch (error) {
      if (error instanceof Refused) error.asOf = instantText(entry.iat);
      throw error;
    }
  }

  #statusEntry({ uri, index }) {
    const list = this.bundle.statusLists.get(uri);
    if (!list) throw new Refused(this.bundle.badStatusLists.has(uri) ? "status-list-bad" : "status-list-missing");
    if (index >= list.entries.length) throw new Refused("status-index-out-of-range");
    return { status: list.entries.at(index), iat: list.iat, exp: list.exp };
  }

  #checkShownAt(iat, now) {
    const age = now - iat;
    if (age > QR_PAST_MAX || -age > this.window.future) throw new Refused("clock-off");
    if (age > this.window.past) throw new Refused("qr-too-old");
    return age <= QR_FRESH;
  }

  async #mark(binding, { now, venue }) {
    // Over the signing input: the twin (r, n-s) of a signature is valid too and must not pass as new.
    const digest = [...(await sha256(binding.signingInput))].join(",");
    // The twin is no second look at the same screen either, not even on the same device.
    const scan = `${venue} ${binding.signature.join(",")}`;
    const first = await this.marks.firstSeen(digest, scan, now);
    if (first.scan !== scan || Math.abs(now - first.at) > SAME_SCAN) throw new Refused("replayed");
  }
}

async function checkBinding(card, presented, binding) {
  const shownAt = numericDate(binding.payload, "iat");
  for (const name of ["aud", "nonce", "sd_hash"]) textClaim(binding.payload, name);
  if (!(await isSigned(card.holderKey, binding))) throw new Refused("holder-mismatch");
  if (binding.payload.sd_hash !== (await digestOf(presented.presentation))) throw new Refused("holder-mismatch");
  return shownAt;
}

function checkAudience(card, binding, { venue, challenge }) {
  const { aud, nonce } = binding.payload;
  const oneWay = `${card.iss}/venue`;
  const here = `${oneWay}/${venue}`;
  if (aud !== here && (aud !== oneWay || challenge !== null)) throw new Refused("wrong-audience");
  if (aud === here && nonce !== challenge) throw new Refused("wrong-nonce");
}

function checkStatus({ status, iat, exp }, now) {
  const age = now - iat;
  if (age > STATUS_AGE_MAX || now >= exp) throw new Refused("status-list-old");
  if (status === 2) throw new Refused("suspended");
  if (status !== 0) throw new Refused("revoked");
  return age <= STATUS_FRESH;
}

function checkDates(card, now) {
  const soonest = now + CLOCK_LEEWAY;
  if (card.iat > soonest || (card.nbf !== null && card.nbf > soonest)) throw new Refused("not-yet-valid");
  if (now >= card.exp) throw new Refused("expired");
}

function acceptedAnswer(card, isFresh, asOf) {
  return {
    outcome: "accepted",
    code: "ok",
    level: isFresh ? "green" : "amber",
    medium: card.medium,
    presenter: card.presenter,
    discount_class: card.discountClass,
    caregivers: card.caregivers,
    name_to_check: card.nameToCheck,
    as_of: instantText(asOf),
    details: card.details,
  };
}

/** The published form of a refusal. @param {Refused} refused */
export function refusedAnswer(refused) {
  return {
    outcome: "refused",
    code: refused.code,
    level: null,
    medium: refused.medium,
    presenter: null,
    discount_class: null,
    caregivers: null,
    name_to_check: null,
    as_of: refused.asOf,
    details: {},
  };
}
