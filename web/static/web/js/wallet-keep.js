// Keep the list that is on the page, so that it can be seen without a network.

import { keepList } from "./keyed-store.js";

const list = document.getElementById("kept-list");
if (list) keepList(JSON.parse(list.textContent)).catch(() => null); // a private window keeps nothing
