"""Forms of visitors, and of the questions that staff ask about them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tourism.models.visitors import AgeBand, Origin, Party


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
