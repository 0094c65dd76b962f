// やさしい日本語 in texts that scripts write: {手帳|てちょう} becomes ruby, or the plain word.
const MARKUP = /\{([^{}|<>&"]{1,30})\|([ぁ-ゖァ-ヺ・ー]{1,40})\}/g;

/** The text without readings: for titles, labels, notices. */
export function plain(text) {
  return text.replace(MARKUP, "$1");
}

/** Write text into an element, with its readings as ruby unless they are switched off. */
export function say(element, text, { ruby = document.body.classList.contains("with-ruby") } = {}) {
  if (!ruby || !text.includes("|")) {
    element.textContent = plain(text);
    return;
  }
  const line = document.createElement("span"); // one box, whatever the element's layout is
  let end = 0;
  for (const match of text.matchAll(MARKUP)) {
    line.append(text.slice(end, match.index));
    const pair = document.createElement("ruby");
    const reading = document.createElement("rt");
    reading.textContent = match[2];
    reading.setAttribute("aria-hidden", "true"); // or a screen reader says the word twice
    pair.append(match[1], reading);
    line.append(pair);
    end = match.index + match[0].length;
  }
  line.append(text.slice(end));
  element.replaceChildren(line);
}
