"""Forms of the city's staff."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import get_language, gettext_lazy as _

from accounts.models import DeviceProfile
from disability_card.benefit_conditions import GRADES, conditions_json
from disability_card.models import Benefit, OfferKind, Venue
from disability_card.serializers.staff import LEDGER_BYTES_MAX
from jp.eras import read_date
from places.models import Place
from web.dates import date_to_type, month_as_text
from web.easy_japanese import kanji_without_reading
from web.forms.needed import needed_when


class JapaneseDateField(forms.CharField):
    """A day as people write it, in 和暦 or the Western calendar."""

    def prepare_value(self, value: Any) -> Any:
        """Show a day that stands in the form already as people write it."""
        if not isinstance(value, date):
            return value
        return date_to_type(value, get_language() or "ja")

    def to_python(self, value: object) -> Any:
        """Return the day, or say how to write one."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return read_date(text)
        except ValueError:
            raise forms.ValidationError(
                _("2026年4月1日 か 令和8年4月1日 の形で書いてください")
            ) from None


# What a place must be for a device of each profile to stand there.
_ROLE_OF_PLACE = {
    DeviceProfile.FRONT_DESK: "venue",
    DeviceProfile.TILL: "shop",
    DeviceProfile.LODGING_DESK: "shop",
    DeviceProfile.NURSERY_TABLET: "childcare",
}


class LedgerForm(forms.Form):
    """A ledger file to be checked."""

    file = forms.FileField(
        label=_("台帳のファイル（CSV）"),
        error_messages={"required": _("ファイルを選んでください")},
    )
    is_partial = forms.BooleanField(
        label=_("変わった人だけのファイルです（全員分ではありません）"), required=False
    )

    def clean_file(self) -> Any:
        """Refuse a file that cannot be a ledger by its size alone."""
        file = self.cleaned_data["file"]
        if file.size > LEDGER_BYTES_MAX:
            raise forms.ValidationError(_("ファイルが大きすぎます。50MB までです"))
        return file


class HandbookSearchForm(forms.Form):
    """Find one person's handbook, and say why."""

    name = forms.CharField(label=_("名前"), max_length=100)
    birth_date = JapaneseDateField(label=_("生まれた日"))
    reason = forms.ChoiceField(
        label=_("見る理由"),
        choices=[
            ("counter", _("本人が窓口に来ている")),
            ("telephone", _("本人から電話があった")),
            ("ledger", _("台帳の確認")),
        ],
        widget=forms.RadioSelect,
    )


class ReasonForm(forms.Form):
    """Why staff change a card's state; kept encrypted."""

    reason = forms.CharField(label=_("理由"), max_length=200)


