"""Only in the demo: people to be, every part in every state, the error pages."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from core.policy_pages import public
from web.demo_city import EVERYBODY
from web.icons import ICONS
from web.views import errors

_ICONS: Final = {
    "holder": "card",
    "desk": "shop",
    "parent": "family",
    "tourist": "mountain",
    "shop": "shop",
    "teacher": "family",
    "lodging": "home",
    "staff": "document",
    "second": "people",
}


@public
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Offer to be one of the demo people: one click each, a form each."""
    rows = [
        {
            "address": reverse("demo-as", kwargs={"who": person.key}),
            "icon": _ICONS[person.key],
            "title": gettext(person.name),
            "text": gettext(person.does),
        }
        for person in EVERYBODY
    ]
    return render(request, "web/demo.html", {"people": rows})


class SampleForm(forms.Form):
    """One field of each kind."""

    phone = forms.RegexField(regex=r"\A\d{10,11}\Z")
    email = forms.EmailField(required=False)
    month = forms.ChoiceField(choices=[("4", "4"), ("5", "5")])
    note = forms.CharField(widget=forms.Textarea, required=False)
    file = forms.FileField(required=False)
    who = forms.ChoiceField(widget=forms.RadioSelect)
    agree = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [("me", gettext("本人")), ("child", gettext("子ども"))]  # type: ignore[attr-defined]
        self.fields["phone"].error_messages |= {
            "invalid": gettext("電話番号は、数字10けたか11けたで書いてください")
        }


@public
@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    wrong = SampleForm(
        {
            "wrong-phone": "026762",
            "wrong-email": "hanako@example.jp",
            "wrong-month": "4",
            "wrong-who": "me",
        },
        prefix="wrong",
    )
    wrong.is_valid()
    context = {
        "wrong": wrong,
        "sample": SampleForm(initial={"who": "me"}, prefix="sample"),
        "deadline": date(2026, 12, 4),
        "icons": sorted(ICONS),
        "tabs": [
            {"address": "?tab=1", "label": gettext("審査待ち"), "count": 38, "is_current": True},
            {"address": "?tab=2", "label": gettext("書類待ち"), "count": 12, "is_current": False},
            {"address": "?tab=3", "label": gettext("済み"), "count": 214, "is_current": False},
        ],
        "answers": [
            {
                "term": gettext("名前"),
                "answer": gettext("デモ はな子"),
                "change": "?",
            },
            {"term": gettext("電話番号"), "answer": "0267621111", "change": "?"},
        ],
    }
    return render(request, "web/demo/parts.html", context)


@public
@require_safe
def error(request: HttpRequest, status: int) -> HttpResponse:
    if status not in {400, 403, 404, 500, 503}:
        raise Http404
    return errors.answer(request, HTTPStatus(status))
