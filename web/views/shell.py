"""What makes the pages installable: manifest, service worker, icons, the city's colours."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.municipality import Municipality, municipality
from core.policy_pages import public
from web.icons import PETAL, PETALS
from web.languages import spoken_language
from web.shell import ICON_SIZES, icon_png, service_worker


def _city() -> Municipality:
    return municipality(settings.DEFAULT_MUNICIPALITY)


@public
@require_safe
def manifest(_request: HttpRequest) -> JsonResponse:
    language = get_language() or settings.LANGUAGE_CODE
    city = _city()
    icons: list[dict[str, Any]] = [
        {
            "src": reverse("icon", kwargs={"size": size}),
            "sizes": f"{size}x{size}",
            "type": "image/png",
        }
        for size in ICON_SIZES[1:]
    ]
    masked = reverse("icon-maskable", kwargs={"size": 512})
    icons.append({"src": masked, "sizes": "512x512", "type": "image/png", "purpose": "maskable"})
    content = {
        "id": "/",
        "name": f"{city.name[language]} {city.app_name[language]}",
        "short_name": city.app_name[language],
        "lang": spoken_language(language),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")


@public
@require_safe
@cache_control(no_cache=True)
def worker(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(service_worker(), content_type="text/javascript; charset=utf-8")


@public
@require_safe
@cache_control(public=True, max_age=3600)
def city_style(_request: HttpRequest) -> HttpResponse:
    """The accent is the city's; the CSP lets no page carry its own style."""
    city = _city()
    style = (
        f":root{{--accent:{city.accent};--accent-on-black:{city.accent_dark}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{city.accent_dark}}}}}\n"
    )
    return HttpResponse(style, content_type="text/css; charset=utf-8")


@public
@require_safe
@cache_control(public=True, max_age=86_400)
def city_mark(_request: HttpRequest) -> HttpResponse:
    petals = "".join(
        f'<path d="{PETAL}" transform="rotate({place * 360 // PETALS})"/>'
        for place in range(PETALS)
    )
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-25 -25 50 50"'
        f' fill="{_city().accent}">{petals}</svg>'
    )
    return HttpResponse(picture, content_type="image/svg+xml")


@public
@require_safe
@cache_control(public=True, max_age=86_400)
def icon(_request: HttpRequest, size: int, *, maskable: bool = False) -> HttpResponse:
    if size not in ICON_SIZES:
        raise Http404
    picture = icon_png(size=size, colour=_city().accent, maskable=maskable)
    return HttpResponse(picture, content_type="image/png")
