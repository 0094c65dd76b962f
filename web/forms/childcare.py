"""Forms of a family that applies for a nursery."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from childcare.models import Child, Round, SiblingBox
from web.forms.needed import needed_when
from web.forms.staff import JapaneseDateField

_NEEDED: Final = {
    "name": _("子どもの名前を書いてください"),
    "birth_date": _("生まれた日を書いてください"),
}


class ChildForm(forms.Form):
    """Which child, for when. A new child is written here, too."""

    child = forms.ChoiceField(label=_("だれの申しこみですか"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("子どもの名前"), max_length=100, required=False)
    name_kana = forms.CharField(label=_("名前のふりがな"), max_length=100, required=False)
    birth_date = JapaneseDateField(
        label=_("生まれた日"), help_text=_("例: 2025年6月10日 か 令和7年6月10日"), required=False
    )
    round = forms.ChoiceField(label=_("いつから通いますか"), widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        children: list[Child],
        rounds: list[tuple[Round, str]],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.fields["child"].choices = [  # type: ignore[attr-defined]
            *((str(child.pk), child.name) for child in children),
            ("new", _("新しく書く")),
        ]
        self.fields["round"].choices = [  # type: ignore[attr-defined]
            (str(round_.pk), words) for round_, words in rounds
        ]
        if not children:
            self.fields["child"].initial = "new"
            self.fields["child"].widget = forms.HiddenInput()
            for name, missing in _NEEDED.items():  # said before, not only after a try
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = missing
        else:
            for name in _NEEDED:
                needed_when(self.fields[name], _("新しく書くときは 必ず書く"))
        if len(rounds) == 1:
            self.fields["round"].initial = str(rounds[0][0].pk)

    def clean(self) -> dict[str, Any]:
        """A new child needs its name and birth date."""
        given = super().clean() or {}
        if given.get("child") == "new":
            for name, missing in _NEEDED.items():
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, missing)
        return given


class WishForm(forms.Form):
    """Add one nursery to the wishes."""

    facility = forms.ChoiceField(label=_("園をえらぶ"), required=False)

    def __init__(self, *args: Any, facilities: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["facility"].choices = [("", _("えらんでください")), *facilities]  # type: ignore[attr-defined]


class ChildDetailsForm(forms.Form):
    """What a family wrote of its child."""

    name = forms.CharField(label=_("子どもの名前"), max_length=100)
    name_kana = forms.CharField(label=_("名前のふりがな"), max_length=100, required=False)
    birth_date = JapaneseDateField(
        label=_("生まれた日"), help_text=_("例: 2025年6月10日 か 令和7年6月10日")
    )


class HeldForm(forms.Form):
    """The nursery that the child attends now (転園)."""

    held = forms.ChoiceField(label=_("いま通っている園"), required=False)

    def __init__(self, *args: Any, facilities: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["held"].choices = [("", _("通っていない")), *facilities]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """One question of the rule set."""

    option = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    facility = forms.ChoiceField(label=_("きょうだいの園"), required=False)

    def __init__(
        self,
        *args: Any,
        title: str,
        options: list[tuple[int, str]],
        facilities: list[tuple[str, str]],
        with_facility: frozenset[int],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.with_facility = with_facility
        self.fields["option"].label = title
        self.fields["option"].choices = options  # type: ignore[attr-defined]
        if with_facility:
            needed_when(self.fields["facility"], _("きょうだいが通っているときは 必ず選ぶ"))
            self.fields["facility"].choices = [("", _("えらんでください")), *facilities]  # type: ignore[attr-defined]
        else:
            del self.fields["facility"]

    def clean(self) -> dict[str, Any]:
        """An answer that speaks of one nursery names it."""
        given = super().clean() or {}
        if given.get("option") in self.with_facility and not given.get("facility"):
            self.add_error("facility", _("きょうだいが通っている園をえらんでください"))
        return given


class SiblingForm(forms.Form):
    """The three boxes."""

    box = forms.ChoiceField(
        label=_("きょうだいの入り方"), choices=SiblingBox.choices, widget=forms.RadioSelect
    )
    same_first = forms.BooleanField(label=_("ちがう園より、同じ園を先に考える"), required=False)
    one_alone = forms.ChoiceField(
        label=_("ひとりだけのとき"),
        choices=[
            ("", _("（ひとりだけでは入らない）")),
            ("elder", _("年上の子がひとりでも入る")),
            ("younger", _("年下の子がひとりでも入る")),
            ("either", _("どちらかひとりでも入る")),
        ],
        required=False,
    )
    needed_when(one_alone, _("ひとりだけでも入るときは 必ず選ぶ"))

    def clean(self) -> dict[str, Any]:
        """Who starts alone belongs to the third box and to no other."""
        given = super().clean() or {}
        if given.get("box") == SiblingBox.C and not given.get("one_alone"):
            self.add_error("one_alone", _("だれがひとりで入るかをえらんでください"))
        if given.get("box") != SiblingBox.C:
            given["one_alone"] = ""
        return given
