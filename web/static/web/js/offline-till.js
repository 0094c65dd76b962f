// The shop's page that sells without a network: it holds a lease, keeps each sale, and brings it home.

import { Refused } from "./card/refused.js";
import { clockText } from "./clock.js";
import { DeviceNotAccepted } from "./desk-api.js";
import { read } from "./desk-store.js";
import { dayInJapan, leftYen, markOf, offer, readCode } from "./offline/lease-rules.js";
import { keepSale, keptLeases, keptSales } from "./offline/sale-store.js";
import { endLease, endOldLeases, fetchLeases, takeLease, uploadAll } from "./offline/till-api.js";
import { asFile } from "./offline/upload.js";
import { FilmReader, keepReader } from "./qr-reading.js";
import { say } from "./ruby.js";
import { word as wordOf } from "./words.js";

const SYNC_EVERY_MS = 30_000;
const { language } = document.body.dataset;
const element = (id) => document.getElementById(id);
const word = (name, values) => wordOf("words", name, values);
const yen = (amount) => (language === "en" ? `¥${amount.toLocaleString("en")}` : `${amount.toLocaleString("ja")}円`);
const film = new FilmReader(element("video"));

let leases = [];
let sales = [];
let offered = [];
let offset = 0;
let turn = Promise.resolve();
let isAccepted = true;

const nowSeconds = () => Date.now() / 1000 + offset;
const salesOf = (lease) => sales.filter((sale) => sale.lease === lease.id);
const nameOf = (names) => names[language] || names.ja;

function show(name) {
  for (const section of ["not-set-up", "sell", "confirm", "answer"]) element(section).hidden = section !== name;
  element(name).querySelector("h1").focus();
  scrollTo(0, 0);
}

function fill(root, values) {
  for (const [slot, text] of Object.entries(values)) {
    for (const place of root.querySelectorAll(`[data-slot="${slot}"]`)) place.textContent = text;
  }
}

function tell(place, name, values) {
  element(place).querySelector("[data-slot=text]").textContent = word(name, values);
  element(place).hidden = false;
}

// -- what stands on the page ---------------------------------------------------------------------

function made(template, { name, ...values }) {
  const item = element(template).content.firstElementChild.cloneNode(true);
  fill(item, values);
  if (name) say(item.querySelector('[data-slot="name"]'), name);
  return item;
}

/** The end of a lease, which lives half a day. @param {number} end in seconds */
function untilText(end) {
  const time = clockText(new Date(end * 1000), { seconds: false });
  return dayInJapan(end) > dayInJapan(nowSeconds()) ? word("tomorrow", { time }) : time;
}

function leaseItem(lease) {
  const end = Date.parse(lease.expires_at) / 1000;
  const isOver = nowSeconds() >= end;
  const item = made("lease-item", {
    name: nameOf(lease.campaign_name),
    left: yen(Math.max(leftYen(lease, salesOf(lease)), 0)),
    whole: yen(lease.amount_yen),
    until: untilText(end),
  });
  item.querySelector("[data-show=open]").hidden = isOver;
  item.querySelector("[data-show=over]").hidden = !isOver;
  item.querySelector("button").addEventListener("click", () => network(() => endLease(lease.id)));
  return item;
}

function offerItem({ campaign, campaign_name: names, offline_limit_yen: limit }) {
  const item = made("offer-item", { name: nameOf(names), yen: yen(limit) });
  item.querySelector("button").addEventListener("click", () => prepare(campaign));
  return item;
}

function saleItem(sale) {
  const item = made("sale-item", {
    yen: yen(sale.coupon_yen),
    bill: yen(sale.bill_yen),
    time: clockText(new Date(sale.sold_at), { seconds: false }),
    state: word(sale.outcome || "waiting"),
    why: sale.said ? word(sale.said) : "",
  });
  item.dataset.outcome = sale.outcome || "waiting";
  item.querySelector("[data-slot=why]").hidden = !sale.said;
  return item;
}

async function draw() {
  [leases, sales] = await Promise.all([keptLeases(), keptSales()]);
  sales.sort((one, other) => Date.parse(other.sold_at) - Date.parse(one.sold_at));
  const usable = leases.filter((lease) => nowSeconds() < Date.parse(lease.expires_at) / 1000);
  const missing = offered.filter(({ campaign }) => !usable.some((lease) => lease.campaign === campaign));
  element("leases").replaceChildren(...leases.map(leaseItem));
  element("offers").replaceChildren(...missing.map(offerItem));
  element("sold").replaceChildren(...sales.map(saleItem));
  element("no-lease").hidden = usable.length > 0;
  element("sale-form").hidden = !usable.length;
  for (const [id, list] of [["prepared", leases], ["preparing", missing], ["sold-part", sales]]) element(id).hidden = !list.length;
  const waiting = sales.filter(({ outcome }) => !outcome).length;
  element("waiting").textContent = waiting ? word("waiting-count", { number: waiting }) : word("all-home");
}

function showNetwork(isOnline) {
  element("online").hidden = !isOnline;
  element("offline").hidden = isOnline;
}

// -- with a network ------------------------------------------------------------------------------

/** One after the other: what is pressed while the page looks by itself waits its turn. */
function network(work = async () => null) {
  turn = turn.catch(() => null).then(() => bringHome(work));
  return turn;
}

