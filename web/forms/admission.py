"""Forms of the admission page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from childcare.admission.explained import REASON_MAX

CLASSES: Final = 6  # of 0 to 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """One class of the form."""

    slot: tuple[UUID, int]  # facility, class age
    facility: str
    label: str
    capacity: int
    offered: int

    @property
    def field(self) -> str:
        """Return the name of its input."""
        return f"{self.slot[0]}-{self.slot[1]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """Classes of the form that share seats."""

    key: tuple[UUID, str]  # facility, name of the group
    label: str
    most: int
    seats: int

    @property
    def field(self) -> str:
        """Return the name of its input."""
        return f"{self.key[0]}-shared-{self.key[1]}"


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


class ScoreReasonForm(forms.Form):
    """Why the scores are right though they are unlike the round before."""

    reason = forms.CharField(
        label=_("前の回とちがう理由"),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("理由を書いてください")},
    )


class SeatReasonForm(forms.Form):
    """Why the seats are right though they are far from last year's."""

    reason = forms.CharField(
        label=_("昨年とちがう理由"),
        max_length=REASON_MAX,
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


class DraftForm(forms.Form):
    """Which other point table would be used."""

    rule_set = forms.ChoiceField(label=_("ためす点数表"))

    def __init__(self, *args: object, choices: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["rule_set"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class SlotsForm(forms.Form):
    """One number a class: at most what the room holds; and one a group of classes."""

    def __init__(
        self,
        *args: object,
        rows: Sequence[SlotRow],
        groups: Sequence[GroupRow] = (),
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.rows, self.groups = rows, groups
        for group in groups:
            self.fields[group.field] = forms.IntegerField(
                label=group.label,
                min_value=0,
                max_value=group.most,
                initial=group.seats,
                error_messages={"required": _("席の数を書いてください")},
            )
        for row in rows:
            self.fields[row.field] = forms.IntegerField(
                label=row.label,
                min_value=0,
                max_value=row.capacity,
                initial=row.offered,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "aria-label": row.label}),
                error_messages={"required": _("席の数を書いてください")},
            )

    def by_facility(self) -> list[tuple[str, list[forms.BoundField | None]]]:
        """Return each facility with its classes from 0 to 5; ``None`` where there is none."""
        found: dict[str, list[forms.BoundField | None]] = {}
        for row in self.rows:
            ages = found.setdefault(row.facility, [None] * CLASSES)
            ages[row.slot[1]] = self[row.field]
        return list(found.items())

    def group_fields(self) -> list[forms.BoundField]:
        """Return the inputs of the groups."""
        return [self[group.field] for group in self.groups]

    def shared(self) -> dict[tuple[UUID, str], int]:
        """Return the seats of the groups as they were typed."""
        return {group.key: self.cleaned_data[group.field] for group in self.groups}

    def offered(self) -> dict[tuple[UUID, int], int]:
        """Return the seats as they were typed."""
        return {row.slot: self.cleaned_data[row.field] for row in self.rows}
