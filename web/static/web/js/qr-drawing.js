// Draw a QR code as SVG, black on white in every mode, four modules of quiet around it.

import qrcode from "/static/vendor/qrcode-generator/qrcode.js";

const QUIET = 4;
const SVG = "http://www.w3.org/2000/svg";

/** Fill `place` with the QR code of `text` (alphanumeric mode, level L); returns its modules. */
export function drawQr(place, text) {
  const code = qrcode(0, "L");
  code.addData(text, "Alphanumeric");
  code.make();
  const count = code.getModuleCount();
  const size = count + 2 * QUIET;
  let path = "";
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      let run = 0;
      while (column + run < count && code.isDark(row, column + run)) run += 1;
      if (run) path += `M${column + QUIET} ${row + QUIET}h${run}v1h-${run}z`;
      column += run;
    }
  }
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  svg.setAttribute("shape-rendering", "crispEdges");
  const background = document.createElementNS(SVG, "rect");
  background.setAttribute("width", String(size));
  background.setAttribute("height", String(size));
  background.setAttribute("fill", "#fff");
  const modules = document.createElementNS(SVG, "path");
  modules.setAttribute("d", path);
  modules.setAttribute("fill", "#000");
  svg.append(background, modules);
  place.replaceChildren(svg);
  return count;
}
