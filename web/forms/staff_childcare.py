"""Forms of the staff who take applications in."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from childcare.applying.content_rules import WISHES_MAX
from childcare.applying.questionnaire import Answers, needs_facility
from childcare.applying.second_paper import KnownFamily
from childcare.models import Channel
from childcare.rule_sets.questions import Question
from jp.clock import JST
from web.dates import date_as_text
from web.forms.needed import needed_when
from web.forms.staff import JapaneseDateField

_UNKNOWN = [("", _("書いていない"))]
_WITH_A_SIBLING = _("きょうだいが通っているときは 必ず選ぶ")


class ChildOnPaperForm(forms.Form):
    """One child of an application that came on paper: who, where to, and the child's answers."""

    name = forms.CharField(label=_("子どもの名前"), max_length=100)
    name_kana = forms.CharField(label=_("名前のふりがな"), max_length=100, required=False)
    birth_date = JapaneseDateField(
        label=_("生まれた日"), help_text=_("例: 2025年6月10日 か 令和7年6月10日")
    )
    held = forms.ChoiceField(label=_("いま通っている園"), required=False)

    def __init__(
        self,
        *args: Any,
        facilities: list[tuple[str, str]],
        questions: Sequence[Question],
        language: str,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.questions = questions
        self.fields["held"].choices = [("", _("通っていない")), *facilities]  # type: ignore[attr-defined]
        for rank in range(1, WISHES_MAX + 1):
            self.fields[f"wish_{rank}"] = forms.ChoiceField(
                label=_("第%(rank)s希望") % {"rank": rank},
                choices=[*_UNKNOWN, *facilities],
                required=rank == 1,
            )
        for question in questions:
            self._ask(question, facilities, language)

    def _ask(self, question: Question, facilities: list[tuple[str, str]], language: str) -> None:
        options = [
            (str(number), option.label.for_language(language))
            for number, option in enumerate(question.options)
        ]
        self.fields[f"q_{question.id}"] = forms.ChoiceField(
            label=question.term.for_language(language),
            choices=[*_UNKNOWN, *options],
            required=False,
        )
        if any(needs_facility(option) for option in question.options):
            self.fields[f"at_{question.id}"] = forms.ChoiceField(
                label=_("きょうだいの園"), choices=[*_UNKNOWN, *facilities], required=False
            )
            needed_when(
                self.fields[f"at_{question.id}"], _("きょうだいが通っているときは 必ず選ぶ")
            )

    def clean(self) -> dict[str, Any]:
        """An answer that speaks of one nursery names it, as on the family's own form."""
        given = super().clean() or {}
        for question in self.questions:
            answer = given.get(f"q_{question.id}")
            if not answer or not needs_facility(question.options[int(answer)]):
                continue
            if not given.get(f"at_{question.id}"):
                self.add_error(f"at_{question.id}", _("きょうだいが通っている園をえらんでください"))
        return given

    def wishes(self) -> list[str]:
        """Return the wishes in their order, each once."""
        given = [self.cleaned_data.get(f"wish_{rank}") for rank in range(1, WISHES_MAX + 1)]
        return list(dict.fromkeys(one for one in given if one))

    def answers(self) -> Answers:
        """Return the answers that were written."""
        given = self.cleaned_data
        return Answers(
            options={
                question.id: int(given[f"q_{question.id}"])
                for question in self.questions
                if given.get(f"q_{question.id}")
            },
            facilities={
                question.id: given[f"at_{question.id}"]
                for question in self.questions
                if given.get(f"at_{question.id}")
            },
        )


class PaperForm(ChildOnPaperForm):
    """One application as it stands on paper: the family, and its first child."""

    channel = forms.ChoiceField(
        label=_("どう受け取りましたか"),
        choices=[
            (Channel.PAPER, _("紙")),
            (Channel.COUNTER, _("窓口で聞いた")),
            (Channel.PHONE, _("電話で聞いた")),
        ],
        widget=forms.RadioSelect,
        initial=Channel.PAPER,
    )
    received_at = forms.DateTimeField(
        label=_("受け取った日時"),
        help_text=_("例: 2026-12-04 16:30。しめきりに間に合ったかは、この日時で決まります。"),
        input_formats=["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
    )
    guardian_1 = forms.CharField(label=_("保護者の名前"), max_length=100)
    guardian_2 = forms.CharField(label=_("もう1人の保護者の名前"), max_length=100, required=False)
    address = forms.CharField(label=_("住所"), max_length=200)
    field_order = ("channel", "received_at", "guardian_1", "guardian_2", "address")

    def clean_received_at(self) -> Any:
        """The stamp on a paper is in Japan's time."""
        at = self.cleaned_data["received_at"]
        return at if at.tzinfo is not None else at.replace(tzinfo=JST)


NEW_FAMILY: Final = "new"


class KnownFamilyForm(forms.Form):
    """Whether the paper is of a family that was entered before: never decided without the clerk."""

    known = forms.ChoiceField(
        label=_("前に申しこみがあった家族ですか"),
        widget=forms.RadioSelect,
        error_messages={"required": _("同じ家族かどうかを、紙とくらべてえらんでください")},
    )

    def __init__(self, *args: Any, families: Sequence[KnownFamily], **more: Any) -> None:
        super().__init__(*args, **more)
        self.families = {str(one.household.pk): one for one in families}
        self.fields["known"].choices = [  # type: ignore[attr-defined]
            *((key, _words(one)) for key, one in self.families.items()),
            (NEW_FAMILY, _("どれともちがう家族です。新しく入れます")),
        ]

    def chosen(self) -> KnownFamily | None:
        """Return the family that the clerk chose; ``None``: a new one."""
        return self.families.get(self.cleaned_data["known"])


def _words(family: KnownFamily) -> str:
    """Say who is in the family and where it lives, for a comparison with the paper."""
    language = get_language() or "ja"
    children = [f"{one.name} {date_as_text(one.birth_date, language)}" for one in family.children]
    number = family.newest.receipt_number or ""
    told = (*family.guardians, *children, family.household.address or "", number)
    return " / ".join(one for one in told if one)
