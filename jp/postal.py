"""郵便番号: seven digits, however they are written."""

import unicodedata

_DIGITS = 7


def read_postal_code(text: str) -> str:
    """Return the seven digits of a postal code; ``ValueError`` where there are not seven."""
    folded = unicodedata.normalize("NFKC", text).replace("〒", "").replace("-", "").strip()
    folded = folded.replace("ー", "").replace("−", "").replace("‐", "")
    if len(folded) != _DIGITS or not (folded.isascii() and folded.isdigit()):
        raise ValueError("a postal code has seven digits")
    return folded
