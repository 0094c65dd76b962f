"""Score a whole round by the rule set in force on its reference date, with both scorers.

1. Lock the round and take what may be selected, each in its newest version.
2. Give every application its unique number: by lot (a hash of round and application, so that
   anybody can draw it again) or by the order of receipt, as the rule set says.
3. Score by the first scorer, family by family, and by the second, all at once.
4. Replace the round's sheets by the new ones of both. A difference is reported and stays in the
   sheets: `scorers_disagree` reads them again, and no notice goes out while it finds anything.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Min, QuerySet

from childcare.applying.selection import selectable
from childcare.fact_gaps import understood
from childcare.facts import BadFact, Fact, facts_from_json
from childcare.models import (
    Application,
    Document,
    DocumentState,
    Round,
    RoundState,
    RuleSet,
    Scorer,
    ScoreSheet,
)
from childcare.rule_sets import rules
from childcare.rule_sets_in_force import rule_set_in_force, rules_of
from childcare.score_agreement import Disagreement, Standing, disagreements, stored_standings
from childcare.score_sheet_rows import insert_sheets
from childcare.scoring import Applicant, Score, UnscorableFacts, score_family
from childcare.second_scorer.scoring import SecondScore, score_applications
from childcare.second_scorer.worlds import StoredApplication
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _

_NAMED_MAX: Final = 20
_READ: Final = (
    "receipt_number", "submitted_at", "created_at", "held_facility", "child__household",
    "current__facts", "current__preferences", "current__application",
)  # fmt: skip


class RoundDecided(Refusal):
    """The round's results are out: its scores stay as they were."""

    code = "round-decided"
    title = _("結果を知らせた回の点は、変えられません")
    next_step = _("つぎの回で計算してください。")
    status = HTTPStatus.CONFLICT


class RoundNotScorable(Refusal):
    """Some applications hold facts that cannot be scored; nothing was scored."""

    code = "round-not-scorable"
    title = _("点を計算できない申しこみがあります")
    next_step = _("受付番号の申しこみの事実を直してから、もう一度計算してください。")
    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredRound:
    """What scoring a round did."""

    rule_set: RuleSet
    applications: int
    sheets: int
    differences: Sequence[Disagreement]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """One application as both scorers get it."""

    id: UUID
    household: UUID
    receipt: str
    number: int
    facts: list[dict[str, Any]]
    documents: frozenset[str]
    facilities: tuple[str, ...]


def score_round(round_: Round, *, actor: Actor, now: datetime) -> ScoredRound:
    """Score every application that may be selected; replace the round's sheets."""
    with transaction.atomic():
        locked = Round.objects.select_for_update().get(pk=round_.pk)
        if locked.state in {RoundState.NOTIFIED, RoundState.CLOSED}:
            raise RoundDecided
        row = rule_set_in_force(locked.municipality, on=locked.reference_on)
        loaded = rules_of(row)
        candidates = _candidates(locked, loaded, selectable(locked))
        first = _first_scores(loaded, candidates, locked)
        second = _second_scores(row, candidates, locked)
        ScoreSheet.objects.filter(round=locked).delete()
        sheets = insert_sheets(_sheets(locked, row, first, second, now=now))
        locked.rule_set = row
        locked.save(update_fields=["rule_set"])
        differences = disagreements(
            {str(one.id): one.facilities for one in candidates},
            [_standing_of_first(one) for one in first],
            [_standing_of_second(one) for one in second],
        )
        audit.record(
            "childcare.round.score",
            actor=actor,
            now=now,
            municipality=locked.municipality,
            object_type="round",
            object_id=locked.pk,
            outcome="differs" if differences else "agrees",
            facts={
                "applications": len(candidates),
                "sheets": sheets,
                "differences": len(differences),
                "rule_set_sha256": row.sha256,
            },
        )
    return ScoredRound(
        rule_set=row, applications=len(candidates), sheets=sheets, differences=differences
    )


def scores_by(loaded: rules.RuleSet, round_: Round, *, of: Set[UUID]) -> list[Score]:
    """Return what the first scorer finds by ``loaded``, a table tried out: nothing is stored.

    ``of`` are the applications of a run, wherever they stand now. Facts told in words that the
    table does not know count nothing (``fact_gaps`` names them); a round itself refuses them.
    """
    rows = Application.objects.filter(round=round_)

    def read(stored: list[dict[str, Any]]) -> tuple[Fact, ...]:
        return understood(loaded, facts_from_json(stored))

    return _first_scores(loaded, _candidates(round_, loaded, rows, of=of), round_, read=read)


def scorers_disagree(round_: Round) -> list[Disagreement]:
    """Return where the stored sheets of the two scorers differ, are missing, or are too old.

    Too old: the application was changed after it was scored. While the list is not empty, no
    notice may go out.
    """
    versions = {
        str(pk): (tuple(preferences or ()), at)
        for pk, preferences, at in selectable(round_).values_list(
            "pk", "current__preferences", "current__at"
        )
    }
    wishes = {pk: preferences for pk, (preferences, _at) in versions.items()}
    made = ScoreSheet.objects.filter(round=round_).values_list("application_id")
    stale = [
        Disagreement(application=str(pk), facility=None, fields=("stale",))
        for pk, oldest in made.annotate(oldest=Min("made_at")).order_by("application_id")
        if str(pk) in versions and versions[str(pk)][1] > oldest
    ]
    first, second = (stored_standings(round_, scorer) for scorer in Scorer)
    return stale + disagreements(wishes, first, second)


