"""Forms of coupon campaigns, shops and settlement."""

import re
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tourism.campaign_catalogue import KnownCampaign, plan_from
from tourism.campaign_editing import CampaignText, plan_of
from tourism.campaign_plan import CampaignPlan
from tourism.models import Campaign, CapKind, ClaimBy, Issuer, SetMedium, ShopKind
from tourism.shop_applications import BankFields, ShopForm
from tourism.zengin import AccountKind
from web.forms.staff import JapaneseDateField

_YEN_MAX = 10**12


def _yen(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=_YEN_MAX, **more)


class RowsField(forms.CharField):
    """Rows of values, one a line: ``5000 1000``. Commas, yen signs and arrows do not matter."""

    widget = forms.Textarea(attrs={"rows": 5})

    def __init__(self, *, columns: Sequence[str], words: bool = False, **more: Any) -> None:
        self.columns, self.words = columns, words
        super().__init__(required=False, **more)

    def to_python(self, value: object) -> Any:
        """Return a dict a line, or say how to write one."""
        text = super().to_python(value) or ""
        return [self._row(line) for line in text.splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Show rows as they are written."""
        if not isinstance(value, (list, tuple)):
            return value
        return "\n".join(" ".join(str(row[name]) for name in self.columns) for row in value)

    def _row(self, line: str) -> dict[str, Any]:
        parts = re.sub(r"[,円]", "", line).replace("→", " ").split()
        if self.words:
            parts = [" ".join(parts[: len(parts) - len(self.columns) + 1]),
                     *parts[len(parts) - len(self.columns) + 1:]]  # fmt: skip
        if len(parts) != len(self.columns):
            raise forms.ValidationError(_("1行に1つずつ、見本のとおりに書いてください"))
        made: dict[str, Any] = dict(zip(self.columns, parts, strict=True))
        for name in self.columns:
            if name.endswith(("_yen", "_total")):
                if not made[name].isdecimal():
                    raise forms.ValidationError(_("金額と数は、数字で書いてください"))
                made[name] = int(made[name])
        return made


class CampaignForm(forms.Form):
    """A campaign; what may stand together is decided by ``tourism.campaign_plan``."""

    name_ja = forms.CharField(label=_("名前"), max_length=60)
    name_easy = forms.CharField(label=_("名前（やさしい日本語）"), max_length=120, required=False)
    name_en = forms.CharField(label=_("名前（英語）"), max_length=60, required=False)
    slug = forms.SlugField(
        label=_("英字の名前"), max_length=60, help_text=_("アドレスになります。例: autumn-2026")
    )
    starts_on = JapaneseDateField(label=_("始まりの日"))
    ends_on = JapaneseDateField(label=_("終わりの日"))
    cap = forms.ChoiceField(
        label=_("予算の止め方"), choices=CapKind.choices, widget=forms.RadioSelect
    )
    budget_yen = _yen(_("予算（円）"))
    per_person_yen = _yen(_("1人あたり（円）"))
    per_household_yen = _yen(_("1世帯あたり（円）"), required=False)
    rate_percent = forms.DecimalField(
        label=_("会計の何％まで"), decimal_places=2, max_digits=6, required=False
    )
    tiers = RowsField(
        label=_("クーポンの段"),
        columns=("min_spend_yen", "value_yen"),
        help_text=_("1行に「会計 クーポン」。例: 5000 1000。空なら、きざみごとに使えます"),
    )
    unit_yen = forms.IntegerField(
        label=_("金額のきざみ（円）"), min_value=0, max_value=1_000_000, initial=1
    )
    uses_per_shop_and_day = forms.IntegerField(
        label=_("1つのお店で1日に使える回数"), min_value=0, max_value=1_000, required=False
    )
    uses_per_day = forms.IntegerField(
        label=_("1日に使える回数"), min_value=0, max_value=1_000, required=False
    )
    valid_days = forms.IntegerField(
        label=_("受けとってから使える日数"),
        min_value=0,
        max_value=3_650,
        help_text=_("1なら、次の日の24時まで"),
        required=False,
    )
    offline_limit_yen = _yen(_("電波のないお店に預ける上限（円）"), required=False)
    claim_by = forms.ChoiceField(
        label=_("受けとる人"), choices=ClaimBy.choices, widget=forms.RadioSelect
    )
    residents_only = forms.BooleanField(label=_("市に住む人だけ"), required=False)
    resident_on = JapaneseDateField(label=_("住民かどうかを見る日"), required=False)
    age_min = forms.IntegerField(label=_("何歳から"), min_value=0, max_value=120, required=False)
    proof_level_min = forms.ChoiceField(
        label=_("本人の確認"),
        choices=[
            ("0", _("メールでログインした人")),
            ("1", _("手紙のコードで確認した人")),
            ("2", _("窓口かマイナンバーカードで確認した人")),
        ],
        required=False,
    )
    has_app = forms.BooleanField(label=_("電話で使う"), required=False)
    has_paper = forms.BooleanField(label=_("紙で使う"), required=False)
    shop_kinds = forms.MultipleChoiceField(
        label=_("使えるお店"),
        choices=ShopKind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("選ばなければ、全部のお店"),
        required=False,
    )
    local_shops_only = forms.BooleanField(label=_("大型店を除く"), required=False)
    issuer = forms.ChoiceField(
        label=_("発行する人"), choices=Issuer.choices, widget=forms.RadioSelect
    )
    issuer_name = forms.CharField(label=_("発行する団体の名前"), max_length=120, required=False)
    issuer_registration = forms.CharField(
        label=_("資金決済法の登録番号"), max_length=60, required=False
    )
    sets = RowsField(
        label=_("売るセット"),
        columns=("medium", "price_yen", "value_yen", "sets_total"),
        help_text=_("1行に「digital か paper 値段 使える金額 数」。例: digital 10000 12000 500"),
    )
    sets_per_person = forms.IntegerField(
        label=_("1人が買えるセットの数"), min_value=0, max_value=1_000, required=False
    )
    programme = forms.SlugField(
        label=_("まとまりの英字の名前"),
        max_length=60,
        help_text=_("いくつかの事業を1つの名前で行うときだけ。例: komapay"),
        required=False,
    )
    programme_sets_per_person = forms.IntegerField(
        label=_("まとまり全部で、1人が買えるセットの数"),
        min_value=0,
        max_value=1_000,
        required=False,
    )
    funding = RowsField(
        label=_("財源"),
        columns=("name", "amount_yen"),
        words=True,
        help_text=_("1行に「だれのお金 金額」。例: 市の一般財源 50000000"),
    )
    hold_out_percent = forms.DecimalField(
        label=_("くらべるために配らない人（％）"),
        decimal_places=2,
        max_digits=5,
        initial=0,
        help_text=_("くじで決めます。クーポンの効果を知るためです"),
        required=False,
    )
    settlement_days = forms.CharField(
        label=_("精算の日"), initial="10 25", help_text=_("毎月の日。例: 10 25")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_settlement_days(self) -> list[int]:
        """Return the days of the month."""
        days = re.split(r"[\s,、]+", self.cleaned_data["settlement_days"].strip())
        if not all(day.isascii() and day.isdigit() for day in days):
            raise forms.ValidationError(_("日を数字で書いてください。例: 10 25"))
        return [int(day) for day in days]

    def clean_sets(self) -> list[dict[str, Any]]:
        """Refuse a medium that does not exist."""
        rows: list[dict[str, Any]] = self.cleaned_data["sets"]
        if any(row["medium"] not in SetMedium.values for row in rows):
            raise forms.ValidationError(_("1行に1つずつ、見本のとおりに書いてください"))
        return rows

    def plan(self) -> CampaignPlan:
        """Return what was written as a plan."""
        given = self.cleaned_data
        known = {field.name for field in fields(CampaignPlan)}
        values = {name: value for name, value in given.items() if name in known}
        for name, percent in (
            ("rate_basis_points", given.get("rate_percent")),
            ("hold_out_basis_points", given.get("hold_out_percent") or 0),
        ):
            values[name] = None if percent is None else int(percent * 100)
        values["proof_level_min"] = int(given["proof_level_min"] or 0)
        return plan_from(values)

    def text(
        self, before: Campaign | None = None, *, like: KnownCampaign | None = None
    ) -> CampaignText:
        """Return the names, with what stood around a campaign before, or around a real one."""
        given = self.cleaned_data
        sources, assumptions = (before.sources, before.assumptions) if before else ([], [])
        if like is not None:
            sources, assumptions = list(like.sources), self._still_assumed(like)
        names = {"ja": given["name_ja"], "ja-easy": given["name_easy"], "en": given["name_en"]}
        return CampaignText(
            name={language: name for language, name in names.items() if name},
            text=before.text if before else {},
            programme=given["programme"],
            sources=sources,
            assumptions=assumptions,
        )

    def _still_assumed(self, like: KnownCampaign) -> list[dict[str, str]]:
        """Return the assumptions whose value nobody has changed on the form."""
        plan = self.plan()
        return [
            one.as_json()
            for one in like.assumptions
            if getattr(plan, one.field) == getattr(like.plan, one.field)
        ]

    @staticmethod
    def initial_of_plan(plan: CampaignPlan) -> dict[str, Any]:
        """Return the form's values for a plan."""
        values = {one.name: getattr(plan, one.name) for one in fields(CampaignPlan)}
        for name in ("tiers", "sets", "funding"):
            values[name] = [
                {one.name: getattr(row, one.name) for one in fields(row)} for row in values[name]
            ]
        rate = plan.rate_basis_points
        return values | {
            "rate_percent": None if rate is None else rate / 100,
            "hold_out_percent": plan.hold_out_basis_points / 100,
            "settlement_days": " ".join(map(str, plan.settlement_days)),
        }

    @classmethod
    def initial_of(cls, campaign: Campaign) -> dict[str, Any]:
        """Return the form's values for a campaign."""
        return cls.initial_of_plan(plan_of(campaign)) | {
            "name_ja": campaign.name["ja"],
            "name_easy": campaign.name.get("ja-easy", ""),
            "name_en": campaign.name.get("en", ""),
            "slug": campaign.slug,
            "programme": campaign.programme,
            "version": campaign.version,
        }


class BankForm(forms.Form):
    """A bank account as the bank book has it."""

    bank_code = forms.CharField(label=_("銀行の番号（4けた）"), max_length=4)
    branch_code = forms.CharField(label=_("支店の番号（3けた）"), max_length=3)
    kind = forms.ChoiceField(
        label=_("口座の種類"),
        choices=[(AccountKind.ORDINARY.value, _("普通")), (AccountKind.CURRENT.value, _("当座"))],
        widget=forms.RadioSelect,
        initial=AccountKind.ORDINARY.value,
    )
    number = forms.CharField(label=_("口座番号"), max_length=7)
    holder_kana = forms.CharField(
        label=_("口座名義（カナ）"),
        max_length=60,
        help_text=_("通帳のとおりに。例: カ）デモショウテン"),
    )

    def bank(self) -> BankFields:
        """Return what was written; the bank's list says whether there is such an account."""
        names = ("bank_code", "branch_code", "kind", "number", "holder_kana")
        return BankFields(**{name: self.cleaned_data[name] for name in names})


class ShopApplicationForm(BankForm):
    """What a shop writes about itself."""

    field_order = [
        "shop_name", "shop_kana", "kind_of_shop", "address", "phone", "contact_name", "email",
        "corporate_number", "is_large",
    ]  # fmt: skip
    shop_name = forms.CharField(label=_("お店の名前"), max_length=120)
    shop_kana = forms.CharField(label=_("お店の名前（カナ）"), max_length=120, required=False)
    kind_of_shop = forms.ChoiceField(
        label=_("お店の種類"), choices=ShopKind.choices, widget=forms.RadioSelect
    )
    address = forms.CharField(label=_("住所"), max_length=200)
    phone = forms.CharField(
        label=_("電話番号"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    contact_name = forms.CharField(label=_("担当の人の名前"), max_length=60)
    email = forms.EmailField(label=_("メールアドレス"), help_text=_("このアドレスでログインします"))
    corporate_number = forms.CharField(
        label=_("法人番号"), max_length=13, help_text=_("個人のお店は空のままで"), required=False
    )
    is_large = forms.BooleanField(label=_("大型店です（売り場が1,000㎡をこえる）"), required=False)

    def shop(self) -> ShopForm:
        """Return what was written; a refusal of the room where it cannot be."""
        given = self.cleaned_data
        names = ("shop_name", "shop_kana", "address", "phone", "contact_name", "email",
                 "corporate_number")  # fmt: skip
        return ShopForm(
            **{name: given[name] for name in names},
            kind=ShopKind(given["kind_of_shop"]),
            is_local=not given["is_large"],
            bank=self.bank(),
        )


class NoteForm(forms.Form):
    """A reason that the other side reads."""

    note = forms.CharField(
        label=_("理由"),
        max_length=200,
        error_messages={"required": _("理由を書いてください")},
    )


class CutForm(forms.Form):
    """Up to which day to settle."""

    cut_on = JapaneseDateField(
        label=_("締めの日"), help_text=_("この日の0時より前の利用を精算します")
    )
    is_last = forms.BooleanField(label=_("最後の精算です（事業が終わった後）"), required=False)


class ReturnsForm(forms.Form):
    """A file of transfers that the bank gave back."""

    file = forms.FileField(
        label=_("もどりのファイル（CSV）"),
        help_text=_("列は batch,line,date,amount,reason です"),
        error_messages={"required": _("ファイルを選んでください")},
    )


class NameForm(forms.Form):
    """What a till is called."""

    name = forms.CharField(label=_("端末の名前"), max_length=60, help_text=_("例: レジ1"))


class FirstTillForm(NameForm):
    """A till where nobody has a PIN yet: its owner chooses theirs with it, on the same page."""

    clerk_name = forms.CharField(label=_("レジに出るあなたの名前"), max_length=30)
    pin = forms.CharField(
        label=_("あなたのPIN（6けたの数字）"),
        max_length=20,
        help_text=_("レジでクーポンを受けるときに入れます"),
        widget=forms.PasswordInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "is-code"}
        ),
    )


class ClerkForm(forms.Form):
    """The address by which a clerk signs in."""

    email = forms.EmailField(label=_("店員のメールアドレス"))


class SheetsForm(forms.Form):
    """How many sheets of paper coupons to print."""

    count = forms.IntegerField(label=_("印刷する枚数"), min_value=1, max_value=500)
