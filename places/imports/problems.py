"""What is wrong with a file of places, what was repaired, and how to mend the rest.

Messages are ids with a column and a row beside them; they are translated where they are shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.refusals import gettext_noop as _


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """``row`` counts lines as a spreadsheet shows them: the header is 1; 0 is the file itself."""

    row: int
    column: str
    code: str
    is_error: bool = True  # otherwise for a person to look at

    @property
    def message(self) -> str:
        """The message id: what is wrong."""
        return MESSAGES[self.code][0]

    @property
    def mend(self) -> str:
        """The message id: what to do about it."""
        return MESSAGES[self.code][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One thing that the reader put right, with what stood there before."""

    row: int
    column: str
    code: str
    before: str = ""
    after: str = ""

    @property
    def message(self) -> str:
        """The message id: what was put right."""
        return REPAIRS[self.code]


REPAIRS: Final[Mapping[str, str]] = {
    "utf-16": _("文字コード UTF-16 を読みました"),
    "cp932": _("文字コード Shift_JIS（CP932）を読みました"),
    "bom": _("先頭の見えない文字（BOM）をはずしました"),
    "header-width": _("列の名前の全角・半角をそろえました"),
    "empty-line": _("空の行をとばしました"),
    "spaces": _("前後の空白をはずしました"),
    "width": _("全角の英数字を半角にしました"),
    "kana-width": _("半角カタカナを全角にしました"),
    "zeros": _("消えていた先頭の0を補いました"),
    "check-digit": _("団体コードの検査数字を補いました"),
    "swapped": _("緯度と経度が逆だったので、入れかえました"),
    "time": _("時刻を 09:00 の形にしました"),
    "date": _("日付を 2026-04-01 の形にしました"),
    "days": _("曜日を 月火水木金土日 の並びにしました"),
    "hidden": _("見えない文字をはずしました"),
    "joined": _("住所の部分をつないで、1つにしました"),
    "town-point": _("位置がないので、町の位置（約1km）を使います"),
}

# code -> (what is wrong, the mend).
MESSAGES: Final[Mapping[str, tuple[str, str]]] = {
    "file-empty": (_("ファイルが空です"), _("一覧をもう一度書き出してください。")),
    "encoding-unknown": (
        _("文字コードがわかりません。または、2つの文字コードが混ざっています"),
        _("Shift_JIS（CP932）か UTF-8 の、どちらか1つで書き出してください。"),
    ),
    "csv-broken": (
        _("CSV の形がこわれています"),
        _('「"」の数と、列の数をたしかめて、もう一度書き出してください。'),
    ),
    "sheet-unknown": (
        _("どの一覧のファイルか、わかりません"),
        _("1行めを、国のオープンデータの列の名前にしてください。"),
    ),
    "column-twice": (_("同じ列が2つあります"), _("どちらか1つにしてください。")),
    "column-count": (
        _("列の数が1行めとちがいます"),
        _('この行の区切り文字と「"」をたしかめてください。'),
    ),
    "name-missing": (_("名前が空です"), _("名前を書いてください。")),
    "number-missing": (
        _("NO（ID）が空です"),
        _("一覧の中で1つだけの番号を書いてください。"),
    ),
    "number-twice": (
        _("同じ NO（ID）が2行あります"),
        _("番号を分けるか、どちらか1行を消してください。"),
    ),
    "too-long": (_("長すぎます"), _("短くしてください。くわしいことは備考に書けます。")),
    "formula": (
        _("表計算の式として動くおそれがあります"),
        _("先頭の = や @ をはずして、文字として書いてください。"),
    ),
    "other-city": (
        _("ほかの市町村の団体コードです"),
        _("この市の行だけにするか、コードを直してください。"),
    ),
    "code-wrong": (
        _("団体コードが正しくありません"),
        _("6けた（検査数字つき）で書いてください。"),
    ),
    "point-wrong": (
        _("緯度・経度が数字ではないか、日本の外です"),
        _("36.2491 と 138.4766 の形で書くか、空にしてください。"),
    ),
    "point-half": (
        _("緯度か経度の、片方だけがあります"),
        _("両方を書くか、両方を空にしてください。"),
    ),
    "point-far": (
        _("住所の町の位置から5km以上はなれています"),
        _("住所と、緯度・経度をたしかめてください。正しければ、このままで使えます。"),
    ),
    "point-outside": (
        _("住所の町の位置から30km以上はなれています"),
        _("緯度・経度を直すか、空にしてください。"),
    ),
    "time-wrong": (_("時刻の形がちがいます"), _("09:00 の形で書いてください。")),
    "date-wrong": (
        _("ない日付か、日付の形がちがいます"),
        _("2026-04-01 か 令和8年4月1日 の形で、ある日を書いてください。"),
    ),
    "dates-out-of-order": (
        _("終わりの日が、始まりの日より前です"),
        _("始まりと終わりの日をたしかめてください。"),
    ),
    "days-wrong": (_("曜日の形がちがいます"), _("月火水木金 の形で書いてください。")),
    "number-wrong": (_("数字ではありません"), _("0以上の数字で書くか、空にしてください。")),
    "flag-wrong": (_("有・無 のどちらでもありません"), _("有 か 無 を書くか、空にしてください。")),
    "url-wrong": (_("URL の形がちがいます"), _("https:// から書いてください。")),
    "postal-wrong": (_("郵便番号が7けたではありません"), _("3850002 の形で書いてください。")),
    "value-missing": (
        _("国の様式で必ず書く列が空です"),
        _("わかったら書いてください。空のままでも取り込めます。"),
    ),
}
