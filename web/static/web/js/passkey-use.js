// パスキーで入る: sign in, the second step of a sign-in, or proving again who it is.

import { isKeyHere } from "./card/unlock.js";
import { setBusy } from "./frame.js";
import { canUse, useKey } from "./passkeys.js";

for (const place of document.querySelectorAll("[data-passkey]")) {
  if (!canUse()) continue;
  // Whoever has no passkey here reads of the code first; the button stays for a key elsewhere.
  if (place.dataset.first && (await isKeyHere().catch(() => false))) document.getElementById(place.dataset.first).before(place);
  place.hidden = false;
  const button = place.querySelector("button");
  button.addEventListener("click", async () => {
    setBusy(button, true);
    try {
      await useKey(place.dataset.passkey);
      const next = place.dataset.next || "/my/";
      location.assign(next.startsWith("/") && !next.startsWith("//") ? next : "/my/");
    } catch {
      setBusy(button, false);
      const said = document.getElementById("passkey-failed").content.cloneNode(true);
      place.querySelector(".result").replaceChildren(said);
    }
  });
}
