"""The forms of a round's days: a new round, and one whose days are corrected."""

from datetime import date
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from childcare.models import RoundKind
from web.forms.staff import JapaneseDateField

_EXAMPLE = _("例: 2027年4月1日 か 令和9年4月1日")


class NewRoundForm(forms.Form):
    """The days of a round, as people write them."""

    kind = forms.ChoiceField(label=_("回の種類"), choices=RoundKind.choices)
    starts_on = JapaneseDateField(label=_("入園の日"), help_text=_EXAMPLE)
    opens_on = JapaneseDateField(label=_("申しこみの初めの日"), help_text=_EXAMPLE)
    closes_on = JapaneseDateField(
        label=_("しめきりの日"), help_text=_("この日の 23:59:59 まで受け付けます。")
    )
    reference_on = JapaneseDateField(
        label=_("基準日"),
        help_text=_("家族の事実と点数表は、この日のもので数えます。書かないと、しめきりの日です。"),
        required=False,
    )
    name = forms.CharField(
        label=_("回の名前"), help_text=_("例: 二次募集"), max_length=60, required=False
    )


DAYS: Final = ("starts_on", "opens_on", "closes_on", "reference_on")


class RoundDatesForm(forms.Form):
    """The days as they stand, to be corrected; each with what the officer read."""

    opens_on = JapaneseDateField(label=_("申しこみの初めの日"))
    closes_on = JapaneseDateField(
        label=_("しめきりの日"), help_text=_("この日の 23:59:59 まで受け付けます。")
    )
    reference_on = JapaneseDateField(
        label=_("基準日"),
        help_text=_("変えると、つけてある点数は消えます。もう一度点数をつけてください。"),
    )
    starts_on = JapaneseDateField(label=_("入園の日"))
    was_opens_on = forms.DateField(widget=forms.HiddenInput)
    was_closes_on = forms.DateField(widget=forms.HiddenInput)
    was_reference_on = forms.DateField(widget=forms.HiddenInput)
    was_starts_on = forms.DateField(widget=forms.HiddenInput)

    def moved(self) -> dict[str, date]:
        """Return the days that the officer changed."""
        given = self.cleaned_data
        return {name: given[name] for name in DAYS if given[name] != given[f"was_{name}"]}