def _by_what_happens(places: QuerySet[Place]) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Return the places in groups: a till stands in a shop, a desk where cards are checked."""
    groups = (
        (_("手帳の割引がある所"), Q(venue__is_active=True)),
        (_("クーポンのお店と宿"), Q(shop__isnull=False)),
        (_("保育園"), Q(childcare__isnull=False)),
    )
    return [
        (title, [(str(pk), name) for pk, name in rows])
        for title, here in groups
        if (rows := list(places.filter(here).values_list("pk", "name")))
    ]


class DeviceForm(forms.Form):
    """A device to be set up: what it is for, and where it stands."""

    name = forms.CharField(label=_("端末の名前"), max_length=60)
    profile = forms.ChoiceField(
        label=_("何に使うか"),
        choices=DeviceProfile.choices,
        widget=forms.RadioSelect,
        initial=DeviceProfile.FRONT_DESK,
    )
    place = forms.ModelChoiceField(label=_("お店・施設"), queryset=Place.objects.none())

    def __init__(self, *args: Any, cities: frozenset[str], **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["place"]
        field.queryset = Place.objects.filter(
            Q(venue__is_active=True) | Q(shop__isnull=False) | Q(childcare__isnull=False),
            municipality__in=cities,
        ).order_by("name_kana", "name")
        field.choices = [("", _("選んでください")), *_by_what_happens(field.queryset)]

    def clean(self) -> dict[str, Any]:
        """Refuse a device where what it is for does not happen."""
        given: dict[str, Any] = super().clean() or {}
        place, profile = given.get("place"), given.get("profile")
        if place is not None and profile and not hasattr(place, _ROLE_OF_PLACE[profile]):
            self.add_error("place", _("この端末の使い方に合う、お店・施設を選んでください"))
        return given


_GRADE_WORDS = {
    "1": _("1級"), "2": _("2級"), "3": _("3級"), "4": _("4級"), "5": _("5級"), "6": _("6級"),
}  # fmt: skip


def _grades(label: Any, kind: str) -> forms.MultipleChoiceField:
    """Return the ticks of one kind of handbook; an assessment of 療育手帳 is its own word."""
    return forms.MultipleChoiceField(
        label=label,
        choices=[(grade, _GRADE_WORDS.get(grade, grade)) for grade in GRADES[kind]],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


_READINGS = _("漢字と読みのあいだに「|」を書き、全体を「{」と「}」でかこみます。")


def with_readings(text: str) -> None:
    """Refuse a text in やさしい日本語 with kanji that some of its readers cannot read."""
    if bare := kanji_without_reading(text):
        raise forms.ValidationError(_("読みのない漢字があります: %(kanji)s") % {"kanji": bare})


class BenefitForm(forms.Form):
    """One benefit in three languages."""

    title_ja = forms.CharField(label=_("名前（日本語）"), max_length=80)
    title_easy = forms.CharField(
        label=_("名前（やさしい日本語）"),
        max_length=120,
        validators=[with_readings],
        help_text=_READINGS,
    )
    title_en = forms.CharField(label=_("名前（英語）"), max_length=80)
    text_ja = forms.CharField(label=_("説明（日本語）"), max_length=200, required=False)
    text_easy = forms.CharField(
        label=_("説明（やさしい日本語）"),
        max_length=300,
        required=False,
        validators=[with_readings],
        help_text=_READINGS,
    )
    text_en = forms.CharField(label=_("説明（英語）"), max_length=200, required=False)
    venues = forms.ModelMultipleChoiceField(
        label=_("お店・施設"),
        queryset=Venue.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    classes = forms.TypedMultipleChoiceField(
        label=_("対象の人"),
        coerce=int,
        choices=[(1, _("第1種")), (2, _("第2種")), (0, _("種別のない人"))],
        widget=forms.CheckboxSelectMultiple,
    )
    for_physical = _grades(_("身体障害者手帳"), "physical")
    for_intellectual = _grades(_("療育手帳"), "intellectual")
    for_mental = _grades(_("精神障害者保健福祉手帳"), "mental")
    usual_yen = forms.IntegerField(label=_("ふだんの料金（円）"), min_value=0, required=False)
    holder_kind = forms.ChoiceField(
        label=_("本人の割引"), choices=OfferKind.choices, widget=forms.RadioSelect
    )
    holder_yen = forms.IntegerField(label=_("本人の料金（円）"), min_value=0, required=False)
    holder_percent_off = forms.IntegerField(
        label=_("本人の割引率（%）"), min_value=1, max_value=100, required=False
    )
    caregivers_max = forms.IntegerField(label=_("付き添いの人数"), min_value=0, max_value=9)
    caregiver_kind = forms.ChoiceField(
        label=_("付き添いの割引"), choices=OfferKind.choices, widget=forms.RadioSelect
    )
    caregiver_yen = forms.IntegerField(label=_("付き添いの料金（円）"), min_value=0, required=False)
    caregiver_percent_off = forms.IntegerField(
        label=_("付き添いの割引率（%）"), min_value=1, max_value=100, required=False
    )
    is_published = forms.BooleanField(label=_("みんなに見せる"), required=False)
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cities: frozenset[str], **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["venues"]
        field.queryset = Venue.objects.filter(place__municipality__in=cities).select_related(
            "place"
        )
        field.label_from_instance = lambda venue: venue.place.name

    def conditions(self) -> dict[str, list[str]]:
        """Return the chosen handbooks, whatever else is still missing; the saved ones at first."""
        given = {
            kind: set(self[f"for_{kind}"].value() or ()) & set(GRADES[kind]) for kind in GRADES
        }
        return conditions_json({kind: grades for kind, grades in given.items() if grades})

    def values(self) -> dict[str, Any]:
        """Return the columns of the benefit."""
        given = self.cleaned_data
        kept = (
            "classes", "usual_yen", "holder_kind", "holder_yen", "holder_percent_off",
            "caregivers_max", "caregiver_kind", "caregiver_yen", "caregiver_percent_off",
            "is_published",
        )  # fmt: skip
        languages = (("ja", "ja"), ("easy", "ja-easy"), ("en", "en"))
        return {name: given[name] for name in kept} | {
            "conditions": self.conditions(),
            "title": {code: given[f"title_{name}"] for name, code in languages},
            "text": {code: given[f"text_{name}"] for name, code in languages},
        }

    @staticmethod
    def initial_of(benefit: Benefit) -> dict[str, Any]:
        """Return the form's values of a saved benefit."""
        found = {
            field.name: getattr(benefit, field.name)
            for field in benefit._meta.fields
            if field.name in BenefitForm.base_fields
        }
        for name, code in (("ja", "ja"), ("easy", "ja-easy"), ("en", "en")):
            found[f"title_{name}"] = benefit.title.get(code, "")
            found[f"text_{name}"] = benefit.text.get(code, "")
        found |= {f"for_{kind}": grades for kind, grades in benefit.conditions.items()}
        return found | {"venues": benefit.venues.all(), "classes": benefit.classes}


