"""Forms of a nursery's own people, and of the city's staff for seats and sheets."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from childcare.models import MomentIcon, VacancyState
from jp.clock import JST
from places.models import Sheet
from web.forms.staff import JapaneseDateField

_STATES: Final = [
    (state.value, state.label) for state in VacancyState if state != VacancyState.STALE
]
_CLASSES: Final = [(age, str(age)) for age in range(6)]


class VacancyForm(forms.Form):
    """How much room one class has today."""

    class_age = forms.TypedChoiceField(label=_("クラス（年れい）"), choices=_CLASSES, coerce=int)
    state = forms.ChoiceField(label=_("空き"), choices=_STATES, widget=forms.RadioSelect)
    seats = forms.IntegerField(label=_("空きの人数"), min_value=0, max_value=200, required=False)
    waiting = forms.IntegerField(
        label=_("待っている子の数"), min_value=0, max_value=500, required=False
    )


class _WordsForm(forms.Form):
    """A text in three languages; only Japanese must be there."""

    def words(self, name: str) -> dict[str, str]:
        """Return the texts of ``name`` by language."""
        given = self.cleaned_data
        return {
            "ja": given[name],
            "ja-easy": given.get(f"{name}_easy", ""),
            "en": given.get(f"{name}_en", ""),
        }


class PostForm(_WordsForm):
    """A short post."""

    title = forms.CharField(label=_("題"), max_length=60)
    title_easy = forms.CharField(label=_("題（やさしい日本語）"), max_length=80, required=False)
    title_en = forms.CharField(label=_("題（英語）"), max_length=80, required=False)
    text = forms.CharField(label=_("文"), max_length=600, widget=forms.Textarea)
    text_easy = forms.CharField(
        label=_("文（やさしい日本語）"), max_length=600, required=False, widget=forms.Textarea
    )
    text_en = forms.CharField(
        label=_("文（英語）"), max_length=600, required=False, widget=forms.Textarea
    )


class MomentForm(_WordsForm):
    """A moment of the day."""

    at = forms.TimeField(label=_("時刻"), help_text=_("例: 9:30"))
    icon = forms.ChoiceField(label=_("絵"), choices=MomentIcon.choices)
    title = forms.CharField(label=_("すること"), max_length=60)
    title_easy = forms.CharField(
        label=_("すること（やさしい日本語）"), max_length=80, required=False
    )
    title_en = forms.CharField(label=_("すること（英語）"), max_length=80, required=False)
    text = forms.CharField(label=_("ようす"), max_length=200, required=False)
    text_easy = forms.CharField(label=_("ようす（やさしい日本語）"), max_length=200, required=False)
    text_en = forms.CharField(label=_("ようす（英語）"), max_length=200, required=False)


class MenuForm(_WordsForm):
    """What there is to eat on a day."""

    day = JapaneseDateField(label=_("日"))
    lunch = forms.CharField(label=_("昼"), max_length=120)
    lunch_easy = forms.CharField(label=_("昼（やさしい日本語）"), max_length=160, required=False)
    lunch_en = forms.CharField(label=_("昼（英語）"), max_length=160, required=False)
    snack = forms.CharField(label=_("おやつ"), max_length=120, required=False)
    allergens = forms.CharField(
        label=_("アレルギーのもと"), max_length=120, required=False,
        help_text=_("「、」で区切ります。例: 卵、小麦、乳成分"),
    )  # fmt: skip

    def clean_allergens(self) -> list[str]:
        """Return the names one by one."""
        text: str = self.cleaned_data["allergens"].replace(",", "、")
        return [name.strip() for name in text.split("、") if name.strip()]


class YearEventForm(_WordsForm):
    """An event of the year."""

    month = forms.TypedChoiceField(
        label=_("月"), choices=[(month, str(month)) for month in range(1, 13)], coerce=int
    )
    title = forms.CharField(label=_("行事"), max_length=60)
    title_easy = forms.CharField(label=_("行事（やさしい日本語）"), max_length=80, required=False)
    title_en = forms.CharField(label=_("行事（英語）"), max_length=80, required=False)


class VisitDayForm(forms.Form):
    """A time for visits."""

    day = JapaneseDateField(label=_("日"))
    at = forms.TimeField(label=_("時刻"), help_text=_("例: 10:00"))
    minutes = forms.IntegerField(
        label=_("時間の長さ（分）"), min_value=15, max_value=240, initial=60
    )
    families_max = forms.IntegerField(label=_("来られる組の数"), min_value=1, max_value=100)

    def times(self) -> tuple[datetime, datetime]:
        """Return when it begins and ends."""
        day: date = self.cleaned_data["day"]
        starts = datetime.combine(day, self.cleaned_data["at"], tzinfo=JST)
        return starts, starts + timedelta(minutes=self.cleaned_data["minutes"])


class OtherHoursForm(forms.Form):
    """One day that is not like the others."""

    day = JapaneseDateField(label=_("日"))
    how = forms.ChoiceField(
        label=_("この日"),
        choices=[("closed", _("休み")), ("other", _("ちがう時間に開く")),
                 ("usual", _("いつもどおり"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    opens = forms.TimeField(label=_("開く時刻"), required=False, help_text=_("例: 9:30"))
    closes = forms.TimeField(label=_("閉まる時刻"), required=False, help_text=_("例: 16:00"))

    def clean(self) -> dict[str, Any]:
        """Ask for both times of a day with other ones; a closed day has none."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("how") != "other":
            return given | {"opens": None, "closes": None}
        for name in ("opens", "closes"):
            if given.get(name) is None and name not in self.errors:
                self.add_error(name, _("時刻を書いてください"))
        return given


