// For whom the city last said that somebody acts, kept on this phone: a page that opens without a
// network was written before, for nobody in particular, and would take it that nobody acts.
//
// Every page says when it was written, and the later word holds: of a page with the banner, of a
// page without one. An officer's machine at the counter keeps nobody's name.

const KEY = "acting";

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null; // a browser that keeps nothing
  }
}

function write(word) {
  try {
    localStorage.setItem(KEY, JSON.stringify(word));
  } catch {
    // As above: then such a page shows the phone's own card, and says whose it is.
  }
}

/** A word is {person, name, at: microseconds}; without a person nobody acts. `isKept`: the page is older. */
export const laterWord = (page, kept) => (kept?.at > page.at ? { ...kept, isKept: true } : { ...page, isKept: false });

/** For whom the reader acts: {person, name, at, isKept}, or null. `isKept` is as of `at`. */
export function actingNow() {
  const { person, name } = document.querySelector(".acting")?.dataset ?? {};
  const kept = read();
  const { isKept, ...word } = laterWord({ person, name, at: Number(document.body.dataset.writtenAt) }, kept);
  if (word.person || kept) write(word); // who never acts for anybody leaves no word
  return word.person ? { ...word, isKept } : null;
}
