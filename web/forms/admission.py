"""Forms of the admission page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ApprovalForm(forms.Form):
    """An approver says that they read the twenty results."""

    has_read_sample = forms.BooleanField(
        label=_("20件の抜き取り確認を見ました"),
        error_messages={"required": _("抜き取りの20件を見てから、承認してください")},
    )


class SendBackForm(forms.Form):
    """Why a run is taken back."""

    reason = forms.CharField(
        label=_("差しもどす理由"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("理由を書いてください")},
    )


class OneMoreSeatForm(forms.Form):
    """Which class would get one more seat."""

    slot = forms.ChoiceField(label=_("1席ふやす組"))

    def __init__(self, *args: object, choices: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["slot"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
