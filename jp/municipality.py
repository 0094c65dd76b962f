"""全国地方公共団体コード: five digits and a check digit (JIS X 0401 and 0402).

The check digit is 11 minus the weighted sum (6, 5, 4, 3, 2) modulo 11, its last digit only.
"""

_WEIGHTS = (6, 5, 4, 3, 2)
_BODY_DIGITS = 5
_PREFECTURES = 47


def check_digit(body: str) -> int:
    """Return the check digit of five digits; ``ValueError`` for anything else."""
    if len(body) != _BODY_DIGITS or not (body.isascii() and body.isdigit()):
        raise ValueError("a municipality code has five digits before its check digit")
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return (11 - total % 11) % 10


def is_code(text: str) -> bool:
    """Say whether ``text`` is a six-digit code of a prefecture or municipality."""
    if len(text) != _BODY_DIGITS + 1 or not (text.isascii() and text.isdigit()):
        return False
    if not 1 <= int(text[:2]) <= _PREFECTURES:
        return False
    return check_digit(text[:_BODY_DIGITS]) == int(text[-1])
