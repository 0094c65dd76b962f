// 手帳を見せる: the card of this phone, renewed every 15 seconds, with or without a network.

import { actingNow } from "./acting-kept.js";
import { inOrder, markOf } from "./card/namesakes.js";
import { nextCredential, selectiveClaims, showCard, showDetails, wantsRefill } from "./card/present.js";
import { NoAnswer, standingOf } from "./card/standing.js";
import { readCounterCode } from "./card/venue-code.js";
import { refresh } from "./card/vci.js";
import { isLocked, unlock } from "./card/unlock.js";
import { allCards, markShown, markStanding } from "./card/wallet-store.js";
import { clockText } from "./clock.js";
import { setBusy } from "./frame.js";
import { drawQr } from "./qr-drawing.js";
import { filled, word } from "./words.js";

const RENEW_MS = 15_000;
const PETALS = 8;
const BOUND_MS = 120_000;
const LEARN_MS = 30_000;
const STOPPED = ["suspended", "ended"];
const element = (id) => document.getElementById(id);
const acting = actingNow();
// Who acts for somebody asks for that person's cards: the city names them; of a page that opens
// without a network this phone knows whose its cards are.
const named = document.querySelector("template.acting")?.dataset.cards.split(" ");
const wanted = (cards) => named ?? (acting && cards.filter(({ person }) => person === acting.person).map(({ id }) => id));
const session = { cards: [], card: null, credential: null, chosen: [], bound: null, qr: "", madeAt: 0, learntAt: 0 };

