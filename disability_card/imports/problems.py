"""What is wrong with a file: where, what, and how to mend it, in the clerk's language.

A message is an id with parameters: it is translated where it is shown, and it never holds a value
of the row, because error lists are mailed around.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from core.refusals import gettext_noop as _


class Severity(StrEnum):
    """An error stops the whole file; a warning is for a person to look at."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """``row`` counts lines as a spreadsheet shows them: the header is 1; 0 is the file itself."""

    row: int
    column: str
    code: str
    severity: Severity = Severity.ERROR
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The message id: what is wrong."""
        return MESSAGES[self.code][0]

    @property
    def mend(self) -> str:
        """The message id: what to do about it."""
        return MESSAGES[self.code][1]


# code -> (what is wrong, the mend). Codes are stable: vendors build checks on them.
MESSAGES: Final[Mapping[str, tuple[str, str]]] = {
    "file-empty": (_("ファイルが空です"), _("台帳をもう一度書き出してください。")),
    "file-no-rows": (
        _("1行めのほかに、行がありません"),
        _("手帳の行が入った台帳を、もう一度書き出してください。"),
    ),
    "as-of-future": (
        _("データ基準日時が、いまより先です"),
        _("書き出したコンピューターの時計をたしかめて、もう一度書き出してください。"),
    ),
    "encoding-unknown": (
        _("文字コードがわかりません。または、2つの文字コードが混ざっています"),
        _("Shift_JIS（CP932）か UTF-8 の、どちらか1つで書き出してください。"),
    ),
    "csv-broken": (
        _("CSV の形がこわれています"),
        _('「"」の数と、列の数をたしかめて、もう一度書き出してください。'),
    ),
    "header-wrong": (
        _("1行めが列の名前になっていません"),
        _("列の名前がある台帳か、列の対応表（--mapping）をたしかめてください。"),
    ),
    "column-missing": (
        _("列がありません"),
        _("この列を台帳に加えて書き出すか、列の対応表に書いてください。"),
    ),
    "column-twice": (_("同じ列が2つあります"), _("どちらか1つにしてください。")),
    "column-count": (
        _("列の数が1行めとちがいます"),
        _('この行の区切り文字と「"」をたしかめてください。'),
    ),
    "value-missing": (_("必ず書く列が空です"), _("この列に書いてください。")),
    "value-unknown": (
        _("決められた値ではありません"),
        _("台帳の列の説明にある値だけを使ってください。"),
    ),
    "date-impossible": (
        _("ない日付か、日付の形がちがいます"),
        _("2026-04-01 か 令和8年4月1日 の形で、ある日を書いてください。"),
    ),
    "month-impossible": (
        _("ない年月か、年月の形がちがいます"),
        _("2027-03 か 令和9年3月 の形で書いてください。"),
    ),
    "as-of-wrong": (
        _("データ基準日時の形がちがいます"),
        _("2026-04-01T09:00:00+09:00 の形で書いてください。"),
    ),
    "code-wrong": (
        _("全国地方公共団体コードが正しくありません"),
        _("6けた（検査数字つき）で書いてください。佐久市は 202177、長野県は 200000 です。"),
    ),
    "my-number": (
        _("マイナンバーのように見える12けたの数字があります"),
        _("マイナンバーは取り込めません。宛名番号に直してください。"),
    ),
    "key-twice": (
        _("同じ手帳（種別・交付者・番号）が2行あります"),
        _("新しいほうの1行だけにしてください。"),
    ),
    "kana-wrong": (_("カナが全角カタカナではありません"), _("全角カタカナで書いてください。")),
    "dates-out-of-order": (
        _("日付の順がおかしいです"),
        _("生年月日、初回交付、交付、有効期限の順になるように直してください。"),
    ),
    "parts-and-grades-differ": (
        _("障害部位と部位別等級の数がちがいます"),
        _("「;」で区切った数を同じにしてください。"),
    ),
    "fare-class-implausible": (
        _("旅客運賃減額の種別が、部位と等級に合わないようです"),
        _("手帳の現物とくらべてください。手帳のとおりなら、このままで正しいです。"),
    ),
    "file-older": (
        _("もっと新しい台帳が、もう反映されています"),
        _("いちばん新しい台帳を書き出してください。"),
    ),
    "file-same": (_("同じファイルが、もう反映されています"), _("何もする必要はありません。")),
    "invisible-character": (
        _("目に見えない文字が入っています"),
        _("この列を、打ち直してください。"),
    ),
    "number-too-long": (_("長すぎます"), _("決められた長さまでにしてください。")),
}

# What the reader mended on the way, with how often: nobody has to do anything, but shall know.
REPAIRS: Final[Mapping[str, str]] = {
    "bom": _("ファイルの先頭のしるし（BOM）を取りました。"),
    "utf-16": _("UTF-16 のファイルとして読みました。"),
    "empty-line": _("空の行を %(count)s 行とばしました。"),
    "spaces": _("余分な空白と改行を %(count)s か所で取りました。"),
    "full-width": _("番号と記号の全角を %(count)s か所で半角にしました。"),
}
