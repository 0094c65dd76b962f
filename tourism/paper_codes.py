"""The QR code on a paper coupon: ``CP1:`` + base45 of a signed token that never changes.

It names the coupon, and nothing about who holds it. It is as good as the paper: whoever brings it
first uses it, once.
"""

from functools import partial
from typing import Final
from uuid import UUID

from signing import base45, jws
from signing.faults import BadToken
from signing.keys import Signer
from tourism.refusals import CodeUnreadable
from tourism.wallet_codes import PREFIX, TEXT_CHARS_MAX, key_of_token

TYP: Final = "kaiteki-paper-coupon+jwt"


def paper_code(coupon_id: UUID, *, municipality: str, signer: Signer) -> str:
    """Return the text of a coupon's QR."""
    claims = {"p": coupon_id.hex, "m": municipality}
    return PREFIX + base45.encode(jws.sign(claims, typ=TYP, signer=signer).encode())


def read_paper_code(text: str, *, municipality: str) -> UUID:
    """Return the coupon of a scanned code; ``CodeUnreadable`` for all that the city never made."""
    if not text.startswith(PREFIX) or len(text) > TEXT_CHARS_MAX:
        raise CodeUnreadable
    try:
        token = base45.decode(text[len(PREFIX) :].encode("ascii")).decode("ascii")
        claims = jws.open_token(
            token, typ=TYP, key_of=partial(key_of_token, municipality=municipality)
        ).payload
        coupon_id = UUID(hex=jws.text_claim(claims, "p"))
    except (BadToken, ValueError):
        raise CodeUnreadable from None
    if claims.get("m") != municipality:
        raise CodeUnreadable
    return coupon_id
