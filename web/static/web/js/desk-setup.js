// Set this device up: the one-time token is in the fragment, which browsers send to nobody.

import { initialize, profileOf, synchronize } from "./desk-api.js";

const states = ["working", "done", "other", "refused", "none"];

function show(state) {
  for (const name of states) document.getElementById(`state-${name}`).hidden = name !== state;
  document.getElementById("title").focus();
}

async function setUp() {
  const facts = new URLSearchParams(location.hash.slice(1));
  const token = facts.get("t");
  history.replaceState(null, "", location.pathname); // out of the history and of screenshots
  if (!token) return show("none");
  try {
    if (!(await initialize(token, facts.get("r") ?? ""))) return show("refused");
    await navigator.storage?.persist?.();
    const profile = await profileOf();
    document.getElementById("till").hidden = profile !== "till";
    if (profile !== "front_desk") return show("other"); // nothing of the card to fetch
    await synchronize();
    return show("done");
  } catch {
    return show("refused");
  }
}

setUp();
