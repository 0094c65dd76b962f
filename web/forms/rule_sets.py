"""The form that ends a published point table early."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.staff import JapaneseDateField

REASON_MAX = 400


class EndingForm(forms.Form):
    """The new last day and why; another officer reads it."""

    ends_on = JapaneseDateField(
        label=_("使う最後の日"), help_text=_("例: 2027年3月31日 か 令和9年3月31日")
    )
    reason = forms.CharField(
        label=_("早く終わりにする理由"),
        help_text=_("承認する人が読みます。"),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
