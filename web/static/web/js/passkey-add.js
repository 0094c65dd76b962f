// パスキーを加える: on the account's page.

import { setBusy } from "./frame.js";
import { addKey, canUse } from "./passkeys.js";

// What a new passkey changes on the page.
const PARTS = ["made-keys", "spare-codes"];
const place = document.getElementById("add-key");
if (place && !canUse()) place.hidden = true;
place?.querySelector("button").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  setBusy(button, true);
  let outcome = "key-added";
  try {
    await addKey(navigator.userAgentData?.platform || navigator.platform || "Passkey");
    await showAnew().catch(() => null); // added all the same: the list says so the next time
  } catch {
    outcome = "key-not-added";
  }
  setBusy(button, false);
  const result = place.parentElement.querySelector(".result");
  result.replaceChildren(document.getElementById(outcome).content.cloneNode(true));
});

/** In place of a reload, which would take the message away before everybody has read it. */
async function showAnew() {
  const answer = await fetch(location.href, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of PARTS) document.getElementById(id).replaceWith(page.getElementById(id));
}
