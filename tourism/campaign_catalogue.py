"""Read real campaigns as configuration: the organiser's row, a mapping, and what had to be assumed.

The mapping is data; this module only knows how to look a value up and how to read it. Every value
that the organiser did not publish is an assumption with a reason, and is shown as one.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from core.refusals import gettext_noop as _
from tourism.campaign_plan import CampaignPlan, FundingPlan, SetPlan, TierPlan

_DATA: Final = Path(__file__).parent / "data"
_ISO_DAY: Final = len("2020-04-27")
_MONTH_ONLY: Final = len("2022-10")

REASONS: Final[Mapping[str, str]] = {
    "usual-days": _("精算の日が出典にないので、毎月10日と25日としました。"),
    "operator": _("出典の主催者から、協議会などの発行としました。"),
    "one-line": _("財源の内訳が出典にないので、全部を市の財源としました。"),
    "attested-stay": _("来なかった人に配らないように、宿の確認があってから配ることとしました。"),
    "points-are-issued": _("予算の止め方が出典にないので、配った分までとしました。"),
    "no-end": _("終わりの日が出典にないので、3か月としました。"),
    "no-issuer": _("発行する人が出典にないので、市としました。"),
    "no-budget": _("予算が出典にないので、1万人分としました。"),
    "same-app": _("止め方が出典にないので、同じアプリの39QRと同じにしました。"),
    "phone-number": _("携帯電話の番号のかわりに、ログインした人に配ることとしました。"),
    "vouchers-are-issued": _("紙の券は、配った分までの予算としました。"),
    "people-times-value": _("予算が出典にないので、10万人分としました。"),
    "face-500": _("1枚の金額が出典にないので、500円としました。"),
    "sent-home": _("券の配り方が出典にないので、世帯に送ることとしました。"),
    "paper-only": _("紙の金券なので、電話では使えないこととしました。"),
    "buyers-keep-value": _("買った人が必ず使えるように、配った分までの予算としました。"),
    "premium-sum": _("額面の合計から買う人の支払いを引いた額を、予算としました。"),
    "sets-times-value": _("1人あたりの金額は、買えるセットの数と金額から計算しました。"),
    "word-local": _("「地域」は、大型店を除くお店としました。"),
    "word-food": _("「飲食」は、飲食のお店としました。"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A value that the source does not give, and why we took this one."""

    field: str
    value: str
    reason: str  # a key of REASONS

    def as_json(self) -> dict[str, str]:
        return {"field": self.field, "value": self.value, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCampaign:
    """One campaign of the catalogue, ready to be made in a city."""

    slug: str
    programme: str
    name: Mapping[str, str]
    plan: CampaignPlan
    assumptions: Sequence[Assumption]
    sources: Sequence[str]


def known_campaigns() -> Sequence[KnownCampaign]:
    """Return every campaign of the catalogue, in the order of the organisers' rows."""
    rows = json.loads((_DATA / "real_campaigns.json").read_text(encoding="utf-8"))
    mapping = json.loads((_DATA / "campaign_mapping.json").read_text(encoding="utf-8"))
    return [
        _read(row, one, programme=row["id"] if len(mapping[row["id"]]["campaigns"]) > 1 else "")
        for row in rows
        for one in mapping[row["id"]]["campaigns"]
    ]


def _read(row: Mapping[str, Any], one: Mapping[str, Any], *, programme: str) -> KnownCampaign:
    assumptions: list[Assumption] = []
    values = {
        name: _value(node, row=row, name=name, assumptions=assumptions)
        for name, node in one["plan"].items()
    }
    return KnownCampaign(
        slug=one["slug"],
        programme=programme,
        name=one["name"],
        plan=plan_from(values),
        assumptions=assumptions,
        sources=row["sources"],
    )


def _value(node: Any, *, row: Mapping[str, Any], name: str, assumptions: list[Assumption]) -> Any:
    if isinstance(node, dict) and "assume" in node:
        shown = json.dumps(node["assume"], ensure_ascii=False)
        assumptions.append(Assumption(field=name, value=shown.strip('"'), reason=node["reason"]))
        return node["assume"]
    if isinstance(node, dict) and "from" in node:
        found: Any = row
        for step in node["from"].split("."):
            found = found[int(step)] if isinstance(found, list) else found[step]
        return _READINGS[node["as"]](found) if "as" in node else found
    if isinstance(node, dict):
        return {
            key: _value(inner, row=row, name=f"{name}.{key}", assumptions=assumptions)
            for key, inner in node.items()
        }
    if isinstance(node, list):
        return [_value(inner, row=row, name=name, assumptions=assumptions) for inner in node]
    return node


def _first_day(month: str) -> str:
    if len(month) != _MONTH_ONLY:
        raise ValueError(f"not a month: {month}")
    return f"{month}-01"


def _residents_only(kind: str) -> bool:
    if "市民" not in kind:
        raise ValueError(f"says nothing about residents: {kind}")
    return True


def _not_residents_only(kind: str) -> bool:
    if not any(word in kind for word in ("全国誰でも", "市外・観光客も可")):
        raise ValueError(f"says nothing about visitors: {kind}")
    return False


def _has(word: str) -> Callable[[str], bool]:
    def reading(kind: str) -> bool:
        if word not in kind:
            raise ValueError(f"does not say {word}: {kind}")
        return True

    return reading


def _says(word: str, meaning: str) -> Callable[[str], str]:
    """Return a reading that gives ``meaning``, but only of a text that says ``word``."""

    def reading(text: str) -> str:
        if word not in text:
            raise ValueError(f"does not say {word}: {text}")
        return meaning

    return reading


def _next_day(text: str) -> int:
    if not text.startswith("取得の翌日"):
        raise ValueError(f"not the next day: {text}")
    return timedelta(days=1).days


_READINGS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "basis_points": lambda rate: round(rate * 10_000),
    "tiers": lambda rows: [
        {"min_spend_yen": row["min_spend"], "value_yen": row["value"]} for row in rows
    ],
    "redemption_cap": _says("利用総額が予算に達した時点", "redemption"),
    "letter": _says("世帯主宛に送られた", "letter"),
    "sale": _says("プレミアム付", "sale"),
    "residents_only": _residents_only,
    "not_residents_only": _not_residents_only,
    "paper": _has("紙"),
    "first_day": _first_day,
    "leading_date": lambda text: text[:_ISO_DAY],
    "next_day": _next_day,
    "lodging_only": lambda _points: ["lodging"],
    "retail_and_restaurant": lambda _points: ["retail", "restaurant"],
}


def plan_from(values: Mapping[str, Any]) -> CampaignPlan:
    """Return a plan from JSON values; ``TypeError`` or ``ValueError`` where they are no plan."""
    made = dict(values)
    for name in ("starts_on", "ends_on", "resident_on"):
        if isinstance(made.get(name), str):
            made[name] = date.fromisoformat(made[name])
    for name, kind in (("tiers", TierPlan), ("sets", SetPlan), ("funding", FundingPlan)):
        made[name] = tuple(kind(**one) for one in made.get(name, ()))
    made["tiers"] = tuple(sorted(made["tiers"], key=lambda tier: tier.min_spend_yen))
    for name in ("settlement_days", "shop_kinds"):
        if name in made:
            made[name] = tuple(made[name])
    unknown = made.keys() - {field.name for field in fields(CampaignPlan)}
    if unknown:
        raise TypeError(f"no such part of a campaign: {sorted(unknown)}")
    return CampaignPlan(**made)
