"""What every page knows: the city, the language, who looks at it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from core.municipality import municipality
from core.permissions import actor_of
from web.languages import EASY


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the template variables of every page."""
    language = get_language() or settings.LANGUAGE_CODE
    city = municipality(settings.DEFAULT_MUNICIPALITY)
    return {
        "city": city,
        "city_name": city.name[language],
        "app_name": city.app_name[language],
        "language": language,
        "html_lang": "ja" if language == EASY else language,
        "is_easy": language == EASY,
        "languages": settings.LANGUAGES,
        "actor": actor_of(request),
        "is_demo": settings.DEMO,
    }