class PhotoForm(_WordsForm):
    """A photo with words for who cannot see it."""

    photo = forms.FileField(label=_("写真（JPEG か PNG、10MB まで）"))
    alternative = forms.CharField(
        label=_("写真に写っていること"), max_length=200,
        help_text=_("目の見えない人に読み上げます。例: 園庭で砂遊びをする子どもたち"),
    )  # fmt: skip
    alternative_easy = forms.CharField(
        label=_("写っていること（やさしい日本語）"), max_length=200, required=False
    )
    alternative_en = forms.CharField(
        label=_("写っていること（英語）"), max_length=200, required=False
    )


class SharedSeatsForm(forms.Form):
    """Classes that share seats, and how many children they take together."""

    class_ages = forms.TypedMultipleChoiceField(
        label=_("合わせて使う組（年れい）"), choices=_CLASSES, coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    seats = forms.IntegerField(label=_("合わせた人数"), min_value=1, max_value=400)


FORMS: Final[dict[str, type[forms.Form]]] = {
    "post": PostForm,
    "hours": OtherHoursForm,
    "moment": MomentForm,
    "menu": MenuForm,
    "year": YearEventForm,
    "visit": VisitDayForm,
    "photo": PhotoForm,
}


class SeatFileForm(forms.Form):
    """A file of seats to be checked."""

    file = forms.FileField(label=_("定員のファイル（CSV）"))
    fiscal_year = forms.IntegerField(label=_("年度（西れき）"), min_value=2000, max_value=2100)


class CalculatorForm(forms.Form):
    """Floor and staff of one class."""

    class_age = forms.TypedChoiceField(label=_("クラス（年れい）"), choices=_CLASSES, coerce=int)
    seats = forms.IntegerField(label=_("定員"), min_value=0, max_value=400)
    area = forms.DecimalField(
        label=_("部屋の面積（m²）"), min_value=0, max_value=10_000, decimal_places=2
    )
    staff = forms.IntegerField(label=_("保育士の数"), min_value=0, max_value=200)


class NurserySeatsForm(forms.Form):
    """The seats of all classes of a nursery."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for age, _name in _CLASSES:
            self.fields[f"class_{age}"] = forms.IntegerField(
                label=gettext("%(age)s歳児クラスの定員") % {"age": age}, min_value=0, max_value=400
            )

    def seats(self) -> dict[int, int]:
        """Return the seats by class age."""
        return {age: self.cleaned_data[f"class_{age}"] for age, _name in _CLASSES}


class SheetForm(forms.Form):
    """A sheet of places to be checked."""

    file = forms.FileField(label=_("一覧のファイル（CSV）"))
    sheet = forms.ChoiceField(
        label=_("どの一覧か"), required=False,
        choices=[("", _("列の名前から判断する")),
                 *((s.value, s.label) for s in Sheet if s != Sheet.OWN)],
    )  # fmt: skip
