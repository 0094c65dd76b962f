// この電話に入れる: offer from the signed-in session, then OpenID4VCI with this phone's own keys.
// And which row of the list is this phone: it knows by its own key, and tells nobody.

import { digestOf, thumbprintOf } from "./card/jws.js";
import { enrol } from "./card/vci.js";
import { keptDeviceKey, publicJwk } from "./card/wallet-store.js";
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
    const { enrol: id, name, guardian, person } = place.dataset;
    const facts = { id, name, person, isGuardian: guardian === "1" };
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
    if (outcome !== "enrolled") return;
    place.remove(); // it is done, and the next thing to do is another one
    const show = result.querySelector("a");
    show.hash = facts.id; // this card, whatever else the phone holds
    show.focus();
  });
}

async function markThisPhone() {
  const key = await keptDeviceKey();
  if (!key) return;
  const thumbprint = await thumbprintOf(await publicJwk(key));
  for (const row of document.querySelectorAll("[data-own-mark]")) {
    const mark = await digestOf(`${row.dataset.phone}.${thumbprint}`);
    row.querySelector(".this-phone").hidden = mark !== row.dataset.ownMark;
  }
}

markThisPhone().catch(() => {}); // a browser that keeps nothing has no card either
