"""The QR code that a wallet shows: ``CP1:`` + base45 of a signed token (ES256).

It names the wallet, its campaign and the second in which the server made it, and nothing about
the person. The page renews it every 15 seconds and the redemption's statement takes it for a
minute and once, so that a picture of it is worth nothing. The age is judged there, by the
database's clock: a retry may come with the code that was read a day ago.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final
from uuid import UUID

from signing import base45, jws
from signing.faults import BadToken, Fault
from signing.keys import PublicKey
from tourism.coupon_keys import active_signer, public_key
from tourism.models import Wallet
from tourism.refusals import CodeUnreadable

PREFIX: Final = "CP1:"
TYP: Final = "kaiteki-coupon+jwt"
RENEW_SECONDS: Final = 15
TEXT_CHARS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWallet:
    """What a code says, once its signature is known to be the city's."""

    wallet_id: UUID
    campaign_id: UUID
    shown_at: datetime


def wallet_code(wallet: Wallet, *, now: datetime) -> str:
    """Return the text of the wallet's QR for ``now``."""
    claims = {
        "w": wallet.pk.hex,
        "c": wallet.campaign_id.hex,
        "m": wallet.campaign.municipality,
        "iat": int(now.timestamp()),
    }
    signer = active_signer(wallet.campaign.municipality, now=now)
    return PREFIX + base45.encode(jws.sign(claims, typ=TYP, signer=signer).encode())


def read_wallet_code(text: str, *, municipality: str) -> ShownWallet:
    """Return what a scanned code says; raise ``CodeUnreadable`` for all that the city never made.

    Another city's, a forged and a damaged one are one answer.
    """
    if not text.startswith(PREFIX) or len(text) > TEXT_CHARS_MAX:
        raise CodeUnreadable
    try:
        token = base45.decode(text[len(PREFIX) :].encode("ascii")).decode("ascii")
        claims = jws.open_token(
            token, typ=TYP, key_of=partial(key_of_token, municipality=municipality)
        ).payload
        shown = ShownWallet(
            wallet_id=UUID(hex=jws.text_claim(claims, "w")),
            campaign_id=UUID(hex=jws.text_claim(claims, "c")),
            shown_at=datetime.fromtimestamp(jws.numeric_date(claims, "iat"), UTC),
        )
    except (BadToken, ValueError):
        raise CodeUnreadable from None
    if claims.get("m") != municipality:
        raise CodeUnreadable
    return shown


def key_of_token(token: jws.Jws, *, municipality: str) -> PublicKey:
    """Choose the key by the token's ``kid``; ``BadToken`` where the city has no such key."""
    kid = token.header.get("kid")
    found = public_key(municipality, kid) if isinstance(kid, str) else None
    if found is None:
        raise BadToken(Fault.UNKNOWN_KEY)
    return found
