// What every page can do better with scripts. Without them all of it still works.

/** What a busy button said before, its icon too. */
const said = new WeakMap();

/** Show that a button's request runs: same size, tint, petals, "送っています". */
export function setBusy(button, busy) {
  if (busy) {
    if (button.getAttribute("aria-busy") === "true") return;
    button.style.minHeight = `${button.offsetHeight}px`;
    said.set(button, [...button.childNodes]);
    button.setAttribute("aria-busy", "true");
    const mark = document.querySelector(".brand .mark");
    button.replaceChildren(...(mark ? [mark.cloneNode(true)] : []), button.dataset.busy || button.textContent);
  } else if (button.getAttribute("aria-busy") === "true") {
    button.removeAttribute("aria-busy");
    button.replaceChildren(...said.get(button));
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || event.defaultPrevented) return;
  if (form.dataset.sent === "true") {
    event.preventDefault(); // a double tap sends once
    return;
  }
  form.dataset.sent = "true";
  const button = event.submitter;
  if (button?.dataset.busy) setTimeout(() => setBusy(button, true)); // after the form was read
});

// Coming back with the browser's button: the page is shown as it was left, so undo "busy".
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) setBusy(button, false);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const closer = event.target.closest?.("[data-closes]");
  if (closer) document.getElementById(closer.dataset.closes)?.close();
});

if ("serviceWorker" in navigator && isSecureContext) {
  navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => {
    // A page without its service worker still works with a network.
  });
}

/** Whether somebody acts for another on this phone, or did: nobody else loads the module for it. */
function mayAct() {
  try {
    return Boolean(document.querySelector(".acting") || localStorage.getItem("acting"));
  } catch {
    return false; // a browser that keeps nothing
  }
}

if (mayAct()) import("./acting-kept.js").then(({ actingNow }) => actingNow());
