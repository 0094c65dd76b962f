"""Write a 全銀 総合振込 file: the bytes that every Japanese bank takes for many transfers at once.

Layout: 全国銀行協会, 総合振込 (JIS, 120 bytes a record): header 1, data 2, trailer 8, end 9.
Numbers stand right with zeros, text left with spaces. It does not know shops or campaigns.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from core.refusals import Refusal, gettext_noop as _

RECORD_BYTES: Final = 120
BANK_NAME_BYTES: Final = 15
HOLDER_BYTES: Final = 30
PAYER_BYTES: Final = 40
AMOUNT_YEN_MAX: Final = 9_999_999_999  # ten digits
TOTAL_YEN_MAX: Final = 999_999_999_999  # twelve digits
LINES_MAX: Final = 999_999  # six digits
_KIND: Final = "21"  # 総合振込
_JIS: Final = "0"
_NO_CLEARING_HOUSE: Final = "0000"  # 手形交換所番号: not used
_NOT_NEW: Final = "0"  # 新規コード: その他
_BY_WIRE: Final = "7"  # 電信振込
_SYMBOLS: Final = " ()-./"
_SMALL: Final = str.maketrans("ｧｨｩｪｫｯｬｭｮ", "ｱｲｳｴｵﾂﾔﾕﾖ")
_DASHES: Final = dict.fromkeys(map(ord, "ー―‐‑‒–—−－ｰ"), "-")
_HALF_KANA: Final = frozenset("ｦｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ")
_DIGITS_AND_LETTERS: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ALLOWED: Final = _HALF_KANA | _DIGITS_AND_LETTERS | frozenset(_SYMBOLS)
_KATAKANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_HALF_OF: Final = {
    unicodedata.normalize("NFKC", half): half
    for half in (
        *map(chr, range(0xFF66, 0xFF9E)),
        *(chr(code) + "ﾞ" for code in (0xFF73, *range(0xFF76, 0xFF85), *range(0xFF8A, 0xFF8F))),
        *(chr(code) + "ﾟ" for code in range(0xFF8A, 0xFF8F)),
    )
} | {"ヮ": "ﾜ", "ヵ": "ｶ", "ヶ": "ｹ", "・": ".", "\u3099": "ﾞ", "\u309a": "ﾟ"}


class NameNotInKana(Refusal):
    """A bank takes half-width kana, capitals, digits and few signs."""

    code = "zengin-name-not-kana"
    title = _("口座名義に、銀行の使えない文字があります")
    next_step = _("通帳のカナのとおりに、カタカナと英大文字と数字で書いてください。")


class NameTooLong(Refusal):
    """A name that does not fit is refused, never cut: the bank compares it whole."""

    code = "zengin-name-too-long"
    title = _("口座名義が長すぎます")
    next_step = _("゛と゜も1文字と数えて、30文字までのカナを通帳でたしかめてください。")


class BadAccount(Refusal):
    """A code or number has the wrong form."""

    code = "zengin-account-bad"
    title = _("口座の番号が正しくありません")
    next_step = _("銀行は4けた、支店は3けた、口座は7けたまでの数字で書いてください。")


class AmountNotPayable(Refusal):
    """An amount must be from 1 yen to ten digits."""

    code = "zengin-amount-bad"
    title = _("この金額は振りこめません")
    next_step = _("1円から 9,999,999,999円までの明細だけにしてください。")


class TotalDoesNotAgree(Refusal):
    """The count or sum of the lines is not what the batch says."""

    code = "zengin-total-differs"
    title = _("明細の合計が、精算の合計と合いません")
    next_step = _("ファイルを銀行に出さず、監査の担当に知らせてください。")


class AccountKind(StrEnum):
    """預金種目 of the transfer file."""

    ORDINARY = "1"  # 普通
    CURRENT = "2"  # 当座
    SAVINGS = "4"  # 貯蓄
    OTHER = "9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A bank account. Names are what the bank's own list says, in kana; they may be empty."""

    bank_code: str
    bank_kana: str
    branch_code: str
    branch_kana: str
    kind: AccountKind
    number: str
    holder_kana: str

    def __post_init__(self) -> None:
        digits((self.bank_code, 4, 4), (self.branch_code, 3, 3), (self.number, 1, 7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who pays: the city's own account, and the number its bank gave it (委託者コード)."""

    code: str
    account: Account

    def __post_init__(self) -> None:
        digits((self.code, 1, 10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One line: ``shop_number`` and ``line_number`` come back on the bank's lists."""

    account: Account
    amount_yen: int
    shop_number: int
    line_number: int

    def __post_init__(self) -> None:
        if not 1 <= self.amount_yen <= AMOUNT_YEN_MAX:
            raise AmountNotPayable


def digits(*parts: tuple[str, int, int]) -> None:
    """Refuse a text that is not of so many ASCII digits (least, most)."""
    for text, least, most in parts:
        if not (text.isascii() and text.isdigit() and least <= len(text) <= most):
            raise BadAccount


def bank_kana(text: str) -> str:
    """Return ``text`` as the bank writes it; raise :class:`NameNotInKana` for any other sign.

    ゛ and ゜ are characters of their own, small kana become large, ー becomes -.
    """
    marked = text.strip().replace("゛", "\u3099").replace("゜", "\u309a")  # else NFKC adds a space
    flat = unicodedata.normalize("NFKC", marked).upper().translate(_KATAKANA)
    half = "".join(_HALF_OF.get(char, char) for char in flat.translate(_DASHES)).translate(_SMALL)
    if not set(half) <= _ALLOWED:
        raise NameNotInKana
    return half


def holder_name(text: str, *, most: int = HOLDER_BYTES) -> str:
    """Return an account holder's name for the bank; refuse one that is empty or does not fit."""
    name = bank_kana(text)
    if not name:
        raise NameNotInKana
    if len(name) > most:
        raise NameTooLong
    return name


def zengin_file(
    payer: Payer,
    transfers: Sequence[Transfer],
    *,
    pay_on: date,
    total_yen: int,
    with_line_ends: bool = True,
) -> bytes:
    """Return the file. ``total_yen`` comes from elsewhere and must agree with the lines.

    With line ends each record is followed by CR LF. There is no end-of-file mark (0x1A).
    """
    found = sum(one.amount_yen for one in transfers)
    if found != total_yen or not 0 < found <= TOTAL_YEN_MAX or len(transfers) > LINES_MAX:
        raise TotalDoesNotAgree
    records = [
        _header(payer, pay_on=pay_on),
        *map(_data, transfers),
        _record("8", f"{len(transfers):06}", f"{found:012}"),
        _record("9"),
    ]
    end = b"\r\n" if with_line_ends else b""
    return b"".join(record + end for record in records)


def _header(payer: Payer, *, pay_on: date) -> bytes:
    own = payer.account
    return _record(
        "1",
        _KIND,
        _JIS,
        payer.code.zfill(10),
        holder_name(own.holder_kana, most=PAYER_BYTES).ljust(PAYER_BYTES),
        f"{pay_on:%m%d}",
        own.bank_code,
        _optional_name(own.bank_kana),
        own.branch_code,
        _optional_name(own.branch_kana),
        own.kind,
        own.number.zfill(7),
    )


def _data(one: Transfer) -> bytes:
    to = one.account
    return _record(
        "2",
        to.bank_code,
        _optional_name(to.bank_kana),
        to.branch_code,
        _optional_name(to.branch_kana),
        _NO_CLEARING_HOUSE,
        to.kind,
        to.number.zfill(7),
        holder_name(to.holder_kana).ljust(HOLDER_BYTES),
        f"{one.amount_yen:010}",
        _NOT_NEW,
        f"{one.shop_number:010}",  # 顧客コード1
        f"{one.line_number:010}",  # 顧客コード2
        _BY_WIRE,
        " ",  # 識別表示: the two codes above are codes, not EDI text
    )


def _optional_name(text: str) -> str:
    """Return a bank's or branch's name, or spaces where it does not fit.

    The code decides where the money goes and the name is optional, so a long official name must
    not keep a shop from being paid; half a name would be a wrong one.
    """
    name = bank_kana(text)
    return (name if len(name) <= BANK_NAME_BYTES else "").ljust(BANK_NAME_BYTES)


def _record(*fields: str) -> bytes:
    record = "".join(fields).ljust(RECORD_BYTES).encode("shift_jis")  # JIS X 0201: a byte each
    if len(record) != RECORD_BYTES:
        raise ValueError(f"a record of {len(record)} bytes")
    return record
