"""The form that makes a nursery's operator."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from childcare.models import Facility


class OperatorFacilitiesForm(forms.Form):
    """Which facilities an operator is to run."""

    facilities = forms.ModelMultipleChoiceField(
        label=_("運営する園"),
        queryset=Facility.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("園を1つ以上、選んでください"),
            "invalid_choice": _("運営者のいない園を、選んでください"),
        },
    )

    def __init__(self, *args: Any, facilities: QuerySet[Facility], **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["facilities"]
        field.queryset = facilities
        field.label_from_instance = lambda facility: facility.place.name


class OperatorForm(OperatorFacilitiesForm):
    """Its name, whom to let in first, and which facilities it runs."""

    name = forms.CharField(label=_("運営者の名前"), max_length=120)
    email = forms.EmailField(
        label=_("責任者のメールアドレス"),
        help_text=_("このメールアドレスに届くコードで、ログインします。"),
    )
    field_order = ("name", "email", "facilities")


class OperatorChangeForm(forms.Form):
    """Which nursery goes to which operator."""

    facility = forms.ModelChoiceField(
        label=_("園"), queryset=Facility.objects.none(), empty_label=_("選んでください")
    )
    operator = forms.ModelChoiceField(
        label=_("新しい運営者"),
        queryset=Organisation.objects.none(),
        empty_label=_("選んでください"),
    )

    def __init__(
        self,
        *args: Any,
        facilities: QuerySet[Facility],
        operators: QuerySet[Organisation],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        facility: Any = self.fields["facility"]
        facility.queryset = facilities
        facility.label_from_instance = lambda one: one.place.name
        operator: Any = self.fields["operator"]
        operator.queryset = operators
        operator.label_from_instance = lambda one: one.name