/** Bring home, do `work`, look anew; says in words where there is no network or no device. */
async function bringHome(work) {
  if (!isAccepted) return null;
  element("not-taken").hidden = true;
  try {
    const codes = await uploadAll();
    const done = await work();
    ({ offered, offset } = await fetchLeases());
    await endOldLeases(nowSeconds());
    showNetwork(true);
    if (codes.length) tell("not-taken", codes.includes("lease-over") ? "lease-over" : "not-taken");
    return done;
  } catch (error) {
    if (error instanceof DeviceNotAccepted) {
      isAccepted = false;
      tell("not-taken", "device-ended");
    } else showNetwork(false);
    return null;
  } finally {
    await draw();
  }
}

/** Take a lease; not before all of the one before is home, which the city would close. */
async function prepare(campaign) {
  let isWaiting = false;
  const answer = await network(async () => {
    const before = (await keptLeases()).filter((lease) => lease.campaign === campaign).map(({ id }) => id);
    isWaiting = (await keptSales()).some((sale) => !sale.outcome && before.includes(sale.lease));
    return isWaiting ? null : takeLease(campaign);
  });
  if (isWaiting) tell("not-taken", "waiting-first");
  else if (answer && !answer.ok) {
    element("not-taken").querySelector("[data-slot=text]").textContent = `${answer.told.title} ${answer.told.next_step ?? ""}`;
    element("not-taken").hidden = false;
  }
}

// -- a sale --------------------------------------------------------------------------------------

/** What the till says, as people type it: 2,800 / ２８００円. */
const typedYen = (text) => Number(text.normalize("NFKC").replace(/[,\s¥円]/g, "") || Number.NaN);

async function look(text) {
  const bill = typedYen(element("bill").value);
  const isBill = Number.isInteger(bill) && bill > 0;
  element("bill-error").hidden = isBill;
  if (!isBill) return element("bill").focus();
  try {
    const keys = Object.assign({}, ...leases.map((lease) => lease.keys));
    const shown = await readCode(text, keys);
    const lease = leases.find((one) => one.campaign.replaceAll("-", "") === shown.campaign);
    if (!lease) throw new Refused("no-lease");
    const amounts = offer(lease, salesOf(lease), shown, { bill, now: nowSeconds() });
    confirm({ lease, shown, text, bill, amounts, chosen: amounts[0] });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    answer("refused", { why: word(error.code) });
  }
}

function confirm(sale) {
  const { lease, bill, amounts, chosen } = sale;
  const part = element("confirm");
  say(part.querySelector('[data-slot="name"]'), nameOf(lease.campaign_name));
  fill(part, {
    amount: yen(chosen),
    yen: yen(chosen),
    bill: yen(bill),
    coupon: `−${yen(chosen)}`,
    rest: yen(bill - chosen),
    left: yen(leftYen(lease, salesOf(lease)) - chosen),
    made: clockText(new Date(sale.shown.shownAt * 1000)),
  });
  const others = amounts.filter((amount) => amount !== chosen).map((amount) => {
    const button = made("other-item", { yen: yen(amount) });
    button.addEventListener("click", () => confirm({ ...sale, chosen: amount }));
    return button;
  });
  element("others").hidden = !others.length;
  element("other-amounts").replaceChildren(...others);
  element("use").onclick = () => {
    element("use").onclick = null; // a double tap sells once, and is told so
    keep(sale);
  };
  show("confirm");
}

async function keep({ lease, shown, text, bill, chosen }) {
  try {
    await keepSale({
      lease: lease.id,
      mark: markOf(shown),
      wallet: shown.wallet,
      day: dayInJapan(shown.shownAt),
      code: text,
      bill_yen: bill,
      coupon_yen: chosen,
      sold_at: new Date(nowSeconds() * 1000).toISOString(),
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return answer("refused", { why: word(error.code) });
  }
  element("bill").value = "";
  element("code").value = "";
  await draw(); // before the answer: the same code, read once more at once, is known
  answer("kept", { yen: yen(chosen), rest: yen(bill - chosen) });
  await network();
}

function answer(name, values) {
  const parts = element(`answer-${name}`).content.cloneNode(true);
  fill(parts, values);
  parts.querySelector("[data-next]").addEventListener("click", () => show("sell"));
  element("answer").replaceChildren(parts);
  show("answer");
}

// -- camera, paste, file -------------------------------------------------------------------------

function stopCamera() {
  film.stop();
  element("camera").hidden = true;
  element("start").hidden = false;
  element("stop").hidden = true;
}

element("start").addEventListener("click", async () => {
  element("camera-denied").hidden = true;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
    });
    element("camera").hidden = false;
    element("start").hidden = true;
    element("stop").hidden = false;
    await film.start(stream, (text) => {
      if (!text.startsWith("CP1:")) return;
      stopCamera();
      look(text);
    });
  } catch {
    stopCamera();
    element("camera-denied").hidden = false;
    element("by-text").open = true;
  }
});
element("stop").addEventListener("click", () => {
  stopCamera();
  element("start").focus();
});
element("sale-form").addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation(); // it goes nowhere: frame.js need not wait for an answer
  look(element("code").value.trim());
});
element("cancel").addEventListener("click", () => show("sell"));
element("save").addEventListener("click", () => {
  const file = new Blob([JSON.stringify(asFile(sales))], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `offline-sales-${dayInJapan(nowSeconds())}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
});
addEventListener("online", () => network());
addEventListener("offline", () => showNetwork(false));

async function begin() {
  await draw();
  const isSetUp = Boolean(await read("token"));
  if (!isSetUp && !sales.length) return show("not-set-up");
  show("sell");
  keepReader().catch(() => null); // kept before, or no network: the next time then
  navigator.storage?.persist?.();
  await network();
  setInterval(() => network(), SYNC_EVERY_MS);
}

begin();
