"""Why a round is not computed, approved or published."""

from http import HTTPStatus

from core.refusals import Refusal, gettext_noop as _


class RoundStillOpen(Refusal):
    """Families may still apply."""

    code = "round-still-open"
    title = _("この回は、まだ申しこみを受け付けています")
    next_step = _("しめきりのあとで、席を決めてください。")
    status = HTTPStatus.CONFLICT


class RoundIsAnnounced(Refusal):
    """Families were told; the result stands."""

    code = "round-is-announced"
    title = _("この回の結果は、もう知らせてあります")
    next_step = _("結果を変えるときは、一人ずつの手続きで直してください。")
    status = HTTPStatus.CONFLICT


class RuleSetNotPublished(Refusal):
    """A round takes a published rule set only."""

    code = "rule-set-not-published"
    title = _("この回の点数の表が、まだ公開されていません")
    next_step = _("点数の表を2人で確認して公開してから、もう一度行ってください。")
    status = HTTPStatus.CONFLICT


class ScoresMissing(Refusal):
    """An application has no score sheet."""

    code = "scores-missing"
    title = _("点数のない申しこみがあります")
    next_step = _("2つの方法で点数をつけてから、もう一度行ってください。")
    status = HTTPStatus.CONFLICT


class ScorersDisagree(Refusal):
    """The two scorers found different scores (浦安 2021)."""

    code = "scorers-disagree"
    title = _("2つの方法でつけた点数が合いません")
    next_step = _("食いちがいの一覧を見て、原因を直してから、点数をつけ直してください。")
    status = HTTPStatus.CONFLICT


class ScoresUnlikeBefore(Refusal):
    """A row counts for far more or fewer children than in the round before (甲賀 2023)."""

    code = "scores-unlike-before"
    title = _("点数が、前の回と大きくちがいます")
    next_step = _("ちがう項目を調べて、正しければ理由を書いてください。")
    status = HTTPStatus.CONFLICT


class ScoresTied(Refusal):
    """Two children have the same place in the order."""

    code = "scores-tied"
    title = _("順番の決まらない子どもがいます")
    next_step = _("点数の表の同点の決めかたが、一つの番号で終わるようにしてください。")
    status = HTTPStatus.CONFLICT


class ListsTooLong(Refusal):
    """The wishes of brothers and sisters multiply beyond what one family may have."""

    code = "lists-too-long"
    title = _("きょうだいの希望の組み合わせが多すぎます")
    next_step = _("この家族の希望の数を、家族と相談して減らしてください。")
    status = HTTPStatus.CONFLICT


class NoSlots(Refusal):
    """The round has no seats or no applications."""

    code = "nothing-to-place"
    title = _("この回には、席か、確認の終わった申しこみがありません")
    next_step = _("席の数を入れ、申しこみの確認を終えてから、もう一度行ってください。")
    status = HTTPStatus.CONFLICT


class CapacityNotReconciled(Refusal):
    """A class's seats are not confirmed, or more than it may have (豊橋 2024, 香芝 2025)."""

    code = "capacity-not-reconciled"
    title = _("席の数の確認が終わっていません")
    next_step = _("園の返事と昨年との違いを確かめてください。")
    status = HTTPStatus.CONFLICT


class SeatsUnlikeBefore(Refusal):
    """A class or a facility offers far fewer or more seats than last year (豊橋 2024)."""

    code = "seats-unlike-before"
    title = _("席の数が、昨年の回と大きくちがいます")
    next_step = _("ちがう園に確かめて、正しければ理由を書いてください。")
    status = HTTPStatus.CONFLICT


class InputsChanged(Refusal):
    """Something that was scored or counted changed after the run (西成, 吹田, 橿原)."""

    code = "inputs-changed"
    title = _("席を決めたあとで、申しこみか席の数が変わりました")
    next_step = _("点数をつけ直し、席を決め直してください。")
    status = HTTPStatus.CONFLICT


class CertificateRefused(Refusal):
    """A family blocks, a capacity is broken, or the files are not those of the run."""

    code = "certificate-refused"
    title = _("この結果は証明できません")
    next_step = _("順番をとばされた家族の一覧を、選考の会議で確かめてください。")
    status = HTTPStatus.CONFLICT


class NotInThisRunState(Refusal):
    """The run has gone on, or is not there yet."""

    code = "run-state"
    title = _("この計算は、いまこの操作ができません")
    next_step = _("いちばん新しい計算を開いて、今の状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


class ApprovalsMissing(Refusal):
    """Two people have not yet said yes."""

    code = "approvals-missing"
    title = _("2人の承認がそろっていません")
    next_step = _("まだ承認していない人が、自分のアカウントで承認してください。")
    status = HTTPStatus.CONFLICT


class NotTheSecondPerson(Refusal):
    """Two different people approve: not one by two accounts, nor one for another."""

    code = "not-the-second-person"
    title = _("承認は、別の人がもう一人行います")
    next_step = _("まだ承認していない人が、自分のアカウントで承認してください。")
    status = HTTPStatus.FORBIDDEN


class PapersNotEntered(Refusal):
    """A paper came and nobody has put what it says into the application (西成)."""

    code = "papers-not-entered"
    title = _("届いたのに、まだ入力していない書類があります")
    next_step = _("書類の内容を申しこみに入れ、点数をつけ直してください。")
    status = HTTPStatus.CONFLICT
