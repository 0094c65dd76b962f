"""What is wrong with a rule set: each problem names its place and the mend, as message ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from core.refusals import Refusal, gettext_noop as _

# code -> (what is wrong, the mend); %(...)s are filled from a problem's params.
_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "too-large": (
        _("ファイルが大きすぎます"),
        _("512 KB までの、点数表だけのファイルにしてください。"),
    ),
    "too-deep": (_("入れ子が深すぎます"), _("20段までにしてください。")),
    "not-text": (_("UTF-8 の文字ではありません"), _("UTF-8 で保存してください。")),
    "not-yaml": (
        _("YAML として読めません: %(what)s"),
        _("この行の字下げ、コロン、かっこを直してください。"),
    ),
    "not-one-document": (
        _("文書が1つではありません"),
        _("「---」で分けず、1つの文書にしてください。"),
    ),
    "anchor": (
        _("アンカー（&）と参照（*）は使えません"),
        _("同じ内容を、その場所に書いてください。"),
    ),
    "tag": (_("タグ（!）は使えません"), _("タグを消してください。")),
    "duplicate-key": (
        _("同じ名前「%(key)s」が2回あります"),
        _("どちらか1つを消してください。"),
    ),
    "float": (
        _("小数「%(value)s」は使えません"),
        _("点は半点の整数で書いてください（7.5点は 15）。"),
    ),
    "unclear-scalar": (
        _("「%(value)s」は、読み方が1つに決まりません"),
        _("文字なら引用符でかこみ、数なら 0-9 だけで、真偽なら true か false と書いてください。"),
    ),
    "missing-key": (_("「%(key)s」がありません"), _("「%(key)s」を書いてください。")),
    "unknown-key": (
        _("「%(key)s」という名前は、ここでは使えません"),
        _("名前の書きまちがいを直すか、消してください。"),
    ),
    "wrong-shape": (
        _("この場所の書き方がちがいます: %(what)s"),
        _("JSON Schema（rule-set.schema.json）の形に合わせてください。"),
    ),
    "twice": (
        _("「%(id)s」という id が2回あります"),
        _("id は、ファイルの中で1つずつにしてください。"),
    ),
    "unknown-fact": (
        _("「%(fact)s」という事実は、語彙（facts）にありません"),
        _("facts に加えるか、名前を直してください。"),
    ),
    "fact-elsewhere": (
        _("「%(fact)s」（%(of)s の事実）は、この行では使えません"),
        _("行の scope を直すか、ほかの事実を使ってください。"),
    ),
    "wrong-type": (
        _("「%(fact)s」の値「%(value)s」は、語彙の型（%(type)s）と合いません"),
        _("語彙の型に合う値を書いてください。"),
    ),
    "unknown-row": (
        _("「%(id)s」という行はありません"),
        _("ある行の id を書いてください。"),
    ),
    "relative-twice": (
        _("「%(id)s」は、ほかの行をもとにした行です"),
        _("点が書いてある行をもとにしてください。"),
    ),
    "unknown-group": (
        _("「%(id)s」というまとまりはありません"),
        _("groups に加えるか、名前を直してください。"),
    ),
    "unknown-document": (
        _("「%(id)s」という書類はありません"),
        _("documents に加えるか、名前を直してください。"),
    ),
    "unknown-question": (
        _("「%(id)s」という質問は、このあとにありません"),
        _("このあとの質問の id を書いてください。"),
    ),
    "over-max": (
        _("「%(id)s」は、1人の上限（半点で %(max)s）より大きい点です"),
        _("点か、上限（max_per_parent）を直してください。"),
    ),
    "tie-not-unique": (
        _("同点のときの順番が、かならず1つに決まる番号で終わっていません"),
        _("tie_break の最後を「unique: lottery」か「unique: receipt_order」にしてください。"),
    ),
    "unique-not-last": (
        _("かならず1つに決まる番号のあとに、べつの順番があります"),
        _("unique は、tie_break の最後に1つだけ書いてください。"),
    ),
    "dates-backwards": (
        _("おわりの日が、はじまりの日より前です"),
        _("effective の from と to を直してください。"),
    ),
    "fact-out-of-period": (
        _("「%(fact)s」の期間は、基準日 %(day)s をふくみません"),
        _("期間か基準日を直すか、left_out に「%(fact)s」と書いてください。"),
    ),
    "example-points": (
        _("例「%(id)s」の点は 半点で %(expected)s のはずが、%(found)s になります"),
        _("表の行か、例に書いた点を直してください。"),
    ),
    "example-rank": (
        _("例「%(id)s」のランクは %(expected)s のはずが、%(found)s になります"),
        _("ランクの行か、例に書いたランクを直してください。"),
    ),
    "example-lines": (
        _("例「%(id)s」で数えられる行がちがいます: %(what)s"),
        _("表の行の条件か、例の lines を直してください。"),
    ),
    "example-left-out": (
        _("例「%(id)s」で期間に入らない事実がちがいます: %(what)s"),
        _("事実の期間か、例の left_out を直してください。"),
    ),
    "row-without-example": (
        _("「%(id)s」の行を通る例が、1つもありません"),
        _("この行が数えられる例（examples）を、点を手で書いて加えてください。"),
    ),
    "scorers-differ": (
        _("例「%(id)s」で、2つの計算の答えがちがいます: %(what)s"),
        _("公開せずに、システムの担当に知らせてください。"),
    ),
    "reference-only": (
        _("参考の点数表なので、公開できません"),
        _("足りないところ（gaps）をうめて、standing を publishable にしてください。"),
    ),
    "other-city": (
        _("ほかの市町村の点数表です"),
        _("meta の municipality を %(city)s にするか、standing を reference にしてください。"),
    ),
    "no-dates": (
        _("使いはじめる日か、おわりの日がありません"),
        _("meta の effective に from と to を書いてください。"),
    ),
    "dates-overlap": (
        _("「%(name)s」（%(start)s から %(end)s まで）と、使う期間が重なります"),
        _("重ならない期間にしてください。"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend. ``place`` is a JSON pointer, ``line`` the file's line (0: none)."""

    code: str
    place: str = ""
    line: int = 0
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The message id of what is wrong; to be filled with ``params``."""
        return _TEXTS[self.code][0]

    @property
    def mend(self) -> str:
        """The message id of what to do."""
        return _TEXTS[self.code][1]

    def __str__(self) -> str:
        where = f"{self.place or '/'} ({self.line}行め)" if self.line else self.place or "/"
        return f"{where}: {self.message % self.params}。{self.mend % self.params}"


class RuleSetRefused(Refusal):
    """The file is not a rule set that could be used; ``problems`` say what to mend, where."""

    code = "rule-set-refused"
    title = _("この点数表は使えません")
    next_step = _("ファイルの直すところを直して、もう一度出してください。")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