function show(name) {
  for (const section of ["card", "locked", "no-card", "not-here", "spent", ...STOPPED]) {
    if (element(section)) element(section).hidden = section !== name;
  }
  for (const button of document.querySelectorAll("#family-list button")) {
    if (button.dataset.card === session.card?.id) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  element("acting-as-of").hidden = name === "locked" || !acting?.isKept;
  element("family").hidden = name === "locked" || session.cards.length < (session.card ? 2 : 1);
  const whose = element(name).querySelector("[data-whose]");
  if (whose) whose.replaceChildren(...(isNamed(session.card) ? whoseCard(session.card) : []));
  element(name).querySelector("h1").focus();
}

/** Whose card it is, and which of theirs: 「佐久はな子さんの手帳」「本人だけ」. */
function whoseCard(card) {
  const whose = word("field-names", "whose", { name: card.name });
  const mark = markOf(card, session.cards);
  if (!mark) return [whose];
  const gives = word("field-names", mark.caregivers ? "with-caregiver" : "holder-only");
  const line = document.createElement("span");
  line.className = "card-mark";
  line.textContent = mark.number ? word("field-names", "numbered", { gives, number: mark.number }) : gives;
  return [whose, " ", line];
}
/** Of one's own card, alone on the phone, nobody asks whose it is, and the shop need not read it. */
const isNamed = (card) => card.isGuardian || session.cards.length > 1;
const nowSeconds = () => Date.now() / 1000 + session.card.offset;

async function draw({ announce = false } = {}) {
  const { card, credential, chosen, bound } = session;
  const facts = { now: nowSeconds(), bound: bound ?? {} };
  const made = chosen.length ? await showDetails(card, chosen, facts) : await showCard(card, credential, facts);
  if (session.credential !== credential) return; // locked, stopped or another card meanwhile
  session.qr = made;
  session.madeAt = Date.now();
  drawQr(element("qr"), session.qr);
  element("made-at").textContent = clockText(new Date(nowSeconds() * 1000));
  if (announce) element("announce").textContent = word("field-names", "renewed");
}

/** Empty one petal each 15/8 seconds; the sentence with the time is the information. */
function age() {
  const empty = Math.floor((Date.now() - session.madeAt) / (RENEW_MS / PETALS));
  document.querySelectorAll(".freshness .petal").forEach((petal, place) => {
    petal.classList.toggle("is-empty", place < empty);
  });
  if (empty >= PETALS && session.credential && document.visibilityState === "visible") draw();
  if (Date.now() - session.learntAt > LEARN_MS && document.visibilityState === "visible") learn();
}

const isStopped = (card) => STOPPED.includes(card?.standing);

/** Ask the city whether the card stands; without an answer, what was last known of it holds. */
async function learn() {
  const { card, credential } = session;
  if (!credential) return;
  session.learntAt = Date.now();
  try {
    const standing = await standingOf(credential.sdJwt);
    showNetwork(true);
    if (standing !== (card.standing ?? "good")) await markStanding(card.id, standing);
    card.standing = standing;
  } catch (error) {
    if (error instanceof NoAnswer) showNetwork(false);
  }
  if (isStopped(card) && session.credential === credential) stop(card);
}

async function refill(card) {
  if (!navigator.onLine || !wantsRefill(card, Date.now())) return;
  try {
    await refresh(card);
  } catch {
    // Stopped, or no network after all: the batch at hand is shown until it ends.
  }
}

async function begin(card) {
  Object.assign(session, { card, credential: null, chosen: [], bound: null });
  if (!card) return show("not-here");
  let credential = nextCredential(card, nowSeconds());
  if (!credential) {
    await refill(card);
    credential = nextCredential(card, nowSeconds());
  }
  if (!credential) return show("spent");
  if (isStopped(card)) {
    session.credential = credential;
    await learn();
    if (isStopped(card)) return;
  }
  credential.shownAt = Date.now();
  await markShown(card.id, credential);
  session.credential = credential;
  show("card");
  keepAwake();
  await draw();
  fillDetails();
  learn();
  refill(card);
}

function inWords(name, value) {
  if (name === "handbook") return word("field-names", value);
  if (name === "birth_year") return word("field-names", "year", { year: value });
  // A grade of a handbook for intellectual disability says it all by itself: A1.
  return name === "grade" && /^\d+$/.test(value) ? word("field-names", "level", { grade: value }) : value;
}

function fillDetails() {
  const labels = selectiveClaims(session.card)
    .filter(({ name }) => !["discount_class", "caregivers"].includes(name))
    .map(({ name, value }) => {
      const label = document.createElement("label");
      label.className = "tick";
      const box = document.createElement("input");
      box.type = "checkbox";
      box.name = name;
      const words = document.createElement("span");
      words.textContent = `${word("field-names", name)}: ${inWords(name, value)}`;
      label.append(box, words);
      return label;
    });
  element("details-fields").replaceChildren(...labels);
}

/** The person may have put the phone down since the last card was shown. */
async function choose(card) {
  session.card = card;
  if (await isLocked()) return hide();
  return begin(card);
}

function fillFamily() {
  const items = session.cards.map((card) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-outline";
    button.dataset.card = card.id;
    button.append(...whoseCard(card));
    button.addEventListener("click", () => choose(card));
    item.append(button);
    return item;
  });
  element("family-list").replaceChildren(...items);
}

/** A day in Japan in the reader's words: 2026年11月26日, November 26, 2026. */
function dayText(instant) {
  const words = document.body.dataset.language === "en" ? "en" : "ja";
  return new Intl.DateTimeFormat(words, { timeZone: "Asia/Tokyo", dateStyle: "long" }).format(instant);
}

/** On a page of this phone's store: for whom the reader acts, as far as it was last known. */
function sayActing() {
  if (!acting?.isKept) return;
  const name = acting.name;
  const asOf = new Date(acting.at / 1_000);
  const when = { day: dayText(asOf), time: clockText(asOf, { seconds: false }) };
  element("acting-as-of").querySelector("span").replaceWith(filled("field-names", "acting-as-of", { name, ...when }));
  document.querySelector("[data-acting]").textContent = word("field-names", "whose", { name });
}

/** Said in words: no network, or a network in which the city does not answer. */
function showNetwork(isThere) {
  element("offline").hidden = isThere;
}

