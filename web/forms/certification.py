"""The forms of a certification: issue or change one, and end one before its time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from childcare.models import CareAmount, CertificationClass, Child, EndReason
from childcare.placing.certification import Proposal, demand_age, last_day_of
from childcare.placing.refusals import ClassAgainstAge
from web.forms.needed import needed_when
from web.forms.staff import JapaneseDateField
from web.refusal_words import in_words

_EXAMPLE = _("例: 2027年4月1日 か 令和9年4月1日")


class CertificationForm(forms.Form):
    """One certification of ``child``; empty, it proposes what the law makes of its age."""

    class_code = forms.ChoiceField(label=_("認定区分"), choices=CertificationClass.choices)
    care_amount = forms.ChoiceField(
        label=_("保育必要量"), choices=CareAmount.choices, required=False
    )
    need_reason = forms.CharField(label=_("保育が必要な理由"), max_length=60, required=False)
    valid_from = JapaneseDateField(label=_("始まる日"), help_text=_EXAMPLE)
    valid_to = JapaneseDateField(
        label=_("終わる日"),
        help_text=_("書かないと、区分ごとに年齢で決まる最後の日になります。"),
        required=False,
    )

    def __init__(self, *args: Any, child: Child, proposal: Proposal | None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.child = child
        needed_when(self.fields["care_amount"], _("2号と3号のときは 必ず選ぶ"))
        if proposal is not None:
            self.initial = {
                "class_code": proposal.class_code,
                "care_amount": CareAmount.STANDARD,
                "valid_from": proposal.valid_from,
                "valid_to": proposal.valid_to,
            }

    def clean(self) -> dict[str, Any]:
        """Education alone has no hours, care has; and the age of the child allows the class."""
        given = super().clean() or {}
        class_code = given.get("class_code")
        is_education = class_code == CertificationClass.FIRST
        if is_education != (given.get("care_amount", "") == CareAmount.NONE):
            self.add_error("care_amount", _("2号と3号は、時間をえらんでください"))
        if class_code and given.get("valid_from"):
            self._clean_days(given, CertificationClass(class_code))
        return given

    def _clean_days(self, given: dict[str, Any], class_code: CertificationClass) -> None:
        if "valid_to" in self.errors:
            return
        given["valid_to"] = given["valid_to"] or last_day_of(self.child, class_code)
        first, last = given["valid_from"], given["valid_to"]
        try:
            demand_age(self.child, class_code, valid_from=first, valid_to=last)
        except ClassAgainstAge as refusal:
            self.add_error("class_code", in_words(refusal))
            return
        if last < first:
            self.add_error("valid_to", _("始まる日より後の日を書いてください"))


class EndCertificationForm(forms.Form):
    """The last day of a certification, and why: the family reads it."""

    on = JapaneseDateField(
        label=_("最後の日"), help_text=_("この日までは使えます。例: 2027年8月31日")
    )
    reason = forms.ChoiceField(
        label=_("終わりにする理由"), choices=EndReason.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("家族が読む説明"),
        help_text=_("1つの文で書きます。家族のページに出ます。"),
        max_length=400,
    )
