"""Forms of the account's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """A code from a mail or from an authenticator app."""

    code = forms.CharField(label=_("コード"), max_length=20)

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "class": "is-code"}
