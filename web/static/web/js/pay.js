// Forms that spend: the key is on this device's disk before the request leaves, and whatever happens
// to the answer, the same key is sent again until there is one. Twice pressed is once spent.

import { setBusy } from "./frame.js";
import { forget, keep, unanswered } from "./keyed-store.js";

const TIMEOUT_MS = 8_000;
const AGAIN_MS = 3_000;
const element = (id) => document.getElementById(id);
const sending = new Set();

/** Send one kept form; returns {next} or {title, next_step}, or null where nobody knows yet. */
async function send({ key, action, body }) {
  let response;
  try {
    response = await fetch(action, {
      method: "POST",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        Accept: "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
        "X-CSRFToken": document.body.dataset.csrf,
      },
      body,
    });
    const told = await response.json();
    // Nobody knows yet, or the first request still runs: the same key will tell.
    if (response.status >= 500 || told.code === "idempotency-key-in-use") return null;
    await forget(key);
    return told;
  } catch {
    return null;
  }
}

async function untilAnswered(form) {
  for (;;) {
    const told = await send(form);
    if (told) return told;
    element("keyed-unknown").hidden = false;
    await new Promise((resolve) => {
      addEventListener("online", resolve, { once: true });
      setTimeout(resolve, AGAIN_MS);
    });
  }
}

function refuse(told) {
  const place = element("keyed-refused");
  place.querySelector('[data-slot="title"]').textContent = told.title;
  place.querySelector('[data-slot="next"]').textContent = told.next_step;
  place.hidden = false;
  place.focus();
}

async function spend(form, button) {
  const key = form.elements.key.value;
  if (sending.has(key)) return;
  sending.add(key);
  element("keyed-refused").hidden = true;
  setBusy(button, true);
  const kept = {
    key,
    action: form.action,
    body: new URLSearchParams(new FormData(form)).toString(),
    at: Date.now(),
  };
  await keep(kept);
  const told = await untilAnswered(kept);
  element("keyed-unknown").hidden = true;
  if (told.next) return location.assign(told.next);
  sending.delete(key);
  setBusy(button, false);
  refuse(told);
}

/** What an earlier page left without an answer: ask again, by the same key. */
async function replay() {
  for (const kept of await unanswered()) {
    if (sending.has(kept.key)) continue;
    const told = await send(kept);
    if (!told?.next) continue;
    element("keyed-late").querySelector("a").href = told.next;
    element("keyed-late").hidden = false;
  }
}

// In the capture phase: before frame.js, which would let the browser send the form.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.matches("form[data-keyed]")) return;
    event.preventDefault();
    event.stopPropagation();
    spend(form, event.submitter ?? form.querySelector("button"));
  },
  true,
);

replay();
