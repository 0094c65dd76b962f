// Wait for the shop: look every second, and at once when the page is seen or the network is there
// again; show the page anew when the shop took the sale, said yes or no.

const EVERY_MS = 1_000;
const place = document.getElementById("pay-wait");
let isLooking = false;
let isOver = false;

async function look() {
  if (isLooking || isOver || document.visibilityState !== "visible") return;
  isLooking = true;
  try {
    const response = await fetch(place.dataset.address, { cache: "no-store" });
    isOver = response.ok && (await response.json()).state !== place.dataset.state;
    if (isOver) location.reload();
  } catch {
    // No network: the next look may have one; the sale is safe with the shop.
  } finally {
    isLooking = false;
  }
}

setInterval(look, EVERY_MS);
addEventListener("online", look);
document.addEventListener("visibilitychange", look);
look();
