"""What people are asked before they do what cannot be undone: what follows, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from core.refusals import gettext_noop as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: its title, what cannot be undone, what follows, and the two ways on."""

    title: str
    warning: str
    follows: tuple[str, ...]
    verb: str
    stay: str = _("やめて、カードの画面にもどる")

    def in_words(self) -> Self:
        """Return it in the reader's language."""
        return type(self)(
            title=gettext(self.title),
            warning=gettext(self.warning),
            follows=tuple(gettext(line) for line in self.follows),
            verb=gettext(self.verb),
            stay=gettext(self.stay),
        )


QUESTIONS: Final[Mapping[str, Question]] = {
    "revoke": Question(
        title=_("カードを失効しますか"),
        warning=_("失効すると、もとにもどせません。"),
        follows=(
            _("電話のカードも紙のカードも、すぐに使えなくなります。"),
            _(
                "また使うには、新しく登録します。"
                "しばらく使わないだけなら、「止める」をえらんでください。"
            ),
        ),
        verb=_("失効する"),
    ),
    "reissue": Question(
        title=_("カードを再発行しますか"),
        warning=_("再発行すると、いまのカードにはもどせません。"),
        follows=(
            _("いまのカードは、電話でも紙でも、すぐに使えなくなります。"),
            _("新しいカードができます。本人は、もう一度「この電話に入れる」を押します。"),
            _("紙のカードは、新しく印刷して渡します。"),
        ),
        verb=_("再発行する"),
    ),
    "paper": Question(
        title=_("紙のカードを使えなくしますか"),
        warning=_("使えなくした紙のカードは、もとにもどせません。"),
        follows=(
            _("この番号の紙だけが、すぐに使えなくなります。"),
            _("電話のカードと、ほかの番号の紙は、そのまま使えます。"),
        ),
        verb=_("この紙を使えなくする"),
    ),
    "guardian": Question(
        title=_("保護者・法定代理人の登録を終わりにしますか"),
        warning=_("この人の電話から、カードがすぐに消えます。"),
        follows=(
            _("この人は、カードの持ち主のかわりに操作できなくなります。"),
            _("また登録するには、手紙か窓口で、はじめからします。"),
            _("持ち主のカードと、ほかの人の電話は、そのまま使えます。"),
        ),
        verb=_("登録を終わりにする"),
    ),
    "device": Question(
        title=_("端末を使えなくしますか"),
        warning=_("使えなくした端末は、もとにもどせません。"),
        follows=(
            _("この端末は、カードの確認やクーポンの会計が、すぐにできなくなります。"),
            _("ほかの端末は、そのまま使えます。"),
            _("また使うには、新しい端末として登録します。"),
        ),
        verb=_("この端末を使えなくする"),
        stay=_("やめて、端末の一覧にもどる"),
    ),
    "reversal": Question(
        title=_("この会計を取り消しますか"),
        warning=_("取り消した会計は、もとにもどせません。"),
        follows=(
            _("お金は、クーポンか市の予算に、すぐにもどります。"),
            _("お店への支払いから、この金額を引きます。"),
            _("取り消さないときは、理由を書いて、お店に知らせます。"),
        ),
        verb=_("この会計を取り消す"),
        stay=_("やめて、待っている取り消しにもどる"),
    ),
}


def ask(
    request: HttpRequest,
    question: str,
    *,
    about: Mapping[str, str],
    back: str,
    reason: str = "",
    template: str = "web/asking/staff.html",
) -> HttpResponse:
    """Ask on a page of its own; the same address with ``confirmed`` does it.

    ``about`` says in words what it is about (term -> answer); ``back`` is the address of who stays.
    """
    page = {
        "question": QUESTIONS[question].in_words(),
        "about": list(about.items()),
        "back": back,
        "reason": reason,
    }
    return render(request, template, page)
