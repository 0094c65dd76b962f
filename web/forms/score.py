"""Forms of point tables: where a family looks, one answer, a table of the city."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import strip_tags
from django.utils.translation import get_language, gettext, gettext_lazy as _

from childcare.models import Facility
from childcare.rule_sets.questions import Question
from childcare.rule_sets.reading import BYTES_MAX
from web.dates import date_in_words

CLASS_AGES = range(6)


class StartForm(forms.Form):
    """The nursery and the class to compare with; both may stay open."""

    facility = forms.ModelChoiceField(
        label=_("入りたい園"),
        queryset=Facility.objects.none(),
        required=False,
        empty_label=_("まだ決めていません"),
    )
    class_age = forms.ChoiceField(label=_("入るクラス"), required=False)

    def __init__(
        self, *args: Any, facilities: QuerySet[Facility], school_year: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chooser: Any = self.fields["facility"]
        chooser.queryset = facilities
        classes: Any = self.fields["class_age"]
        classes.choices = [
            ("", gettext("まだ決めていません")),
            *((str(age), class_text(age, school_year=school_year)) for age in CLASS_AGES),
        ]


def class_text(age: int, *, school_year: int) -> str:
    """Return a class with the days of birth that belong to it: 2 April to 1 April."""
    first = date(school_year - age - 1, 4, 2)
    last = date(school_year - age, 4, 1)
    return gettext("%(age)s歳児クラス（%(first)sから%(last)sに生まれた子）") % {
        "age": age,
        "first": _plain_day(first),
        "last": _plain_day(last),
    }


def _plain_day(day: date) -> str:
    """Return a day in words without the mark-up of a page: an option holds none."""
    return strip_tags(date_in_words(day, get_language() or "ja"))


class AnswerForm(forms.Form):
    """One question: one of its options."""

    answer = forms.TypedChoiceField(
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("1つ選んでください"),
            "invalid_choice": _("1つ選んでください"),
        },
    )

    def __init__(self, *args: Any, question: Question, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer: Any = self.fields["answer"]
        answer.label = question.title.for_language(language)
        answer.choices = [
            (place, option.label.for_language(language))
            for place, option in enumerate(question.options)
        ]
        self.hints = [
            option.hint.for_language(language) if option.hint else "" for option in question.options
        ]

    def rows(self) -> list[dict[str, Any]]:
        """Return the options as the page shows them, each with its hint."""
        return [
            {"option": option, "hint": hint}
            for option, hint in zip(self["answer"], self.hints, strict=True)
        ]


class RuleSetForm(forms.Form):
    """A point table to be taken in."""

    file = forms.FileField(
        label=_("点数表のファイル（YAML か JSON）"),
        error_messages={"required": _("ファイルを選んでください")},
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > BYTES_MAX:
            raise forms.ValidationError(_("ファイルが大きすぎます。512KB までです"))
        return file
