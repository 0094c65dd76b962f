"""Forms of the office's page of one wallet."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

_FILE_BYTES_MAX: Final = 1_000_000


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


class HandoverForm(forms.Form):
    """The file of a till that may not send any more."""

    file = forms.FileField(
        label=_("端末から出したファイル（JSON）"),
        error_messages={"required": _("ファイルを選んでください")},
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=40,
        help_text=_("名前や事情は書かないでください"),
        error_messages={"required": _("理由を書いてください")},
    )

    def clean_file(self) -> Any:
        """Return a file of at most 1 MB."""
        if self.cleaned_data["file"].size > _FILE_BYTES_MAX:
            raise forms.ValidationError(_("1MB までのファイルを選んでください。"))
        return self.cleaned_data["file"]


class OfficeReasonForm(forms.Form):
    """Why: it stands in the audit trail."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=40,
        help_text=_("名前や事情は書かないでください"),
        error_messages={"required": _("理由を書いてください")},
    )
