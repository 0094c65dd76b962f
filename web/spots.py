"""Spots and events as a visitor meets them: what the registry, the card and the coupons say of one.

The only place where the three are joined. Nobody else learns that a card holder looked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext as _

from core.actor import Actor
from core.refusals import gettext_noop
from disability_card.benefit_forms import in_language, rule_of
from disability_card.benefits import BenefitRule, yen_to_pay
from disability_card.handbook import discount_of
from disability_card.ledger_row import LedgerRow
from disability_card.life_cycle import LIVE
from disability_card.models import Benefit, Card
from jp.clock import civil_date
from places.facts import hours_of, point_of
from places.models import Event, Place, Sheet
from places.opening_hours import OpenState, opening_at
from places.points import Point, distance
from tourism.models import ListingVersion, Shop
from web.dates import date_in_words, time_in_words, yen_in_words
from web.easy_japanese import with_reading

SHEETS: Final = (Sheet.TOURISM, Sheet.CULTURAL_PROPERTY)
WALK_METRES: Final = 2_000  # 「駅から歩ける」: about half an hour on a straight road
FLAG_WORDS: Final[Mapping[str, str]] = {
    "wheelchair": gettext_noop("車いすで入れる"),
    "accessible_toilet": gettext_noop("多目的トイレがある"),
    "assistance_dog": gettext_noop("補助犬といっしょに入れる"),
    "stroller": gettext_noop("ベビーカーで入れる"),
}
LANGUAGE_WORDS: Final[Mapping[str, str]] = {
    "ja": gettext_noop("日本語"),
    "en": gettext_noop("英語"),
    "zh": gettext_noop("中国語"),
    "ko": gettext_noop("韓国語"),
}
_RUBY_CHARS_MAX: Final = 12
_OPEN_TAGS: Final = {OpenState.OPEN: "yes", OpenState.CLOSED: "no", OpenState.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known about the asker and the moment: nothing of it is kept."""

    now: datetime
    here: Point | None = None
    discount_class: int | None = None  # of the reader's own card


def around(actor: Actor, *, now: datetime, here: Point | None = None) -> Around:
    """Return the moment as this reader has it; the class of their own live card, if any."""
    card = None
    if actor.person_id is not None and actor.on_behalf_of is None:
        card = (
            Card.objects.filter(person=actor.person_id, state__in=LIVE)
            .select_related("handbook")
            .order_by("-is_default", "pk")
            .first()
        )
    if card is None:
        return Around(now=now, here=here)
    row = LedgerRow.from_record(card.handbook.record)
    found = discount_of(row, attendant_rule=False).discount_class
    return Around(now=now, here=here, discount_class=found)


def spot_cards(
    places: Sequence[Place],
    versions: Mapping[UUID, ListingVersion],
    *,
    moment: Around,
) -> list[dict[str, Any]]:
    """Return what a list says of each place."""
    gives = _benefits([place.pk for place in places], moment)
    shops = set(
        Shop.objects.filter(place__in=[place.pk for place in places], state="active").values_list(
            "place_id", flat=True
        )
    )
    return [
        {
            "place": place,
            "name": name_of(place),
            "address": reverse("spot", kwargs={"place_id": place.pk}),
            "lead": lead_of(versions.get(place.pk)) or _first_sentence(place),
            "where": place.town or place.address,
            "opening": opening_words(place, moment.now),
            "flags": [_(words) for flag, words in FLAG_WORDS.items() if getattr(place, flag)],
            "distance": distance_words(moment.here, place),
            "gives": gives.get(place.pk, []),
            "takes_coupons": place.pk in shops,
        }
        for place in places
    ]


def name_of(place: Place) -> str:
    """Return the name in the reader's language; in やさしい日本語 with its reading."""
    return _named(place.name, place.name_kana, place.name_en)


def title_of(event: Event) -> str:
    """Return an event's title in the reader's language."""
    return _named(event.title, event.title_kana, event.title_en)


def _named(name: str, kana: str, english: str) -> str:
    language = get_language()
    if language == "en":
        return english or name
    reading = kana.replace(" ", "").replace("　", "")
    # A ruby does not break, so a long name would not fit on a phone.
    is_easy = language == "ja-easy" and len(name) <= _RUBY_CHARS_MAX
    return with_reading(name, reading) if is_easy else name


