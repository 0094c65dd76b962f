"""Addresses of the pages."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from web.views import (
    account,
    demo,
    identity,
    my,
    my_notices,
    other_sign_in,
    own_data,
    public,
    shell,
    staff_people,
)
from web.views.demo_sign_in import demo_as

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("web.urls_card")),
    path("", include("web.urls_places")),
    path("", include("web.urls_admission")),
    path("", include("web.urls_childcare")),
    path("", include("web.urls_scoring")),
    path("", include("web.urls_tourism")),
    path("", public.home, name="home"),
    path("about/card/", public.plain_page, {"page": "about-card"}, name="about-card"),
    path("counter/", public.plain_page, {"page": "counter"}, name="counter"),
    path("accessibility/", public.plain_page, {"page": "accessibility"}, name="accessibility"),
    path("privacy/", public.plain_page, {"page": "privacy"}, name="privacy"),
    path("offline/", public.plain_page, {"page": "offline"}, name="offline"),
    path("my/", my.my, name="my"),
    path("my/notices/", my_notices.my_notices, name="my-notices"),
    path("my/notices/<uuid:notice_id>/", my_notices.open_notice, name="my-notice"),
    path(
        "my/notices/browsers/<uuid:browser_id>/forget/",
        my_notices.forget_browser,
        name="my-notice-browser-forget",
    ),
    path("identity/", identity.start, name="identity"),
    path("identity/return/", identity.come_back, name="identity-return"),
    path("identity/finish/", identity.finish, name="identity-finish"),
    path("staff/people/", staff_people.search, name="staff-people"),
    path("staff/people/<uuid:person_id>/", staff_people.person_page, name="staff-person"),
    path("staff/people/<uuid:person_id>/counter/", staff_people.counter, name="staff-counter"),
    path("staff/people/<uuid:person_id>/protect/", staff_people.protect, name="staff-protect"),
    path("staff/people/<uuid:person_id>/merge/", staff_people.merge, name="staff-merge"),
    path("staff/people/<uuid:person_id>/recover/", staff_people.recover, name="staff-recover"),
    path("staff/people/<uuid:person_id>/roles/", staff_people.role_give, name="staff-role-give"),
    path(
        "staff/people/<uuid:person_id>/account/<slug:what>/",
        staff_people.account,
        name="staff-account",
    ),
    path("staff/roles/<uuid:role_id>/end/", staff_people.role_end, name="staff-role-end"),
    path(
        "staff/recoveries/<uuid:recovery_id>/approve/",
        staff_people.recovery_approve,
        name="staff-recovery-approve",
    ),
    path("my/data/", own_data.my_data, name="my-data"),
    path("my/data/consents/<slug:purpose>/", own_data.consent, name="my-consent"),
    path("my/data/export/", own_data.export, name="my-export"),
    re_path(
        r"^my/data/export/(?P<export_id>[0-9a-f-]{36})\.(?P<kind>json|pdf)$",
        own_data.export_file,
        name="my-export-file",
    ),
    path("my/data/erasure/", own_data.erasure, name="my-erasure"),
    path("my/family/", own_data.family, name="my-family"),
    path("my/family/act/", own_data.act_for, name="my-act-for"),
    path("my/family/<uuid:delegation_id>/end/", own_data.family_end, name="my-family-end"),
    path("my/account/", account.account, name="my-account"),
    path("my/account/confirm/", account.confirm, name="my-account-confirm"),
    path("my/account/totp/", account.totp, name="my-totp"),
    path("my/account/recovery-codes/", account.recovery_codes, name="my-recovery-codes"),
    path("my/account/authenticators/<int:pk>/remove/", account.remove, name="my-account-remove"),
    path("my/account/sign-ins/end/", account.end_others, name="my-sign-ins-end"),
    path("my/account/sign-ins/<int:pk>/end/", account.end_others, name="my-sign-in-end"),
    path("sign-in/<slug:provider>/", other_sign_in.start, name="other-sign-in"),
    path("my/account/connect/<slug:provider>/", other_sign_in.connect, name="my-provider-connect"),
    path("my/account/providers/<int:pk>/remove/", other_sign_in.remove, name="my-provider-remove"),
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
