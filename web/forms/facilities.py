"""Forms of families who look for a nursery, and of those who book a visit."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy as _

from childcare.facility_search import SERVICES
from childcare.models import FacilityKind, Operator
from childcare.selectors import school_year_of
from jp.ages import class_age
from places.towns import point_of_words
from web.forms.staff import JapaneseDateField

_ANY: Final = ("", _("どれでもよい"))
SERVICE_WORDS: Final = {
    "extended": _("延長保育"),
    "holiday": _("休日保育"),
    "temporary": _("一時預かり"),
    "sick_child": _("病児保育"),
    "medical_care": _("医療的ケア"),
    "disability": _("障がい児保育"),
    "allergy": _("アレルギー食"),
    "yard": _("園庭"),
    "meals": _("園で作る給食"),
}
CERTIFICATION_WORDS: Final = (
    ("takes_1", _("1号（教育）")),
    ("takes_2", _("2号（3歳から）")),
    ("takes_3", _("3号（3歳まで）")),
)
_LANGUAGES: Final = (
    ("en", "English"), ("vi", "Tiếng Việt"), ("zh-hans", "简体中文"), ("pt-br", "Português"),
    ("tl", "Tagalog"), ("ko", "한국어"),
)  # fmt: skip
_MONTHS_AHEAD: Final = 18
_OLDEST_CLASS: Final = 5


def _times(first: int, last: int) -> Iterator[tuple[str, str]]:
    for half in range(first * 2, last * 2 + 1):
        at = time(half // 2, 30 * (half % 2))
        yield at.strftime("%H:%M"), f"{at.hour}:{at.minute:02}"


class ConditionsForm(forms.Form):
    """What a family looks for. It is sent, not put into the address: a birth date is private."""

    birth_date = JapaneseDateField(
        label=_("お子さんの生まれた日"),
        required=False,
        help_text=_("例: 2025年6月10日、令和7年6月10日"),
    )
    starts_on = forms.ChoiceField(label=_("いつから"), required=False)
    home = forms.CharField(
        label=_("家の町か郵便番号"),
        required=False,
        max_length=60,
        help_text=_("例: 岩村田、385-0022"),
    )
    work = forms.CharField(
        label=_("仕事先の町か郵便番号"), required=False, max_length=60,
        help_text=_("書くと、通勤の道からの距離がわかります"),
    )  # fmt: skip
    begins = forms.ChoiceField(label=_("何時から"), required=False, choices=[_ANY, *_times(7, 10)])
    ends = forms.ChoiceField(label=_("何時まで"), required=False, choices=[_ANY, *_times(15, 20)])
    q = forms.CharField(label=_("ことばでさがす"), required=False, max_length=100)
    with_room = forms.BooleanField(label=_("空きがある"), required=False)
    with_visit = forms.BooleanField(label=_("見学を申しこめる"), required=False)
    service = forms.MultipleChoiceField(
        label=_("あってほしいこと"), required=False,
        choices=[(name, SERVICE_WORDS[name]) for name in SERVICES],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    kind = forms.MultipleChoiceField(
        label=_("種類"), required=False, choices=FacilityKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    run_by = forms.ChoiceField(
        label=_("公立・私立"), required=False, choices=[_ANY, *Operator.choices]
    )
    certification = forms.ChoiceField(
        label=_("認定"), required=False, choices=[_ANY, *CERTIFICATION_WORDS]
    )
    language = forms.ChoiceField(
        label=_("先生が話すことば"), required=False, choices=[_ANY, *_LANGUAGES]
    )

    def __init__(self, *args: Any, municipality: str, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.municipality, self.today = municipality, today
        field: Any = self.fields["starts_on"]
        field.choices = [("", _("まだ決めていない")), *_months(today)]

    def clean_home(self) -> str:
        """Refuse a place that is no town of the city."""
        return self._town("home")

    def clean_work(self) -> str:
        """Refuse a place that is no town of the city."""
        return self._town("work")

    def _town(self, name: str) -> str:
        typed: str = self.cleaned_data[name].strip()
        if not typed:
            return ""
        town = point_of_words(typed, municipality=self.municipality)
        if town is None:
            raise forms.ValidationError(
                _("この町は見つかりません。市内の町の名前か、7けたの郵便番号を書いてください")
            )
        return town.name  # the town only: a house number that was typed goes no further

    def clean(self) -> dict[str, Any]:
        """Refuse a child that is not born by then, or is older than the last class."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        age = self.class_age()
        if age is not None and not 0 <= age <= _OLDEST_CLASS:
            self.add_error(
                "birth_date", _("保育園に入れるのは、0歳児クラスから5歳児クラスまでです")
            )
        return given

    def class_age(self) -> int | None:
        """Return the class by the child's birth date; ``None`` where it is not told."""
        birth, starts = self.cleaned_data.get("birth_date"), self._starts_on()
        if not birth or not starts:
            return None
        return class_age(birth, school_year=school_year_of(date.fromisoformat(starts)))

    def _starts_on(self) -> str:
        """Return the month that was chosen; the next possible one where a birth date has none."""
        chosen: str = self.cleaned_data.get("starts_on", "")
        if chosen or not self.cleaned_data.get("birth_date"):
            return chosen
        return next(_months(self.today))[0]

    def query(self) -> QueryDict:
        """Return what may stand in an address: a class instead of a birth date, towns only."""
        found = QueryDict(mutable=True)
        age = self.class_age()
        if age is not None:
            found["class_age"] = str(age)
            found["starts_on"] = self._starts_on()
        for name, value in self.cleaned_data.items():
            if name == "birth_date" or not value:
                continue
            found.setlist(name, value if isinstance(value, list) else [str(value)])
        for name in ("with_room", "with_visit"):
            if name in found:
                found[name] = "true"
        return found


def _months(today: date) -> Iterator[tuple[str, str]]:
    for ahead in range(1, _MONTHS_AHEAD + 1):
        years, month = divmod(today.month - 1 + ahead, 12)
        first = date(today.year + years, month + 1, 1)
        yield first.isoformat(), gettext("%(year)d年%(month)d月") % {
            "year": first.year, "month": first.month,
        }  # fmt: skip


class BookingForm(forms.Form):
    """A family that wants to come and look."""

    name = forms.CharField(label=_("名前"), max_length=60)
    contact = forms.CharField(
        label=_("電話番号かメール"), max_length=100, help_text=_("園から連絡するときに使います")
    )
    children = forms.IntegerField(label=_("来る子どもの数"), min_value=1, max_value=5, initial=1)


class ReferenceForm(forms.Form):
    """The number that the family was given."""

    reference = forms.CharField(label=_("申しこみの番号"), max_length=16)
