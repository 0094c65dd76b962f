"""The form of a course: its words, when one sets out, and its stops one under the other."""

from datetime import datetime, time
from typing import Any, Final

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from jp.clock import JST
from places.models import Place
from tourism.course_editing import SHEETS, STOPS_MAX, CoursePlan, StopPlan
from tourism.models import Course, Travel
from web.forms.staff import JapaneseDateField

_LANGUAGES: Final = (("ja", "ja"), ("ja-easy", "easy"), ("en", "en"))


class CourseForm(forms.Form):
    """What visitors read of a course, and from when on."""

    title_ja = forms.CharField(label=_("名前"), max_length=60)
    title_easy = forms.CharField(label=_("名前（やさしい日本語）"), max_length=120, required=False)
    title_en = forms.CharField(label=_("名前（英語）"), max_length=120, required=False)
    slug = forms.SlugField(
        label=_("英字の名前"), max_length=60, help_text=_("アドレスになります。例: autumn-2026")
    )
    text_ja = forms.CharField(
        label=_("説明（日本語）"), max_length=2000, required=False, widget=forms.Textarea
    )
    text_easy = forms.CharField(
        label=_("説明（やさしい日本語）"), max_length=3000, required=False, widget=forms.Textarea
    )
    text_en = forms.CharField(
        label=_("説明（英語）"), max_length=3000, required=False, widget=forms.Textarea
    )
    starts = forms.TimeField(
        label=_("出発の時間"),
        input_formats=["%H:%M"],
        help_text=_("例: 9:00"),
        error_messages={"invalid": _("9:00 の形で書いてください")},
    )
    day = JapaneseDateField(
        label=_("いつから"), required=False, help_text=_("書かないと、いますぐ出ます")
    )
    is_hidden = forms.BooleanField(label=_("ページに出さない"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def plan(self, stops: list[StopPlan], *, now: datetime) -> CoursePlan:
        """Return what was written; a refusal where it is no course."""
        given = self.cleaned_data
        day = given["day"]
        return CoursePlan(
            title={language: given[f"title_{suffix}"] for language, suffix in _LANGUAGES},
            text={language: given[f"text_{suffix}"] for language, suffix in _LANGUAGES},
            starts=given["starts"],
            shows_from=datetime.combine(day, time.min, JST) if day else now,
            is_shown=not given["is_hidden"],
            stops=stops,
        )

    @staticmethod
    def initial_of(course: Course) -> dict[str, Any]:
        """Return the form's values for a course."""
        texts = {
            f"{name}_{suffix}": words.get(language, "")
            for name, words in (("title", course.title), ("text", course.text))
            for language, suffix in _LANGUAGES
        }
        return texts | {
            "slug": course.slug,
            "starts": f"{course.starts:%H:%M}",
            "is_hidden": not course.is_shown,
            "version": course.version,
        }


class StopForm(forms.Form):
    """One stop; a row without a place is no stop."""

    place = forms.ChoiceField(label=_("場所"), required=False)
    travel = forms.ChoiceField(label=_("行き方"), choices=Travel.choices, required=False)
    travel_minutes = forms.IntegerField(
        label=_("行く時間（分）"), min_value=0, max_value=1_440, required=False
    )
    stay_minutes = forms.IntegerField(
        label=_("いる時間（分）"), min_value=0, max_value=1_440, required=False
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["place"].choices = [("", _("なし")), *places]  # type: ignore[attr-defined]

    def stop(self) -> StopPlan | None:
        """Return what was written; ``None`` for an empty row."""
        given = self.cleaned_data
        if not given.get("place"):
            return None
        return StopPlan(
            place=given["place"],
            travel=Travel(given["travel"] or Travel.CAR),
            travel_minutes=given["travel_minutes"] or 0,
            stay_minutes=given["stay_minutes"] or 0,
        )


StopRows = formset_factory(StopForm, extra=0, min_num=STOPS_MAX, max_num=STOPS_MAX)


def stop_rows(given: Any, *, municipality: str, course: Course | None) -> BaseFormSet[StopForm]:
    """Return as many rows as a course may have stops, filled with those of ``course``."""
    rows = Place.objects.filter(municipality=municipality, sheet__in=SHEETS).order_by("name")
    initial = [
        {
            "place": str(stop.place_id),
            "travel": stop.travel,
            "travel_minutes": stop.travel_minutes,
            "stay_minutes": stop.stay_minutes,
        }
        for stop in (course.stops.all() if course else [])
    ]
    places = [(str(pk), name) for pk, name in rows.values_list("pk", "name")]
    return StopRows(given, initial=initial, form_kwargs={"places": places}, prefix="stops")
