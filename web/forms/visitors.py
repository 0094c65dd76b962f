"""Forms of visitors, and of the questions that staff ask about them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tourism.coupon_rules import BILL_YEN_MAX
from tourism.models import Shop
from tourism.models.visitors import AgeBand, Origin, Party
from tourism.stays import GUESTS_MAX, NIGHTS_MAX
from tourism.wallet_codes import TEXT_CHARS_MAX
from web.easy_japanese import plain
from web.forms.staff import JapaneseDateField


class _OneOrAll(forms.ChoiceField):
    """One value, or everybody."""

    def __init__(self, label: Any, choices: Sequence[tuple[str, Any]]) -> None:
        super().__init__(label=label, choices=[("", _("みんな")), *choices], required=False)


class ChosenForm(forms.Form):
    """Whom to count."""

    origin = _OneOrAll(_("住んでいるところ"), Origin.choices)
    age_band = _OneOrAll(_("年齢"), AgeBand.choices)
    party = _OneOrAll(_("だれと来たか"), Party.choices)

    def chosen(self) -> dict[str, list[str]]:
        """Return what was chosen; a value that is none of ours chooses nobody in particular."""
        given = self.cleaned_data if self.is_valid() else {}
        return {name: [value] for name, value in given.items() if value}


class _YenField(forms.IntegerField):
    """An amount as people type it: with commas, full-width digits or 円."""

    def to_python(self, value: Any) -> int | None:
        """Return the yen; a fraction is no amount."""
        text = unicodedata.normalize("NFKC", str(value or ""))
        return super().to_python(re.sub(r"[,\s¥円]", "", text))


class BillForm(forms.Form):
    """What the till says, with tax and before any discount."""

    bill_yen = _YenField(
        label=_("会計（税こみ・円）"),
        min_value=1,
        max_value=BILL_YEN_MAX,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("会計の金額を書いてください"),
            "invalid": _("1円から、数字だけで書いてください"),
            "min_value": _("1円から、数字だけで書いてください"),
            "max_value": _("この金額は大きすぎます"),
        },
    )


class ChosenYenForm(forms.Form):
    """The coupon's amount that a page wrote into its own form: whatever comes back is bounded."""

    coupon_yen = forms.IntegerField(min_value=1, max_value=BILL_YEN_MAX)


def chosen_yen(posted: Mapping[str, Any]) -> int | None:
    """Return the amount that was chosen; ``None`` for everything that is none."""
    form = ChosenYenForm(posted)
    return form.cleaned_data["coupon_yen"] if form.is_valid() else None


class SaleForm(BillForm):
    """A bill and the code of the customer's phone, or the number of a paper coupon."""

    code = forms.CharField(
        label=_("QRコードの文字か、紙のクーポンの番号"),
        help_text=_("紙の番号は、QRコードのとなりにあります。"),
        max_length=TEXT_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("お客さまのQRコードを読みとってください")},
    )


class CodeForm(forms.Form):
    """The code of a letter or of a lodging."""

    code = forms.CharField(
        label=_("手紙か宿のコード"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "is-code"}
        ),
        error_messages={"required": _("コードを書いてください")},
    )


class CheckInForm(forms.Form):
    """Guests who stand at the desk now."""

    house = forms.ChoiceField(label=_("宿"))
    campaign = forms.ChoiceField(label=_("クーポンの事業"))
    guests = forms.IntegerField(
        label=_("人数"),
        min_value=1,
        max_value=GUESTS_MAX,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    nights = forms.IntegerField(
        label=_("泊まる日数"),
        min_value=1,
        max_value=NIGHTS_MAX,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    is_here = forms.BooleanField(
        label=_("お客さまが、いまここにいます"),
        error_messages={
            "required": _("予約だけでは出せません。お客さまが着いてから出してください")
        },
    )

    def __init__(
        self,
        *args: Any,
        houses: Sequence[tuple[str, str]],
        campaigns: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("house", houses), ("campaign", campaigns)):
            self.fields[name].choices = [  # type: ignore[attr-defined]
                (value, plain(words)) for value, words in choices
            ]


class ProfileForm(forms.Form):
    """Three answers, asked freely and with the consent beside them."""

    origin = forms.ChoiceField(label=_("住んでいるところ"), choices=Origin.choices)
    age_band = forms.ChoiceField(label=_("年齢"), choices=AgeBand.choices)
    party = forms.ChoiceField(label=_("だれと来たか"), choices=Party.choices)
    consents = forms.BooleanField(
        label=_("名前をのぞいて集計することに、同意します"),
        error_messages={"required": _("同意しないときは、このページを閉じてください")},
    )


class ReceiptForm(BillForm):
    """One bill for the count."""

    shop = forms.ModelChoiceField(label=_("お店"), queryset=Shop.objects.none())
    spent_on = JapaneseDateField(label=_("使った日"))
