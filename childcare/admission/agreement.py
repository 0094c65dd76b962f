"""Whether the two scorers found the same, over a whole round."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from uuid import UUID

from childcare.admission.refusals import ScorersDisagree, ScoresMissing
from childcare.models import Application, Round, Scorer, ScoreSheet

Found = tuple[int | None, Fraction, tuple[int, ...]]


def disagreements(round_: Round) -> list[UUID]:
    """Return the applications on which the scorers differ, or which only one of them scored."""
    found: dict[tuple[UUID, UUID | None], dict[str, Found]] = defaultdict(dict)
    for (
        application,
        facility,
        scorer,
        rank,
        numerator,
        denominator,
        ties,
    ) in ScoreSheet.objects.filter(round=round_).values_list(
        "application_id",
        "facility_id",
        "scorer",
        "rank",
        "points_numerator",
        "points_denominator",
        "tie_keys",
    ):
        found[application, facility][scorer] = (rank, Fraction(numerator, denominator), tuple(ties))
    return sorted({pair[0] for pair, both in found.items() if _differ(both)})


def _differ(both: Mapping[str, Found]) -> bool:
    return both.get(Scorer.FIRST) != both.get(Scorer.SECOND)


def demand_agreement(round_: Round, *, states: tuple[str, ...]) -> None:
    """Raise where a score is missing or the scorers disagree."""
    rows = Application.objects.filter(round=round_, state__in=states)
    if rows.exclude(score_sheets__scorer=Scorer.FIRST).exists():
        raise ScoresMissing
    if differing := disagreements(round_):
        raise ScorersDisagree(differences=len(differing))
