// この電話にお知らせを出す: asks the browser, and tells the city where to knock.

import { setBusy } from "./frame.js";

const place = document.getElementById("push");
if (place && isSecureContext && "PushManager" in globalThis && navigator.serviceWorker) place.hidden = false;

place?.querySelector("button").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  setBusy(button, true);
  let outcome = "push-added";
  try {
    await subscribe(place.dataset.key);
  } catch {
    outcome = "push-not-added";
  }
  setBusy(button, false);
  const result = place.parentElement.querySelector(".result");
  result.replaceChildren(document.getElementById(outcome).content.cloneNode(true));
});

async function subscribe(key) {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
  const worker = await navigator.serviceWorker.ready;
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = made.toJSON();
  const answer = await fetch("/api/v1/me/notice-browsers", {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf },
    body: JSON.stringify({ endpoint, p256dh: keys.p256dh, auth: keys.auth }),
  });
  if (!answer.ok) {
    await made.unsubscribe(); // the city does not know this service: the browser need not either
    throw new Error(String(answer.status));
  }
}
