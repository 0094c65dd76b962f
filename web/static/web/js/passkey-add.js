// パスキーを加える: on the account's page.

import { setBusy } from "./frame.js";
import { addKey, canUse } from "./passkeys.js";

const place = document.getElementById("add-key");
if (place && !canUse()) place.hidden = true;
place?.querySelector("button").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  setBusy(button, true);
  let outcome = "key-added";
  try {
    await addKey(navigator.userAgentData?.platform || navigator.platform || "Passkey");
  } catch {
    outcome = "key-not-added";
  }
  setBusy(button, false);
  const result = place.parentElement.querySelector(".result");
  result.replaceChildren(document.getElementById(outcome).content.cloneNode(true));
  if (outcome === "key-added") setTimeout(() => location.reload(), 1500);
});