async function readCounter() {
  const video = element("counter-video");
  const { FilmReader } = await import("./qr-reading.js");
  const film = new FilmReader(video);
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.hidden = false;
  await film.start(stream, async (text) => {
    const code = readCounterCode(text);
    if (!code) return;
    film.stop();
    video.hidden = true;
    session.bound = code;
    element("bound").hidden = false;
    element("unread").open = false;
    await draw({ announce: true });
    element("card-title").focus();
    setTimeout(() => {
      session.bound = null;
      element("bound").hidden = true;
      draw();
    }, BOUND_MS);
  });
}

async function makeShortCode() {
  element("short-code").hidden = true;
  element("short-failed").hidden = true;
  try {
    await draw();
    const response = await fetch("/api/v1/presentations/short", {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ qr: session.qr }),
    });
    if (!response.ok) throw new Error(String(response.status));
    const { code } = await response.json();
    element("short-code").querySelector("b").textContent = `${code.slice(0, 4)} ${code.slice(4)}`;
    element("short-code").hidden = false;
  } catch {
    element("short-failed").hidden = false;
  }
}

element("renew").addEventListener("click", () => draw({ announce: true }));
element("details-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  delete event.target.dataset.sent;
  const chosen = [...event.target.querySelectorAll("input:checked")].map(({ name }) => name);
  element("choose-first").hidden = chosen.length > 0;
  if (!chosen.length) return event.target.querySelector("input")?.focus();
  session.chosen = chosen;
  element("details-end").hidden = false;
  await draw({ announce: true });
  element("card-title").focus();
});
element("details-end").addEventListener("click", () => {
  session.chosen = [];
  element("details-end").hidden = true;
  element("more").open = false;
  draw({ announce: true });
});
element("short").addEventListener("click", makeShortCode);
element("scan-counter").addEventListener("click", () => readCounter().catch(() => null));
addEventListener("online", learn);
addEventListener("offline", () => showNetwork(false));
document.addEventListener("visibilitychange", comeBack);
addEventListener("pageshow", ({ persisted }) => persisted && comeBack());

/** The phone was away, and may have gone to another hand. */
async function comeBack() {
  const isAway = element("not-here")?.hidden === false;
  if (document.visibilityState !== "visible" || !(session.credential || isStopped(session.card) || isAway)) return;
  if (await isLocked()) return hide();
  if (isAway) return;
  if (isStopped(session.card)) return begin(session.card);
  draw();
  learn();
  keepAwake();
}

/** Nothing of the card stays on the screen while the phone is locked. */
function hide() {
  clear();
  show("locked");
}

/** The city stopped this card: the state is said, and no code is left to be shown. */
function stop(card) {
  clear();
  show(card.standing);
}

function clear() {
  Object.assign(session, { credential: null, chosen: [], bound: null, qr: "" });
  element("qr").replaceChildren();
  element("details-fields").replaceChildren();
}

element("unlock").addEventListener("click", async ({ currentTarget: button }) => {
  const result = element("locked").querySelector(".result");
  result.replaceChildren();
  setBusy(button, true);
  try {
    await unlock();
    await begin(session.card);
  } catch {
    result.replaceChildren(element("not-unlocked").content.cloneNode(true));
  }
  setBusy(button, false);
});

async function keepAwake() {
  await navigator.wakeLock?.request("screen").catch(() => null);
}

async function start() {
  showNetwork(navigator.onLine);
  const cards = inOrder(await allCards());
  session.cards = cards;
  const held = (id) => cards.find((card) => card.id === id);
  const theirs = wanted(cards);
  sayActing();
  if (theirs) session.card = theirs.map(held).find(Boolean) ?? null;
  else session.card = held(location.hash.slice(1)) ?? cards[0] ?? null;
  if (!session.card && !theirs) return show("no-card");
  fillFamily();
  await choose(session.card);
  setInterval(age, RENEW_MS / PETALS);
}

start();
