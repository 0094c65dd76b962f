"""The form of the fee estimate: class, hours, which child, and the band of the household's tax."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from childcare.placing.fees import Band, FeeRow, fee_rows
from web.templatetags.parts import yen

CLASS_AGES: Final = range(6)
_HOURS: Final = (
    ("standard", _("保育標準時間（1日11時間まで）")),
    ("short", _("保育短時間（1日8時間まで）")),
)
_NTH: Final = (("1", _("1人め")), ("2", _("2人め")), ("3", _("3人めから")))


def band_text(row: FeeRow) -> str:
    """Say a band's two ends as people read them: from, and below."""
    if row.levy_below_yen is None:
        return gettext("%(from)s以上") % {"from": yen(row.levy_from_yen or 0)}
    if not row.levy_from_yen:
        return gettext("%(below)s未満") % {"below": yen(row.levy_below_yen)}
    return gettext("%(from)s以上、%(below)s未満") % {
        "from": yen(row.levy_from_yen), "below": yen(row.levy_below_yen)
    }  # fmt: skip


def taxed_rows() -> list[FeeRow]:
    """Return the bands that an amount of tax names."""
    return [row for row in fee_rows() if row.levy_from_yen is not None]


class FeeForm(forms.Form):
    """What the estimate needs. No amount is typed: a band says enough."""

    class_age = forms.TypedChoiceField(label=_("入るクラス"), coerce=int)
    hours = forms.ChoiceField(label=_("あずける時間"), choices=_HOURS)
    nth_child = forms.TypedChoiceField(
        label=_("小学校に入る前の子の、何人めですか"), coerce=int, choices=_NTH
    )
    band = forms.ChoiceField(
        label=_("家族の住民税（所得割）"),
        help_text=_("親の市町村民税の所得割を足した額です。6月に届く通知に書いてあります。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ages: Any = self.fields["class_age"]
        ages.choices = [(age, gettext("%(age)s歳児クラス") % {"age": age}) for age in CLASS_AGES]
        bands: Any = self.fields["band"]
        bands.choices = [
            (Band.WELFARE.value, gettext("生活保護を受けている")),
            (Band.EXEMPT.value, gettext("住民税がかからない")),
            *((str(row.band), band_text(row)) for row in taxed_rows()),
        ]
