"""Why an application is not taken, or not yet: each names the mend. Plain Python."""

from http import HTTPStatus

from core.refusals import Refusal, gettext_noop as _


class DeadlinePassed(Refusal):
    """The round takes no more; ``next_round`` is the first day of the one that does."""

    code = "application-deadline-passed"
    title = _("この回のしめきりは過ぎました")
    next_step = _("つぎの回に申しこんでください。")
    status = HTTPStatus.CONFLICT


class NotYetOpen(Refusal):
    """The round will open later."""

    code = "application-round-not-open"
    title = _("この回の受付は、まだ始まっていません")
    next_step = _("受付が始まる日をたしかめて、そのときに申しこんでください。")
    status = HTTPStatus.CONFLICT


class EditedMeanwhile(Refusal):
    """Somebody else saved since the page was opened; nothing of either is lost."""

    code = "edited-meanwhile"
    title = _("ほかの人が、先にこの申しこみを書きかえました")
    next_step = _("新しい内容を見てから、もう一度書いてください。")
    status = HTTPStatus.PRECONDITION_FAILED


class RevisionMissing(Refusal):
    """An edit must say which state of the row it speaks of."""

    code = "if-match-missing"
    title = _("どの内容を書きかえるのかが分かりません")
    next_step = _("If-Match に、読んだときの ETag を入れてください。")
    status = HTTPStatus.PRECONDITION_REQUIRED


class ContentNotReadable(Refusal):
    """What was sent is not an application's content; ``detail`` names the place."""

    code = "application-content"
    title = _("申しこみの内容を読み取れません")
    next_step = _("示された場所を直して、もう一度送ってください。")


class NotComplete(Refusal):
    """Something must be mended before it can be submitted; ``problems`` are the codes."""

    code = "application-not-complete"
    title = _("直すところがあります")
    next_step = _("示されたところを直してから、申しこんでください。")


class AppliedAlready(Refusal):
    """One application a child and round."""

    code = "applied-already"
    title = _("この子どもは、この回にもう申しこんでいます")
    next_step = _("前の申しこみを開いて、変更してください。")
    status = HTTPStatus.CONFLICT


class GuardiansDiffer(Refusal):
    """The paper's guardians are not those of the family in the same order."""

    code = "guardians-differ"
    title = _("保護者の名前か順番が、前の申しこみとちがいます")
    next_step = _(
        "前の申しこみと同じ順で保護者を書いてください。ちがう人のときは、べつの家族として入れます。"
    )


class BornInTheFuture(Refusal):
    """A child that is not born yet is entered at the counter with the day it is expected."""

    code = "child-born-in-future"
    title = _("生まれた日が、きょうより後です")
    next_step = _("日付をたしかめてください。生まれる前の申しこみは、窓口に相談してください。")


class TooOldForNursery(Refusal):
    """The child goes to school in this school year."""

    code = "child-too-old"
    title = _("この年度には小学校に入る年齢です")
    next_step = _("生まれた日をたしかめてください。")


class TooManyChildrenHere(Refusal):
    """A household's list is full."""

    code = "household-full"
    title = _("子どもの数が多すぎます")
    next_step = _("窓口に相談してください。")
    status = HTTPStatus.CONFLICT


class NothingToSubmit(Refusal):
    """There is no draft that differs from what was submitted."""

    code = "nothing-to-submit"
    title = _("送る内容がありません")
    next_step = _("内容を書いてから送ってください。")
    status = HTTPStatus.CONFLICT


class PaperDateWrong(Refusal):
    """A paper cannot have come in the future."""

    code = "paper-date-wrong"
    title = _("紙を受け取った日時が正しくありません")
    next_step = _("受け取った日時をたしかめてください。これから先の日時は書けません。")


APPLYING_REFUSALS = (
    DeadlinePassed,
    NotYetOpen,
    EditedMeanwhile,
    RevisionMissing,
    ContentNotReadable,
    NotComplete,
    AppliedAlready,
    NothingToSubmit,
)
