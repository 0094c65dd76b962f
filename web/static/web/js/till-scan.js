// Read the customer's code with the camera into the form, and send the form on.

import { FilmReader, keepReader } from "./qr-reading.js";

const element = (id) => document.getElementById(id);
const form = element("sell");
const film = new FilmReader(element("video"));

element("scan").hidden = false;
element("by-text").open = Boolean(form.elements.code.value);
keepReader().catch(() => null);

function stop() {
  film.stop();
  element("camera").hidden = true;
  element("start").hidden = false;
  element("stop").hidden = true;
}

function onText(text) {
  if (!text.startsWith("CP1:")) return;
  stop();
  form.elements.code.value = text;
  form.requestSubmit();
}

async function openStream(ask) {
  element("camera-denied").hidden = true;
  try {
    const stream = await ask();
    element("camera").hidden = false;
    element("start").hidden = true;
    element("stop").hidden = false;
    await film.start(stream, onText);
  } catch {
    stop();
    element("camera-denied").hidden = false;
    element("by-text").open = true;
  }
}

element("start").addEventListener("click", () =>
  openStream(() =>
    navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
    }),
  ),
);
element("stop").addEventListener("click", () => {
  stop();
  element("start").focus();
});
element("screen")?.addEventListener("click", () =>
  openStream(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
);
