"""Forms of the office's page of one wallet."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WalletNumberForm(forms.Form):
    """The number that its owner reads aloud."""

    number = forms.CharField(
        label=_("クーポンの番号"),
        max_length=12,
        error_messages={"required": _("番号を書いてください")},
    )

    def clean_number(self) -> str:
        """Return it as it is kept."""
        return str(self.cleaned_data["number"]).strip().upper()


class OfficeReasonForm(forms.Form):
    """Why: it stands in the audit trail."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=40,
        help_text=_("名前や事情は書かないでください"),
        error_messages={"required": _("理由を書いてください")},
    )
