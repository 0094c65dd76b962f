"""The number printed beside a paper coupon's QR, typed where there is no camera.

``XK4T-9MPA-07R``: the sheet's number, the coupon's place on it, and a check character over both,
so that a slip of the finger is told and never uses another coupon. It is worth as much as the QR.
Seven of its characters are random: whoever tries is locked after ten that were never printed.
"""

import unicodedata
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import connection

from core.database_clock import database_now
from core.ids import READABLE, check_character, normal_reference
from core.refusals import Refusal, gettext_noop as _
from core.throttles import Limit
from tourism.models import PaperCoupon
from tourism.paper_codes import read_paper_code
from tourism.refusals import CodeUnreadable
from tourism.wallet_codes import PREFIX

WRONG_NUMBERS_AN_HOUR: Final = 10
WRONG_NUMBERS: Final = Limit(name="paper-number-wrong", tries=WRONG_NUMBERS_AN_HOUR, seconds=3_600)
_SERIAL_CHARACTERS: Final = 8
_CHARACTERS: Final = _SERIAL_CHARACTERS + 3  # two figures, one check character
_ONE_TOO_MANY_OR_FEW: Final = (_CHARACTERS - 1, _CHARACTERS + 1)
_SEPARATORS: Final = frozenset(" -‐−ー\t\r\n")


class PaperNumberWrong(Refusal):
    """Its check character does not fit: it was mistyped."""

    code = "paper-number-wrong"
    title = _("紙のクーポンの番号が正しくありません")
    next_step = _("QRコードのとなりの番号を、もう一度入れてください。")


class PaperNumbersLocked(Refusal):
    """Ten numbers that were never printed; ``retry_after_seconds`` says how long it may take."""

    code = "paper-numbers-locked"
    title = _("ちがう番号が何度も入れられました")
    next_step = _("QRコードをカメラで読むか、1時間あとにもう一度ためしてください。")
    status = HTTPStatus.TOO_MANY_REQUESTS


NUMBER_REFUSALS: Final = (PaperNumberWrong, PaperNumbersLocked)


def printed_number(serial: str, number: int) -> str:
    """Return what stands beside the QR of a sheet's coupon."""
    return f"{serial}-{number:02}{_check(serial, number)}"


def coupon_of(
    text: str, *, municipality: str, asked_by: UUID, is_retry: bool = False
) -> UUID | None:
    """Return the coupon of a scanned QR or of a typed number; ``None`` where none was printed.

    ``asked_by`` is the device or user whose wrong numbers are counted; a retry of what was done
    is answered also behind the lock. Ask outside of a transaction that a refusal takes back.
    """
    if text.startswith(PREFIX):
        return read_paper_code(text, municipality=municipality)
    serial, number = _read(text)
    now = database_now(connection)
    locked_seconds = WRONG_NUMBERS.locked_seconds(str(asked_by), now=now)
    if locked_seconds and not is_retry:
        raise PaperNumbersLocked(retry_after_seconds=locked_seconds)
    found = PaperCoupon.objects.filter(
        sheet__serial=serial, sheet__campaign__municipality=municipality, number=number
    )
    coupon_id: UUID | None = found.values_list("pk", flat=True).first()
    if coupon_id is None:
        WRONG_NUMBERS.note(str(asked_by), now=now)
    return coupon_id


def _read(text: str) -> tuple[str, int]:
    """Return serial and place of a typed number, however it was typed."""
    whole = unicodedata.normalize("NFKC", text).upper()
    folded = "".join(char for char in whole if char not in _SEPARATORS)
    if len(folded) != _CHARACTERS:
        raise PaperNumberWrong if len(folded) in _ONE_TOO_MANY_OR_FEW else CodeUnreadable
    serial = normal_reference(folded[:_SERIAL_CHARACTERS])
    figures = folded[_SERIAL_CHARACTERS:-1]
    if serial is None or not (figures.isascii() and figures.isdecimal()):
        raise PaperNumberWrong
    if _check(serial, int(figures)) != folded[-1]:
        raise PaperNumberWrong
    return serial, int(figures)


def _check(serial: str, number: int) -> str:
    return check_character(serial.replace("-", "") + READABLE[number // 10] + READABLE[number % 10])
