"""電話番号 as people type them: ten digits, or eleven for mobiles, starting with 0."""

import unicodedata

_LENGTHS = (10, 11)


def read_phone(text: str) -> str:
    """Return the digits of a Japanese telephone number; ``ValueError`` otherwise."""
    folded = unicodedata.normalize("NFKC", text)
    digits = "".join(char for char in folded if char not in " -()‐−ー")
    if digits.startswith("+81"):
        digits = "0" + digits[3:]
    if not (digits.isascii() and digits.isdigit() and digits.startswith("0")):
        raise ValueError("a telephone number has digits and starts with 0")
    if len(digits) not in _LENGTHS:
        raise ValueError("a telephone number has ten or eleven digits")
    return digits
