// The wallet without a network: the list that this phone saw last.

import { keptList } from "./keyed-store.js";
import { say } from "./ruby.js";

const language = document.body.dataset.language;
const yen = (amount) => (language === "en" ? `¥${amount.toLocaleString("en")}` : `${amount.toLocaleString("ja")}円`);

function item(ticket) {
  const made = document.getElementById("kept-ticket").content.firstElementChild.cloneNode(true);
  const fill = (slot, text) => (made.querySelector(`[data-slot="${slot}"]`).textContent = text);
  fill("yen", yen(ticket.yen));
  say(made.querySelector('[data-slot="name"]'), ticket.name);
  fill("least", yen(ticket.min_spend_yen));
  fill("until", ticket.until);
  made.querySelector('[data-show="least"]').hidden = !ticket.min_spend_yen;
  return made;
}

const list = await keptList().catch(() => null);
document.getElementById(list ? "kept" : "kept-none").hidden = false;
if (list) {
  document.getElementById("kept-total").textContent = yen(list.total_yen);
  document.getElementById("kept-tickets").replaceChildren(...list.tickets.map(item));
}
