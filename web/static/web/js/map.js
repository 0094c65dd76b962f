// A map: pins that lead to the same pages as the list below it.
import * as L from "/static/vendor/leaflet/leaflet.js";

const box = document.getElementById("map");
const pins = JSON.parse(document.getElementById("map-pins").textContent);
const map = L.map(box, { keyboard: true });
map.attributionControl.setPrefix(false); // whose map it is stands there, not whose program
L.tileLayer(box.dataset.tiles, { attribution: box.dataset.attribution, maxZoom: 18 }).addTo(map);
const icon = new L.Icon.Default({ imagePath: box.dataset.icons });
for (const pin of pins) {
  const words = document.createElement("a");
  words.href = pin.address;
  words.textContent = pin.name;
  L.marker([pin.latitude, pin.longitude], { icon, title: pin.name, alt: pin.name })
    .addTo(map)
    .bindPopup(words);
}
if (pins.length) {
  map.fitBounds(pins.map((pin) => [pin.latitude, pin.longitude]), { padding: [24, 24], maxZoom: 14 });
} else {
  map.setView([36.249, 138.477], 11);
}
