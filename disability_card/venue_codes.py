"""The eight characters of a venue: what stands in its counter's code and its QR audience.

Seven Crockford base32 characters and a check character. The check is a sum over GF(32) (polynomial
x^5 + x^2 + 1, element = the character's place in the alphabet): character i (from 0) is weighted
by 2^i, and the eight weighted characters add up to 0. Every single wrong character and every swap
of two neighbours is caught, because all weights differ and none is 0.
"""

import secrets
from typing import Final

from core.ids import ALPHABET

CHARACTERS: Final = 8
_POLYNOMIAL: Final = 0b100101
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


def _times_two(element: int) -> int:
    doubled = element << 1
    return doubled ^ _POLYNOMIAL if doubled & 0b100000 else doubled


def _sum(characters: str) -> int:
    """Return the weighted sum by Horner's rule, from the last character to the first."""
    total = 0
    for char in reversed(characters):
        total = _times_two(total) ^ ALPHABET.index(char)
    return total


def _check_character(body: str) -> str:
    """Return the character that makes the whole sum 0: tried, since there are only 32."""
    return next(char for char in ALPHABET if _sum(body + char) == 0)


def new_venue_code() -> str:
    """Return a random venue code with its check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(CHARACTERS - 1))
    return body + _check_character(body)


def read_venue_code(typed: str) -> str | None:
    """Return the code however it was typed (case, O for 0, dashes), or ``None`` if it is none."""
    code = typed.upper().replace("-", "").replace(" ", "").translate(_READ_AS)
    if len(code) != CHARACTERS or any(char not in ALPHABET for char in code):
        return None
    return code if _sum(code) == 0 else None
