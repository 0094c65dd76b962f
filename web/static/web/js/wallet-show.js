// お店で使う: this wallet's QR, renewed by the city every 15 seconds; leaves when it was spent.

import { clockText } from "./clock.js";
import { drawQr } from "./qr-drawing.js";
import { word } from "./words.js";

const PETALS = 8;
const element = (id) => document.getElementById(id);
const place = element("qr");
const renewMs = Number(place.dataset.renew) * 1000;
let madeAt = Date.now();
let isAsking = false;

function draw(text) {
  drawQr(place, text);
  element("code-text").value = text;
  madeAt = Date.now();
}

async function renew({ announce = false } = {}) {
  if (isAsking) return;
  isAsking = true;
  try {
    const response = await fetch(place.dataset.address, { cache: "no-store", headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) throw new Error(String(response.status));
    const { text, remaining_yen } = await response.json();
    if (remaining_yen !== Number(place.dataset.left)) return location.assign(place.dataset.done);
    draw(text);
    element("made-at").textContent = clockText(new Date());
    element("offline").hidden = true;
    if (announce) element("announce").textContent = word("show-words", "renewed");
  } catch {
    element("offline").hidden = false; // said in words; the old code stays and soon is too old
  } finally {
    isAsking = false;
  }
}

function age() {
  const empty = Math.floor((Date.now() - madeAt) / (renewMs / PETALS));
  document.querySelectorAll(".freshness .petal").forEach((petal, nth) => petal.classList.toggle("is-empty", nth < empty));
  if (empty >= PETALS && document.visibilityState === "visible") renew();
}

draw(place.dataset.text);
element("renew").addEventListener("click", () => renew({ announce: true }));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renew());
addEventListener("online", () => renew());
navigator.wakeLock?.request("screen").catch(() => null);
setInterval(age, renewMs / PETALS);
