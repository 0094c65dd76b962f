"""Forms of those who look for spots, and of those who write about them."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jp.clock import JST
from places.models import Event, Place
from places.points import Point
from places.search import FLAGS, QUERY_CHARS_MAX, PlaceFilter, with_words
from tourism.listings import Words
from web.forms.staff import JapaneseDateField
from web.spots import FLAG_WORDS, LANGUAGE_WORDS, SHEETS


class SpotForm(forms.Form):
    """What somebody looks for; all of it may be left out."""

    q = forms.CharField(label=_("ことば"), max_length=QUERY_CHARS_MAX, required=False)
    town = forms.ChoiceField(label=_("地区"), required=False)
    category = forms.ChoiceField(label=_("種類"), required=False)
    language = forms.ChoiceField(
        label=_("話せることば"),
        required=False,
        choices=[
            ("", _("どれでも")),
            *((code, _(words)) for code, words in LANGUAGE_WORDS.items()),
        ],
    )
    open_now = forms.BooleanField(label=_("いま あいている"), required=False)
    wheelchair = forms.BooleanField(label=_(FLAG_WORDS["wheelchair"]), required=False)
    accessible_toilet = forms.BooleanField(label=_(FLAG_WORDS["accessible_toilet"]), required=False)
    assistance_dog = forms.BooleanField(label=_(FLAG_WORDS["assistance_dog"]), required=False)
    stroller = forms.BooleanField(label=_(FLAG_WORDS["stroller"]), required=False)
    # Sent in the body alone, and used for this one answer.
    latitude = forms.FloatField(
        required=False, min_value=-90, max_value=90, widget=forms.HiddenInput
    )
    longitude = forms.FloatField(
        required=False, min_value=-180, max_value=180, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, municipality: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Place.objects.filter(municipality=municipality, sheet__in=SHEETS)
        for name in ("town", "category"):
            values = rows.exclude(**{name: ""}).order_by(name).values_list(name, flat=True)
            self.fields[name].choices = [  # type: ignore[attr-defined]
                ("", _("どこでも") if name == "town" else _("どれでも")),
                *((value, value) for value in values.distinct()),
            ]

    def wanted(self, municipality: str) -> PlaceFilter:
        """Return what the search reads; what is wrong asks nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        return PlaceFilter(
            municipality=municipality,
            words=given.get("q", ""),
            town=given.get("town", ""),
            category=given.get("category", ""),
            language=given.get("language", ""),
            **{flag: given.get(flag, False) for flag in FLAGS},
        )

    def here(self) -> Point | None:
        """Return where the asker says to be; ``None`` where they do not."""
        given = self.cleaned_data if self.is_valid() else {}
        latitude, longitude = given.get("latitude"), given.get("longitude")
        if latitude is None or longitude is None:
            return None
        return Point(latitude=latitude, longitude=longitude)

    @property
    def narrowing(self) -> list[forms.BoundField]:
        """Return the flags, which stand under one legend."""
        return [self[name] for name in ("open_now", *FLAGS)]


class EventForm(forms.Form):
    """Which events somebody looks for: words, and days between which one can come."""

    q = forms.CharField(label=_("ことば"), max_length=QUERY_CHARS_MAX, required=False)
    first = JapaneseDateField(
        label=_("この日から"), required=False, help_text=_("例: 2026年12月1日")
    )
    last = JapaneseDateField(label=_("この日まで"), required=False)

    def narrowed(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        """Return those of ``rows`` that fit; asked for days, an event without days does not."""
        given = self.cleaned_data
        if given["first"] is not None:
            rows = rows.filter(ends_on__gte=given["first"])
        if given["last"] is not None:
            rows = rows.filter(starts_on__lte=given["last"])
        return with_words(rows, given["q"])


class ListingForm(forms.Form):
    """What the city says about one spot or event, and from when on."""

    lead_ja = forms.CharField(label=_("ひとこと（日本語）"), max_length=120, required=False)
    lead_easy = forms.CharField(
        label=_("ひとこと（やさしい日本語）"), max_length=200, required=False
    )
    lead_en = forms.CharField(label=_("ひとこと（英語）"), max_length=200, required=False)
    text_ja = forms.CharField(
        label=_("説明（日本語）"), max_length=2000, required=False, widget=forms.Textarea
    )
    text_easy = forms.CharField(
        label=_("説明（やさしい日本語）"), max_length=3000, required=False, widget=forms.Textarea
    )
    text_en = forms.CharField(
        label=_("説明（英語）"), max_length=3000, required=False, widget=forms.Textarea
    )
    is_hidden = forms.BooleanField(label=_("ページに出さない"), required=False)
    day = JapaneseDateField(
        label=_("いつから"), required=False, help_text=_("書かないと、いますぐ出ます")
    )
    time = forms.TimeField(
        label=_("何時から"),
        required=False,
        input_formats=["%H:%M"],
        help_text=_("例: 9:00"),
        error_messages={"invalid": _("9:00 の形で書いてください")},
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def words(self) -> Words:
        """Return the texts by language; a refusal where Japanese is missing."""
        given = self.cleaned_data
        return Words(
            lead=_by_language(given, "lead"),
            text=_by_language(given, "text"),
            is_shown=not given["is_hidden"],
        )

    def shows_from(self, now: datetime) -> datetime:
        """Return the instant that was chosen; the start of the day where no time was."""
        day, clock = self.cleaned_data["day"], self.cleaned_data["time"]
        if day is None:
            return now
        return datetime.combine(day, clock or time.min, JST)


def _by_language(given: Mapping[str, str], name: str) -> dict[str, str]:
    texts = {
        language: given[f"{name}_{suffix}"]
        for language, suffix in (("ja", "ja"), ("ja-easy", "easy"), ("en", "en"))
    }
    return {language: text for language, text in texts.items() if text}
