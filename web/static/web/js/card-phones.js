// この電話に入れる: offer from the signed-in session, then OpenID4VCI with this phone's own keys.

import { enrol } from "./card/vci.js";
import { setBusy } from "./frame.js";

const csrf = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

async function offerFor({ enrol: card, guardian, person }) {
  const response = await fetch(`/api/v1/cards/${card}/offer`, {
    method: "POST",
    credentials: "same-origin",
    headers: {
      "X-CSRFToken": document.body.dataset.csrf || csrf(),
      ...(guardian === "1" ? { "Kaiteki-On-Behalf-Of": person } : {}),
    },
  });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

for (const place of document.querySelectorAll("[data-enrol]")) {
  const button = place.querySelector("button");
  button.addEventListener("click", async () => {
    setBusy(button, true);
    const facts = { id: place.dataset.enrol, name: place.dataset.name, isGuardian: place.dataset.guardian === "1" };
    const result = place.parentElement.querySelector(".result");
    let outcome = "enrolled";
    try {
      const offer = await offerFor(place.dataset);
      await enrol(facts, offer.uri, offer.tx_code);
      await navigator.storage?.persist?.();
    } catch {
      outcome = "not-enrolled";
    }
    setBusy(button, false);
    result.replaceChildren(document.getElementById(outcome).content.cloneNode(true));
    result.querySelector("a")?.focus();
  });
}