class MonthForm(forms.Form):
    """One of the months that can be told."""

    month = forms.ChoiceField(label=_("月"))

    def __init__(self, *args: Any, months: Sequence[date], **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["month"]
        language = get_language() or "ja"
        field.choices = [(f"{one:%Y-%m}", month_as_text(one, language)) for one in months]


class PersonForm(forms.Form):
    """Whom a new record is of."""

    name = forms.CharField(label=_("名前"), max_length=60)
    birth_date = JapaneseDateField(label=_("生まれた日"))


class PersonSearchForm(forms.Form):
    """Find a person by name and birth date, or by the account's address, and say why."""

    name = forms.CharField(label=_("名前"), max_length=100, required=False)
    birth_date = JapaneseDateField(label=_("生まれた日"), required=False)
    email = forms.EmailField(label=_("メールアドレス"), required=False)
    reason = forms.ChoiceField(
        label=_("見る理由"),
        choices=[
            ("counter", _("本人が窓口に来ている")),
            ("telephone", _("本人から電話があった")),
            ("account", _("アカウントの世話")),
        ],
        widget=forms.RadioSelect,
    )
    needed_when(name, _("メールアドレスがないときは 必ず書く"))
    needed_when(birth_date, _("メールアドレスがないときは 必ず書く"))
    needed_when(email, _("名前と生まれた日がないときは 必ず書く"))

    def clean(self) -> dict[str, Any]:
        """Demand one whole way to find somebody: a list of everybody is not one."""
        given: dict[str, Any] = super().clean() or {}
        is_named = bool(given.get("name")) and given.get("birth_date") is not None
        if not is_named and not given.get("email"):
            raise forms.ValidationError(
                _("名前と生まれた日の両方か、メールアドレスを書いてください")
            )
        return given


class CounterForm(forms.Form):
    """Whose document was seen before staff act for them."""

    document = forms.ChoiceField(
        label=_("見せてもらったもの"),
        choices=[
            ("my-number-card", _("マイナンバーカード")),
            ("driving-licence", _("運転免許証")),
            ("handbook", _("障害者手帳")),
            ("passport", _("パスポート")),
        ],
        widget=forms.RadioSelect,
    )
