"""Addresses of the pages."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from web.views import demo, my, public, shell
from web.views.demo_sign_in import demo_as

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("web.urls_card")),
    path("", public.home, name="home"),
    path("about/card/", public.plain_page, {"page": "about-card"}, name="about-card"),
    path("counter/", public.plain_page, {"page": "counter"}, name="counter"),
    path("accessibility/", public.plain_page, {"page": "accessibility"}, name="accessibility"),
    path("privacy/", public.plain_page, {"page": "privacy"}, name="privacy"),
    path("offline/", public.plain_page, {"page": "offline"}, name="offline"),
    path("my/", my.my, name="my"),
    path("sw.js", shell.worker, name="service-worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("city.css", shell.city_style, name="city-style"),
    path("mark.svg", shell.city_mark, name="city-mark"),
    path("icons/<int:size>.png", shell.icon, name="icon"),
    path("icons/maskable-<int:size>.png", shell.icon, {"maskable": True}, name="icon-maskable"),
]

if settings.DEMO:
    urlpatterns += [
        path("demo/", demo.people, name="demo"),
        path("demo/as/<str:who>/", demo_as, name="demo-as"),
        path("demo/parts/", demo.parts, name="demo-parts"),
        path("demo/errors/<int:status>/", demo.error, name="demo-error"),
    ]
