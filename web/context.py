"""What every page knows: the city, the language, who looks at it. Lazy: no query of its own."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext

from core.municipality import municipality
from core.permissions import actor_of
from web.acting import acting
from web.doors import SITE, address_of, open_doors
from web.languages import EASY, ruby_is_shown, spoken_language
from web.staff_menu import staff_menu


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the template variables of every page."""
    language = get_language() or settings.LANGUAGE_CODE
    city = municipality(settings.DEFAULT_MUNICIPALITY)
    actor = actor_of(request)
    return {
        "city": city,
        "city_name": city.name[language],
        "app_name": city.app_name[language],
        "office": city.office.get(language, city.office["ja"]),
        "language": language,
        "html_lang": spoken_language(language),
        "is_easy": language == EASY,
        "show_ruby": ruby_is_shown(request),
        "languages": settings.LANGUAGES,
        "actor": actor,
        "acting": SimpleLazyObject(lambda: acting(actor, nameless=gettext("名前のない人"))),
        "is_demo": settings.DEMO,
        "show_card_href": address_of("card"),
        "site_menu": SimpleLazyObject(lambda: open_doors(SITE, actor=actor, here=request.path)),
        "staff_menu": SimpleLazyObject(lambda: staff_menu(actor, here=request.path)),
    }
