// The counter's code `SKV1:<venue>:<challenge>` and its check character (sum over GF(32)).

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function sum(characters) {
  let total = 0;
  for (const char of [...characters].reverse()) {
    total <<= 1;
    if (total & 32) total ^= 0b100101;
    total ^= ALPHABET.indexOf(char);
  }
  return total;
}

/** {venue, challenge} of a counter's code, or null where the text is none. */
export function readCounterCode(text) {
  const found = /^SKV1:([0-9A-HJKMNP-TV-Z]{8}):([0-9A-HJKMNP-TV-Z]{16,40})$/.exec(text);
  if (!found || sum(found[1]) !== 0) return null;
  return { venue: found[1], challenge: found[2] };
}
