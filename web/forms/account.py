"""Forms of the account's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.staff import JapaneseDateField


class CodeForm(forms.Form):
    """A code from a mail or from an authenticator app."""

    code = forms.CharField(label=_("コード"), max_length=20)

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "class": "is-code"}


class ChildForm(forms.Form):
    """A child that a guardian adds by their own word."""

    name = forms.CharField(label=_("子どもの名前"), max_length=60)
    birth_date = JapaneseDateField(label=_("生まれた日"))