def lead_of(version: ListingVersion | None) -> str:
    """Return the one sentence that the city says, in the reader's language."""
    return in_language(version.lead, get_language() or "ja") if version else ""


def text_of(version: ListingVersion | None) -> str:
    """Return what the city says at length."""
    return in_language(version.text, get_language() or "ja") if version else ""


def _first_sentence(place: Place) -> str:
    if get_language() == "en":
        return place.description_en
    first, stop, _rest = place.description.partition("。")
    return first + stop


def opening_words(place: Place, now: datetime) -> dict[str, Any]:
    """Say whether a place is open now; words of its own hours stand beside it."""
    found = opening_at(hours_of(place), now)
    if found.state is OpenState.OPEN and found.until:
        text = _("いま あいています・%(time)s まで") % {"time": time_in_words_of(found.until)}
    elif found.state is OpenState.OPEN:
        text = _("いま あいています")
    elif found.state is OpenState.CLOSED:
        text = _("いま しまっています")
    else:
        text = _("時間は わかりません")
    return {"kind": _OPEN_TAGS[found.state], "text": text, "has_note": found.has_note}


def time_in_words_of(clock: Any) -> str:
    """Say a time of day."""
    return time_in_words(clock)


def distance_words(here: Point | None, thing: Place | Event) -> str:
    """Say how far away something is on a straight line; empty where nobody knows."""
    found = distance(here, point_of(thing))
    if found is None:
        return ""
    return _metres(found.metres, is_about=found.is_about)


def _metres(metres: int, *, is_about: bool) -> str:
    if metres < 1_000 and not is_about:  # noqa: PLR2004  a kilometre
        return _("まっすぐで 約%(metres)sm") % {"metres": round(metres, -1)}
    return _("まっすぐで 約%(km)skm") % {"km": f"{metres / 1_000:.1f}"}


def station_words(place: Place, stations: Iterable[Place]) -> str:
    """Say which station one can walk from; empty where none is near or known."""
    here, best = point_of(place), None
    for station in stations:
        found = distance(here, point_of(station))
        if found and found.metres <= WALK_METRES and (best is None or found.metres < best[0]):
            best = (found.metres, found.is_about, name_of(station))
    if best is None:
        return ""
    return _("%(station)s から %(far)s") % {
        "station": best[2],
        "far": _metres(best[0], is_about=best[1]),
    }


def _benefits(places: Sequence[UUID], moment: Around) -> dict[UUID, list[dict[str, Any]]]:
    """Return what each place gives card holders today; for a reader with a card, their class's."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    today = civil_date(moment.now)
    rows = (
        Benefit.objects.filter(venues__place__in=places, is_published=True)
        .prefetch_related("venues")
        .order_by("position", "pk")
        .distinct()
    )
    for row in rows:
        rule = rule_of(row)
        is_mine = moment.discount_class is None or moment.discount_class in rule.classes
        if not rule.is_open(today) or not is_mine:
            continue
        for venue in row.venues.all():
            found.setdefault(venue.place_id, []).append(_benefit_words(rule))
    return found


def _benefit_words(rule: BenefitRule) -> dict[str, Any]:
    return {
        "title": in_language(rule.title, get_language() or "ja"),
        "holder": _price(rule.holder, rule.usual_yen),
        "caregivers": rule.caregivers_max,
        "caregiver": _price(rule.caregiver, rule.usual_yen) if rule.caregivers_max else "",
        "needs_details": bool(rule.conditions),
    }


def _price(price: Any, usual_yen: int | None) -> str:
    yen = yen_to_pay(price, usual_yen)
    if yen == 0:
        return _("無料")
    if yen is not None:
        return yen_in_words(yen, get_language() or "ja")
    return _("%(percent)s%%引き") % {"percent": price.percent_off} if price.percent_off else ""


def when_words(event: Event) -> str:
    """Say the days of an event; of a yearly one without days, that nobody set them yet."""
    language = get_language() or "ja"
    if event.starts_on is None or event.ends_on is None:
        return _("毎年開催・日付は未定") if event.is_yearly else _("日付は未定")
    if event.starts_on == event.ends_on:
        return str(date_in_words(event.starts_on, language))
    days = {
        "first": date_in_words(event.starts_on, language),
        "last": date_in_words(event.ends_on, language),
    }
    # The days are markup already (they break at one place only); the sentence around is escaped.
    return mark_safe(escape(_("%(first)s から %(last)s まで")) % days)  # noqa: S308
