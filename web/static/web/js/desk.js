// The front desk: read a QR code, ask the city or this device's own rules, say the answer.

import { showAnswer } from "./answer.js";
import { answerFor } from "./card/benefits.js";
import { MarksOnDevice } from "./card/replay-marks.js";
import { counterCode, newChallenge } from "./card/venue-code.js";
import { Verifier } from "./card/verify.js";
import { clockText } from "./clock.js";
import { DeviceNotAccepted, makeChallenge, synchronize, verifyOnline } from "./desk-api.js";
import { countOffline, forget, read } from "./desk-store.js";
import { FilmReader, keepReader, readPicture } from "./qr-reading.js";
import { drawQr } from "./qr-drawing.js";
import { word as wordOf } from "./words.js";

const SYNC_EVERY_MS = 60_000;
const element = (id) => document.getElementById(id);
const word = (name) => wordOf("words", name);
const film = new FilmReader(element("video"));
const marks = new MarksOnDevice();
/** Neither good nor bad: its message names the sentence that says why. */
class NoAnswer extends Error {}

let loading = Promise.resolve();
let verifier = null;
let offset = 0;
let challenge = null;
let isBusy = false;
let isOnline = navigator.onLine;

function show(name) {
  for (const section of ["scan", "answer", "not-set-up"]) element(section).hidden = section !== name;
}

function showNetwork() {
  for (const part of element("network").querySelectorAll(".when-online")) part.hidden = !isOnline;
  for (const part of element("network").querySelectorAll(".when-offline")) part.hidden = isOnline;
}

async function loadBundle() {
  const [kept, roots] = await Promise.all([read("bundle"), read("roots")]);
  if (!kept) return;
  offset = kept.offset ?? 0;
  verifier = await Verifier.open(kept.document, roots, { mode: "offline", marks });
  const { bundle } = verifier;
  element("venue-name").textContent = bundle.venue.name[document.body.dataset.language] ?? bundle.venue.name.ja;
  element("venue").hidden = false;
  const newest = Math.max(...[...bundle.statusLists.values()].map(({ iat }) => iat), bundle.iat);
  for (const place of document.querySelectorAll("[data-list-time]")) {
    place.textContent = clockText(new Date(newest * 1000), { seconds: false });
  }
}

async function keepFresh() {
  try {
    await synchronize();
    isOnline = true;
    await loadBundle();
  } catch (error) {
    if (error instanceof DeviceNotAccepted) return endDevice();
    isOnline = false;
  }
  showNetwork();
}

async function endDevice() {
  for (const name of ["token", "bundle", "roots"]) await forget(name);
  film.stop();
  show("not-set-up");
}

const nowSeconds = () => Date.now() / 1000 + offset;
const dayInJapan = (seconds) => new Date((seconds + 9 * 3600) * 1000).toISOString().slice(0, 10);

async function verifyHere(qr) {
  await loading; // a code may be read before the page has opened its own list
  if (!verifier) throw new NoAnswer("no-list");
  const now = nowSeconds();
  const verdict = await verifier.verify(qr, { now, challenge });
  if (verdict.outcome === "accepted") {
    verdict.answer = answerFor(verdict, verifier.bundle.benefits, {
      day: dayInJapan(now), language: document.body.dataset.language,
    });
  }
  await countOffline(verdict.code, verdict.medium, now * 1000);
  return verdict;
}

async function decide(scan) {
  if (isOnline || scan.short_code) {
    try {
      const result = await verifyOnline(challenge ? { ...scan, challenge } : scan);
      isOnline = true;
      return { result, isOffline: false };
    } catch (error) {
      if (error instanceof DeviceNotAccepted) throw error;
      isOnline = false;
      showNetwork();
      if (scan.short_code) throw new NoAnswer("short-offline");
    }
  }
  return { result: await verifyHere(scan.qr), isOffline: true };
}

async function verify(scan) {
  if (isBusy) return;
  isBusy = true;
  element("said").hidden = true;
  element("camera-status").textContent = word("checking");
  try {
    const { result, isOffline } = await decide(scan);
    stopCamera();
    challenge = null;
    element("counter-code").hidden = true;
    show("answer");
    showAnswer(element("answer"), result, { now: new Date(nowSeconds() * 1000), isOffline, onNext, onOther });
  } catch (error) {
    if (error instanceof DeviceNotAccepted) return endDevice();
    say(error instanceof NoAnswer ? error.message : "no-answer");
  } finally {
    isBusy = false;
    element("camera-status").textContent = word("searching");
  }
}

/** Say why there is no answer, in a sentence of the page. */
function say(name) {
  element("said").querySelector("p").textContent = word(name);
  element("said").hidden = false;
}

function onNext() {
  show("scan");
  startCamera();
}

function onOther() {
  show("scan");
  element("other").open = true;
  element("other").querySelector("summary").focus();
}

async function openStream(ask) {
  try {
    element("camera-denied").hidden = true;
    const stream = await ask();
    element("camera").hidden = false;
    element("start").hidden = true;
    element("stop").hidden = false;
    await film.start(stream, (qr) => verify({ qr }));
  } catch {
    stopCamera();
    element("camera-denied").hidden = false;
    element("other").open = true;
  }
}

const startCamera = () =>
  openStream(() =>
    navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
    }),
  );

function stopCamera() {
  film.stop();
  element("camera").hidden = true;
  element("start").hidden = false;
  element("stop").hidden = true;
}

async function readFile(file) {
  const text = await readPicture(file).catch(() => null);
  if (text) await verify({ qr: text });
  else say("no-qr");
}

element("start").addEventListener("click", startCamera);
element("stop").addEventListener("click", () => {
  stopCamera();
  element("start").focus();
});
element("picture").addEventListener("change", (event) => {
  const [file] = event.target.files;
  event.target.value = "";
  if (file) readFile(file);
});
element("text-form").addEventListener("submit", (event) => {
  event.preventDefault();
  delete event.target.dataset.sent;
  const text = element("text").value.trim();
  if (text) verify({ qr: text });
});
element("short-form").addEventListener("submit", (event) => {
  event.preventDefault();
  delete event.target.dataset.sent;
  const code = element("short").value.trim();
  if (code) verify({ short_code: code });
});
element("screen")?.addEventListener("click", () =>
  openStream(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
);
element("counter").addEventListener("click", async () => {
  challenge = null;
  try {
    const made = await makeChallenge();
    challenge = made.challenge;
    drawQr(element("counter-qr"), made.text);
  } catch {
    if (!verifier) return;
    challenge = newChallenge();
    drawQr(element("counter-qr"), counterCode(verifier.bundle.venue.id, challenge));
  }
  element("counter-code").hidden = false;
});
addEventListener("paste", (event) => {
  const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
  if (file) readFile(file);
});
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer?.files ?? [];
  if (file) readFile(file);
});
addEventListener("online", keepFresh);
addEventListener("offline", () => {
  isOnline = false;
  showNetwork();
});

async function begin() {
  if (!(await read("token"))) return show("not-set-up");
  show("scan");
  keepReader().catch(() => null); // kept before, or no network: the next time then
  loading = loadBundle().catch(() => null);
  await loading;
  await keepFresh();
  setInterval(keepFresh, SYNC_EVERY_MS);
}

begin();
