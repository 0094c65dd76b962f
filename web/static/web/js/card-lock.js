// 見せる前のロック: on the page of one's phones; what it says is kept on this phone alone.

import { lockOff, lockOn, lockState } from "./card/unlock.js";
import { setBusy } from "./frame.js";

const place = document.getElementById("lock");
const ids = JSON.parse(document.getElementById("passkeys").textContent);

async function show() {
  const state = await lockState();
  place.hidden = state === "none";
  for (const part of place.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state;
}

async function change(button, work) {
  setBusy(button, true);
  const result = place.querySelector(".result");
  try {
    await work();
    result.replaceChildren();
  } catch {
    result.replaceChildren(document.getElementById("not-locked").content.cloneNode(true));
  }
  setBusy(button, false);
  await show();
  place.querySelector("h2").focus();
}

const lock = document.getElementById("lock-on");
lock?.addEventListener("click", () => change(lock, () => lockOn(ids)));
const open = document.getElementById("lock-off");
open?.addEventListener("click", () => change(open, lockOff));
show();
