"""What staff are asked before they do to a card what cannot be undone: what follows, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from django.utils.translation import gettext

from core.refusals import gettext_noop as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: its title, what cannot be undone, what follows, and the button's verb."""

    title: str
    warning: str
    follows: tuple[str, ...]
    verb: str

    def in_words(self) -> Self:
        """Return it in the reader's language."""
        return type(self)(
            title=gettext(self.title),
            warning=gettext(self.warning),
            follows=tuple(gettext(line) for line in self.follows),
            verb=gettext(self.verb),
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
}
