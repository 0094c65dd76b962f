"""Forms of refunds: the notice, and a paper sheet that its bearer brings back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tourism.models import RefundShare
from web.forms.staff import JapaneseDateField


class RefundForm(forms.Form):
    """How a campaign's unused sets are given back, and until when one may ask."""

    share = forms.ChoiceField(
        label=_("払いもどす金額"),
        choices=RefundShare.choices,
        widget=forms.RadioSelect,
        initial=RefundShare.PAID,
    )
    claims_until = JapaneseDateField(
        label=_("申し出の最後の日"), help_text=_("公告の日から60日より後の日にします")
    )
    contact = forms.CharField(
        label=_("問い合わせ先"), max_length=200, help_text=_("例: 商工振興課 0267-62-3265")
    )


class SheetForm(forms.Form):
    """The serial of a sheet that is paid in cash at the counter."""

    serial = forms.CharField(label=_("紙の番号"), max_length=12)
