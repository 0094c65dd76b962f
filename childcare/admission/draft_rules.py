"""Who would gain and lose by a draft rule set: the round placed again by the draft's scores.

Nothing is stored, and only counts come out. The draft is scored by the first scorer; seats, wishes
and the lots of the last tie are those of the run.
"""

from dataclasses import replace
from fractions import Fraction
from uuid import UUID

from django.db.models import QuerySet

from childcare.admission.running import key_of, replay
from childcare.admission.snapshot import Inputs, Order, market_bytes, read_inputs
from childcare.admission.solve import load_market, solve
from childcare.admission.what_if import Effect, effect_of
from childcare.models import RuleSet, Run
from childcare.rule_sets_in_force import rules_of
from childcare.score_round import scores_by


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
    scores = scores_by(rules_of(draft), run.round, of=set(key.children))
    orders: dict[tuple[UUID, UUID | None], Order] = {
        (UUID(one.key), UUID(one.facility) if one.facility else None): (
            -(one.rank or 0), Fraction(one.points), tuple(one.tie_keys),
        )
        for one in scores
    }  # fmt: skip
    changed: Inputs = replace(inputs, orders=orders)
    market, before = replay(run)
    after = solve(load_market(market_bytes(changed, key)))
    return effect_of(market, before.current, after.current)
