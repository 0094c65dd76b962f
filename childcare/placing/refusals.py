"""Why an answer to a seat is not taken: each names the mend. Plain Python."""

from http import HTTPStatus

from core.refusals import Refusal, gettext_noop as _


class AnsweredAlready(Refusal):
    """Somebody of the family, or the nursery, answered otherwise before."""

    code = "offer-answered"
    title = _("この内定には、もうちがう返事があります")
    next_step = _("返事を変えたいときは、窓口に相談してください。")
    status = HTTPStatus.CONFLICT


class AnswerTooLate(Refusal):
    """The day of the answer has passed."""

    code = "offer-answer-too-late"
    title = _("返事の期限が過ぎました")
    next_step = _("すぐに窓口に電話してください。")
    status = HTTPStatus.CONFLICT


class FacilityNotYet(Refusal):
    """The nursery has not said that it takes the child."""

    code = "offer-waits-for-facility"
    title = _("園が確認しているところです")
    next_step = _("園の確認が終わると、お知らせが届きます。それから返事をしてください。")
    status = HTTPStatus.CONFLICT


class RefusalWithoutReason(Refusal):
    """A nursery that refuses a child says why."""

    code = "facility-refusal-without-reason"
    title = _("受け入れられない理由を書いてください")
    next_step = _("市の担当が読みます。1つの文で書いてください。")


class SeatTaken(Refusal):
    """The seat went to another child of the waiting list."""

    code = "seat-taken"
    title = _("この席は、もうほかの子どもに決まりました")
    next_step = _("待っている人の一覧を開きなおしてください。")
    status = HTTPStatus.CONFLICT


class OutOfTurn(Refusal):
    """Another child stands before this one, and nobody wrote why it is passed over."""

    code = "free-seat-out-of-turn"
    title = _("前に待っている子どもがいます")
    next_step = _("順番のとおりに知らせるか、とばす理由を書いてください。")
    status = HTTPStatus.CONFLICT


class DoesNotWait(Refusal):
    """The child stands in no line for this class, or not any more."""

    code = "free-seat-does-not-wait"
    title = _("この子どもは、このクラスの席を待っていません")
    next_step = _("待っている人の一覧を開きなおしてください。")
    status = HTTPStatus.CONFLICT


class SiblingsTogether(Refusal):
    """The family takes this seat with those of the child's brothers and sisters."""

    code = "free-seat-siblings-together"
    title = _("きょうだいがいっしょに入るときだけの家族です")
    next_step = _("きょうだい全員の席を、いっしょに知らせてください。")
    status = HTTPStatus.CONFLICT


class AgainstSiblingBox(Refusal):
    """The family does not accept one seat alone, and there is none for all of its children."""

    code = "free-seat-against-sibling-box"
    title = _("家族の「きょうだい」の希望に合わない席です")
    next_step = _("つぎに待っている子どもに知らせてください。")
    status = HTTPStatus.CONFLICT


class SeatsChanged(Refusal):
    """The seats that the officer read are not those that the family would take now."""

    code = "free-seats-changed"
    title = _("きょうだいにいっしょに知らせる席が、変わりました")
    next_step = _("待っている人の一覧を開きなおしてください。")
    status = HTTPStatus.CONFLICT


class TransferIsFinal(Refusal):
    """The seat that the child left is somebody else's now."""

    code = "transfer-is-final"
    title = _("転園の内定は、画面から辞退できません")
    next_step = _("前の園の席がほかの子どもに決まっていることがあります。窓口に相談してください。")
    status = HTTPStatus.CONFLICT


class NotCertified(Refusal):
    """Admission needs the certification of the child for that day."""

    code = "certification-missing"
    title = _("入園する日に有効な認定がありません")
    next_step = _("先に認定（2号か3号）を出してください。")
    status = HTTPStatus.CONFLICT


class CertificationDatesWrong(Refusal):
    """A certification begins before it ends, and changes within its own time."""

    code = "certification-dates"
    title = _("認定の期間が正しくありません")
    next_step = _("始まる日と終わる日をたしかめてください。")


class ClassAgainstAge(Refusal):
    """3号 is for a child under three, 1号 and 2号 from three until school (19条)."""

    code = "certification-class-against-age"
    title = _("認定区分か期間が、子どもの年齢と合いません")
    next_step = _(
        "3号は3歳になる日の前日まで、1号と2号は3歳になる日から小学校に入る前の3月31日までです。"
    )


class CertificationEnded(Refusal):
    """It was ended before, with another last day, or never held."""

    code = "certification-ended"
    title = _("この認定は、もう終わっています")
    next_step = _("認定の一覧をたしかめてください。また必要なときは、新しく認定を出してください。")
    status = HTTPStatus.CONFLICT


class EndWithoutReason(Refusal):
    """Who loses a certification is told why (行政手続法 14条)."""

    code = "certification-end-without-reason"
    title = _("認定を終わりにする理由を書いてください")
    next_step = _("家族が読みます。1つの文で書いてください。")


PLACING_REFUSALS = (AnsweredAlready, AnswerTooLate, FacilityNotYet, TransferIsFinal)


class NotAnotherCity(Refusal):
    """The code names no other municipality."""

    code = "not-another-city"
    title = _("相手の市町村の番号か名前がちがいます")
    next_step = _("市町村コード6けたと、市町村の名前を書いてください。")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NurseryNotNamed(Refusal):
    """The letter to the other city asks about one of its nurseries."""

    code = "consultation-nursery-missing"
    title = _("希望する園の名前が書かれていません")
    next_step = _("相手の市町村の、希望する園の名前を書いてください。手紙にのります。")


class ConsultationGoneOn(Refusal):
    """The consultation was answered, or was not sent yet."""

    code = "consultation-state"
    title = _("この協議は、いまこの操作ができません")
    next_step = _("協議のいまの状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


class AnswerAgainstResult(Refusal):
    """Our answer to the other city is what our round decided, and not before it did."""

    code = "answer-against-result"
    title = _("返事が、この子どもの結果と合いません")
    next_step = _("結果を知らせたあとで、結果のとおりに返事をしてください。")
    status = HTTPStatus.CONFLICT
