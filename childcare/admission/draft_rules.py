"""Who would gain and lose by a draft rule set: the round placed again by the draft's scores.

Nothing is stored, and only counts come out. The draft is scored by the first scorer; seats, wishes
and the lots of the last tie are those of the run. A table of another city may be tried too: where
it speaks of facts that the round's families do not tell, the effect says which they are.
"""

from collections.abc import Set
from dataclasses import replace
from fractions import Fraction
from uuid import UUID

from django.db.models import QuerySet

from childcare.admission.running import key_of, replay
from childcare.admission.snapshot import Inputs, Order, market_bytes, read_inputs
from childcare.admission.solve import load_market, solve
from childcare.admission.what_if import Effect, effect_of
from childcare.fact_gaps import FactGaps, gaps_of
from childcare.facts import facts_from_json
from childcare.models import Application, RuleSet, Run
from childcare.rule_sets import rules
from childcare.rule_sets_in_force import rules_of
from childcare.score_round import lot, scores_by

Orders = dict[tuple[UUID, UUID | None], Order]


def rule_sets_to_try(run: Run) -> QuerySet[RuleSet]:
    """Return the city's other point tables, drafts first: any may be tried, none is used."""
    rows = RuleSet.objects.filter(municipality=run.round.municipality)
    used = run.round.rule_set
    others = rows if used is None else rows.exclude(pk=used.pk)
    return others.order_by("status", "name", "version")


def draft_effect(run: Run, draft: RuleSet) -> Effect:
    """Return what scoring by ``draft`` would change in ``run``."""
    key = key_of(run)
    inputs = read_inputs(run.round, of=set(key.children))
    table = rules_of(draft)
    scores = scores_by(table, run.round, of=set(key.children))
    orders: Orders = {
        (UUID(one.key), UUID(one.facility) if one.facility else None): (
            -(one.rank or 0), Fraction(one.points), tuple(one.tie_keys),
        )
        for one in scores
    }  # fmt: skip
    changed: Inputs = replace(inputs, orders=_with_lots(orders, run))
    market, before = replay(run)
    after = solve(load_market(market_bytes(changed, key)))
    effect = effect_of(market, before.current, after.current)
    return replace(effect, gaps=_gaps(table, run, of=set(key.children)))


def _with_lots(orders: Orders, run: Run) -> Orders:
    """Let the lot decide last where a table names no tie-break, or not one that ends."""
    drawn = sorted({key[0] for key in orders}, key=lambda one: lot(run.round_id, one))
    numbers = {one: number for number, one in enumerate(drawn)}
    return {
        key: (rank, points, (*ties, numbers[key[0]]))
        for key, (rank, points, ties) in orders.items()
    }


def _gaps(table: rules.RuleSet, run: Run, *, of: Set[UUID]) -> FactGaps:
    """Return what the table asks and the run's families do not tell in its words."""
    used = run.round.rule_set
    rows = Application.objects.filter(pk__in=of).select_related("current")
    told = (
        fact
        for row in rows
        if row.current is not None
        for fact in facts_from_json(row.current.facts)
    )
    return gaps_of(table, None if used is None else rules_of(used), told)
