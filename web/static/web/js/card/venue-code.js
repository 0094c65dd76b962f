// The counter's code `SKV1:<venue>:<challenge>` and its check character (sum over GF(32)).

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHALLENGE_CHARACTERS = 20; // of 32: 100 bits, and 96 of them are asked for

function sum(characters) {
  let total = 0;
  for (const char of [...characters].reverse()) {
    total <<= 1;
    if (total & 32) total ^= 0b100101;
    total ^= ALPHABET.indexOf(char);
  }
  return total;
}

/** A challenge for one counter, once. */
export const newChallenge = () =>
  [...crypto.getRandomValues(new Uint8Array(CHALLENGE_CHARACTERS))].map((byte) => ALPHABET[byte & 31]).join("");

/** The text of the counter's QR code. @param {string} venue @param {string} challenge */
export const counterCode = (venue, challenge) => `SKV1:${venue}:${challenge}`;

/** {venue, challenge} of a counter's code, or null where the text is none. @param {string} text */
export function readCounterCode(text) {
  const found = /^SKV1:([0-9A-HJKMNP-TV-Z]{8}):([0-9A-HJKMNP-TV-Z]{20})$/.exec(text);
  if (!found || sum(found[1]) !== 0) return null;
  return { venue: found[1], challenge: found[2] };
}