def _candidates(
    round_: Round,
    loaded: rules.RuleSet,
    applications: QuerySet[Application],
    *,
    of: Set[UUID] | None = None,
) -> list[_Candidate]:
    rows = [
        row
        for row in applications.select_related("current", "child").only(*_READ).order_by("pk")
        if of is None or row.pk in of
    ]
    numbers = _numbers(round_, rows, loaded)
    documents = _accepted_documents(round_)
    return [
        _Candidate(
            id=row.pk,
            household=row.child.household_id,
            receipt=row.receipt_number or str(row.pk),
            number=numbers[row.pk],
            facts=row.current.facts,
            documents=frozenset(documents[row.pk]),
            facilities=_facilities(row),
        )
        for row in rows
        if row.current is not None
    ]


def _facilities(row: Application) -> tuple[str, ...]:
    """Return the wishes and, for a transfer, the facility that the child keeps."""
    assert row.current is not None
    held = [str(row.held_facility_id)] if row.held_facility_id else []
    return tuple(dict.fromkeys([*row.current.preferences, *held]))


def _numbers(round_: Round, rows: Iterable[Application], loaded: rules.RuleSet) -> dict[UUID, int]:
    """Return each application's unique number, larger first."""
    last = loaded.tie_break[-1] if loaded.tie_break else None
    if isinstance(last, rules.TieByNumber) and last.unique == rules.Unique.RECEIPT_ORDER:
        ordered = sorted(
            rows, key=lambda row: (row.submitted_at or row.created_at, row.pk), reverse=True
        )
    else:
        ordered = sorted(rows, key=lambda row: lot(round_.pk, row.pk))
    return {row.pk: number for number, row in enumerate(ordered, start=1)}


def lot(round_id: UUID, application_id: UUID) -> bytes:
    """Return the lot of an application: nobody chooses it, anybody can draw it again."""
    return hashlib.sha256(f"{round_id}|{application_id}".encode()).digest()


def _accepted_documents(round_: Round) -> Mapping[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = Document.objects.filter(application__round=round_, state=DocumentState.ACCEPTED)
    for application, kind, subject in rows.values_list("application_id", "kind", "subject"):
        is_parents = subject.startswith("guardian:")
        found[application].add(f"{subject}:{kind}" if is_parents else kind)
    return found


def _first_scores(
    loaded: rules.RuleSet,
    candidates: Sequence[_Candidate],
    round_: Round,
    *,
    read: Callable[[list[dict[str, Any]]], tuple[Fact, ...]] = facts_from_json,
) -> list[Score]:
    families: dict[UUID, list[_Candidate]] = defaultdict(list)
    for one in candidates:
        families[one.household].append(one)
    scores: list[Score] = []
    broken: list[str] = []
    for family in families.values():
        try:
            scores += score_family(
                loaded,
                [_applicant(one, read(one.facts)) for one in family],
                on=round_.reference_on,
                starts_on=round_.starts_on,
            )
        except (BadFact, UnscorableFacts) as bad:
            broken.append(f"{', '.join(one.receipt for one in family)}: {bad}")
    if broken:
        raise RoundNotScorable("\n".join(broken[:_NAMED_MAX]), count=len(broken))
    return scores


def _applicant(one: _Candidate, facts: tuple[Fact, ...]) -> Applicant:
    return Applicant(
        key=str(one.id),
        number=one.number,
        facts=facts,
        documents=one.documents,
        facilities=one.facilities,
    )


def _second_scores(
    row: RuleSet, candidates: Sequence[_Candidate], round_: Round
) -> list[SecondScore]:
    return score_applications(
        row.content.encode(),
        (
            StoredApplication(
                key=str(one.id),
                family=str(one.household),
                number=one.number,
                facts=one.facts,
                documents=one.documents,
                facilities=one.facilities,
            )
            for one in candidates
        ),
        on=round_.reference_on,
        starts_on=round_.starts_on,
    )


def _sheets(
    round_: Round,
    row: RuleSet,
    first: Sequence[Score],
    second: Sequence[SecondScore],
    *,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    """Give the new sheets, each as its columns."""
    common = {"round_id": round_.pk, "rule_set_id": row.pk, "made_at": now}
    for one in first:
        yield common | _columns_of(one, Scorer.FIRST) | {
            "points_numerator": one.points.numerator,
            "points_denominator": one.points.denominator,
            "lines": [
                {
                    "row": line.row,
                    "subject": line.subject,
                    "points": line.points,
                    "facts": [fact.as_json() for fact in line.facts],
                }
                for line in one.lines
            ],
            "left_out": [fact.as_json() for fact in one.left_out] or None,
        }  # fmt: skip
    for two in second:
        yield common | _columns_of(two, Scorer.SECOND) | {
            "points_numerator": two.numerator,
            "points_denominator": two.denominator,
            "lines": [
                {"row": name, "subject": subject, "points": points}
                for name, subject, points in two.lines
            ],
        }  # fmt: skip


def _columns_of(score: Score | SecondScore, scorer: Scorer) -> dict[str, Any]:
    return {
        "application_id": UUID(score.key),
        "facility_id": UUID(score.facility) if score.facility else None,
        "scorer": scorer,
        "rank": score.rank,
        "tie_keys": list(score.tie_keys),
        "term_until": score.term_until,
    }


def _standing_of_first(score: Score) -> Standing:
    return Standing(
        application=score.key,
        facility=score.facility,
        rank=score.rank,
        points=(score.points.numerator, score.points.denominator),
        tie_keys=score.tie_keys,
        lines=frozenset((line.row, line.subject, line.points) for line in score.lines),
        term_until=score.term_until,
    )


def _standing_of_second(score: SecondScore) -> Standing:
    return Standing(
        application=score.key,
        facility=score.facility,
        rank=score.rank,
        points=(score.numerator, score.denominator),
        tie_keys=score.tie_keys,
        lines=frozenset(score.lines),
        term_until=score.term_until,
    )
