"""Fold Japanese text so that two writings of one name compare equal.

Folding loses information on purpose: it is for matching, never for display.
"""

import unicodedata
from typing import Final

_KATAKANA_FROM, _KATAKANA_TO = 0x3041, 0x3096  # hiragana letters with a katakana twin
_TO_KATAKANA: Final = {code: code + 0x60 for code in range(_KATAKANA_FROM, _KATAKANA_TO + 1)}
# 異体字 that ledgers and people write differently; the commoner form is on the right.
# The first letter of each group is the one that all of it folds to.
_VARIANT_GROUPS: Final = (
    "高髙 崎﨑碕嵜 浜濵濱 辺邉邊 斉齋齊斎 沢澤 桜櫻 広廣 国國 島嶋嶌 徳德 恵惠 栄榮 竜龍 滝瀧 "
    "万萬 真眞 淵渕 吉𠮷 柳栁 静靜 与與 曽曾 富冨 槙槇 寿壽 円圓 弥彌 桧檜 館舘 昇曻"
)
_VARIANTS: Final = {
    ord(variant): group[0] for group in _VARIANT_GROUPS.split() for variant in group[1:]
}
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−ｰ－"), "ー")


def fold(text: str) -> str:
    """Return ``text`` in NFKC, without case, white space or kana difference."""
    flat = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    # Again at the end: a voiced mark that stood alone (か゛) joins its letter only now.
    return unicodedata.normalize("NFKC", flat.translate(_TO_KATAKANA))


def fold_name(text: str) -> str:
    """Return a person's or place's name folded for matching: also across 異体字."""
    return fold(text).translate(_VARIANTS).translate(_DASHES)


def fold_kana(text: str) -> str:
    """Return a reading folded: small and large kana, long marks and middle dots do not count."""
    flat = fold(text).translate(_DASHES)
    small = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
    bare = "".join(char for char in flat.translate(small) if char not in "ー・=＝")
    return unicodedata.normalize("NFKC", bare)  # a mark may now stand behind its letter


def is_full_width_kana(text: str) -> bool:
    """Say whether ``text`` is katakana as a ledger's kana column demands (spaces allowed)."""
    return bool(text.strip()) and all("ァ" <= char <= "ヶ" or char in "ー・　 " for char in text)
