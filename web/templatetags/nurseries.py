"""Words about nurseries: texts by language, vacancies, distances, hours, what is not known."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django import template
from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext as _

from childcare.daily_life import in_words
from childcare.models import VacancyState
from childcare.vacancy import Vacancy
from places.models import Place
from places.points import Distance

register = template.Library()


@register.filter
def words(texts: Mapping[str, str]) -> str:
    """Say a text of several languages in the reader's."""
    return in_words(texts, get_language() or "ja")


@register.filter
def place_name(place: Place) -> str:
    """Say a place's name: in English where it has one."""
    return (place.name_en if get_language() == "en" else "") or place.name


@register.inclusion_tag("web/childcare/vacancy_tag.html")
def vacancy_tag(vacancy: Vacancy) -> dict[str, str]:
    """Show a vacancy as one of four shapes with its words."""
    match vacancy.state:
        case VacancyState.FULL:
            return {"kind": "no", "text": _("空きなし")}
        case VacancyState.STALE:
            return {"kind": "unknown", "text": _("空き 未更新")}
        case VacancyState.SOME if vacancy.seats is None:
            return {"kind": "attention", "text": _("一部 空きあり")}
        case VacancyState.SOME | VacancyState.OPEN:
            words = _("空き %(seats)s人") % {"seats": vacancy.seats}
            return {"kind": "yes", "text": _("空きあり") if vacancy.seats is None else words}


@register.filter
def kilometres(found: Distance) -> str:
    """Say a distance in kilometres to one place; the word 約 where a point is a town's."""
    far = f"{max(0.1, found.metres / 1000):.1f}km"  # nobody lives at 0.0km
    return _("約%(far)s") % {"far": far} if found.is_about else far


@register.filter
def hour(at: time | None) -> str:
    """Say a time of day: 7:30."""
    return f"{at.hour}:{at.minute:02}" if at else ""


@register.filter
def points(half_points: int) -> str:
    """Say half points as points: 38 or 38.5."""
    whole, half = divmod(half_points, 2)
    return f"{whole}.5" if half else f"{whole}"


@register.filter
def month_name(month: int) -> str:
    """Say a month of the year: 4月, April."""
    if get_language() == "en":
        return str(MONTHS[month])
    return _("%(month)s月") % {"month": month}


@register.filter
def known(value: Any) -> str:
    """Say yes, no, or that nobody told."""
    if value is None or value == "":
        return _("わかりません")
    if value is True:
        return _("あり")
    return _("なし") if value is False else str(value)


@register.filter
def language_name(code: str) -> str:
    """Say a language in its own script."""
    return _LANGUAGES.get(code, code)


_LANGUAGES = {
    "ja": "日本語", "en": "English", "vi": "Tiếng Việt", "zh-hans": "简体中文", "tl": "Tagalog",
    "pt-br": "Português", "ko": "한국어", "th": "ไทย", "id": "Bahasa Indonesia",
}  # fmt: skip
