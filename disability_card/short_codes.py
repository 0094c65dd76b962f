"""Eight characters that stand for a QR text for 60 seconds, once: for a counter without a camera.

The phone puts its QR text, the front desk types the code. Both must be online. Codes are of 31
letters and digits that are not mistaken for one another: 39 bits, for one minute, and a front desk
that guesses is slowed down.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import IntegrityError, transaction

from core.ids import READABLE, digest_of, secret_code
from core.refusals import Refusal, gettext_noop as _
from core.throttles import Limit
from disability_card.models import ShortCode
from signing.pack import PACKED, PLAIN, TEXT_CHARS_MAX

CHARACTERS: Final = 8
LIVES: Final = timedelta(seconds=60)
# Nobody signs in here: the phone may be a guardian's, and a text proves nothing until verified.
BY_ADDRESS: Final = Limit(name="short-code", tries=60, seconds=600)
BY_DEVICE: Final = Limit(name="short-code-read", tries=120, seconds=600)


class NotAQrText(Refusal):
    """What was sent is not a card's QR text."""

    code = "not-a-card"
    title = _("手帳カードのQRコードではありません")
    next_step = _("「手帳を見せる」の画面から、もう一度ためしてください。")


class ShortCodeUnknown(Refusal):
    """Unknown, used or expired: one answer."""

    code = "short-code-unknown"
    title = _("この番号は使えません")
    next_step = _("電話の画面で、新しい番号を出してもらってください。")
    status = HTTPStatus.OK  # a normal answer of a verification


def make_short_code(qr_text: str, *, address: str, now: datetime) -> tuple[str, datetime]:
    """Store ``qr_text`` and return its code and when that ends."""
    BY_ADDRESS.count(address, now=now)
    if not qr_text.startswith((PACKED, PLAIN)) or len(qr_text) > TEXT_CHARS_MAX:
        raise NotAQrText
    ShortCode.objects.filter(expires_at__lte=now).delete()
    while True:
        code = secret_code(CHARACTERS)
        try:
            with transaction.atomic():
                ShortCode.objects.create(
                    digest=digest_of(code), qr_text=qr_text, expires_at=now + LIVES
                )
        except IntegrityError:
            continue
        return code, now + LIVES


def take_short_code(typed: str, *, device: str, now: datetime) -> str:
    """Return the QR text of a code and use it up; raise :class:`ShortCodeUnknown`."""
    BY_DEVICE.count(device, now=now)
    code = "".join(char for char in typed.upper() if char in READABLE)
    with transaction.atomic():
        row = ShortCode.objects.select_for_update().filter(digest=digest_of(code)).first()
        if row is None or row.expires_at <= now:
            raise ShortCodeUnknown
        text: str = row.qr_text
        row.delete()
    return text
