// Words of the page's templates, without the readings that やさしい日本語 puts over them.

/** @param {string} template @param {string} name */
export function word(template, name) {
  const found = document.getElementById(template).content.querySelector(`[data-word="${name}"]`).cloneNode(true);
  for (const reading of found.querySelectorAll("rt, rp")) reading.remove();
  return found.textContent;
}
