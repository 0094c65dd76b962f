"""What stands above the rows of a point table, in Japanese words, as the rows' own labels are."""

from collections.abc import Iterator, Mapping
from typing import Final

from childcare.rule_sets.conditions_in_words import in_words
from childcare.rule_sets.rules import (
    Aggregate,
    Combine,
    Rounding,
    RoundingMode,
    RuleSet,
    SiblingScore,
    TaxYear,
    TieByCondition,
    TieByFact,
    TieByNumber,
    TieByPoints,
    TieByRows,
    TieKey,
    Unique,
)

Setting = tuple[str, str, str]  # id, label, what it says

AGGREGATES: Final[Mapping[Aggregate, str]] = {
    Aggregate.SUM: "保護者の点を足す",
    Aggregate.MEAN: "保護者の点の平均",
    Aggregate.LOWER: "保護者の低いほうの点",
}
COMBINES: Final[Mapping[Combine, str]] = {
    Combine.SUM: "すべて足す",
    Combine.MAX: "一番大きい点だけ",
    Combine.BEST_PLUS_EACH: "一番大きい点と、ほかは1つにつき",
    Combine.FIRST: "先に当てはまる1つだけ",
}
_SIBLINGS: Final[Mapping[SiblingScore, str]] = {
    SiblingScore.OWN: "それぞれの点",
    SiblingScore.MEAN: "きょうだいの平均",
    SiblingScore.MAX: "きょうだいで一番高い点",
}
_ROUNDING: Final[Mapping[RoundingMode, str]] = {
    RoundingMode.DOWN: "切り捨て",
    RoundingMode.HALF_UP: "四捨五入",
    RoundingMode.UP: "切り上げ",
}
_UNIQUE: Final[Mapping[Unique, str]] = {
    Unique.LOTTERY: "くじの番号の順",
    Unique.RECEIPT_ORDER: "受け付けた順",
}
_SIBLING_ORDER: Final[Mapping[str, str]] = {
    "number_placed": "入れる子の数が多い",
    "same_facility": "同じ園になる",
    "rank_sum": "希望の順位の合計が小さい",
    "elder_rank": "年上の子の希望の順位が高い",
    "younger_ranks": "年下の子の希望の順位が高い",
}

_TAX: Final = "その入所で見る年度の税"


def settings(rules: RuleSet, names: Mapping[str, str]) -> Iterator[Setting]:
    """Give each setting; ``names`` are the Japanese names of facts and of their values."""
    labels = {name: str(label) for name, label in rules.rows()}
    if rules.tax_year:
        names = {**names, rules.tax_year.fact: _TAX}
    labels |= {group.id: str(group.label) for group in rules.base.groups}
    yield "siblings", "いっしょに申しこむきょうだい", _SIBLINGS[rules.siblings]
    if rules.rounding:
        yield "rounding", "点のはすう", _rounding(rules.rounding)
    if rules.tax_year:
        yield "tax_year", _TAX, _tax_year(rules.tax_year, names)
    for term in rules.terms:
        reasons = "・".join(labels[group] for group in term.groups)
        yield f"term {'+'.join(term.groups)}", "期限のある入所", f"{reasons}: {term.months}か月まで"
    if rules.sibling_expansion:
        order = "→".join(_SIBLING_ORDER[one] for one in rules.sibling_expansion)
        yield "sibling_expansion", "きょうだいの組のえらび方", order
    for at, key in enumerate(rules.tie_break, start=1):
        yield f"tie_break {at}", f"同点のとき {at}番め", _tie(key, names, labels)


def _rounding(rounding: Rounding) -> str:
    unit = {1: "0.5点", 2: "1点"}[rounding.unit]
    return f"{unit}より小さいところは{_ROUNDING[rounding.mode]}"


def _tax_year(year: TaxYear, names: Mapping[str, str]) -> str:
    early, late = names[year.april_to_august], names[year.september_to_march]
    return f"4月から8月の入所は{early}、9月から3月は{late}"


def _tie(key: TieKey, names: Mapping[str, str], labels: Mapping[str, str]) -> str:
    match key:
        case TieByPoints(of=of):
            whose = {"base": "基準の点", "adjust": "調整の点"}.get(of, f"「{of}」の点")
            return f"{whose}が高い"
        case TieByRows(rows=rows):
            return f"この順で先に当てはまる: {'→'.join(labels[row] for row in rows)}"
        case TieByFact(fact=fact, is_low_first=is_low, is_missing_first=is_missing_first):
            missing = "先" if is_missing_first else "あと"
            return f"{names[fact]}が{'小さい' if is_low else '大きい'}（わからない人は{missing}）"
        case TieByCondition(when=when):
            return in_words(when, names)
        case TieByNumber(unique=unique):
            return _UNIQUE[unique]
