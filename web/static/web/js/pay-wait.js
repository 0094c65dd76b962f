// Wait for the shop: look every two seconds, and show the page anew when something changed.

const place = document.getElementById("pay-wait");

async function look() {
  try {
    const response = await fetch(place.dataset.address, { cache: "no-store" });
    if (response.ok && (await response.json()).state !== "waiting") return location.reload();
  } catch {
    // No network: the next look may have one; the sale is safe with the shop.
  }
  setTimeout(look, 2_000);
}

setTimeout(look, 2_000);
