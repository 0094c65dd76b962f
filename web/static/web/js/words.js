// Words of the page's templates, with or without the readings that やさしい日本語 puts over them.

/** A word or a whole sentence as the page says it, readings and all; `values` fill its slots. */
export function filled(template, name, values = {}) {
  const found = document.getElementById(template).content.querySelector(`[data-word="${name}"]`).cloneNode(true);
  for (const slot of found.querySelectorAll("[data-slot]")) slot.textContent = values[slot.dataset.slot];
  return found;
}

/**
 * The same as plain text: {name: "花子"} -> "花子さんの手帳".
 * @param {string} template @param {string} name @param {Object<string, string | number>} values
 */
export function word(template, name, values = {}) {
  const found = filled(template, name, values);
  for (const reading of found.querySelectorAll("rt, rp")) reading.remove();
  return found.textContent;
}
