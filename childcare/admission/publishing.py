"""Tell the families: only what was scored alike twice, certified, counted and approved by two.

Published once: doing it again changes nothing. Decisions, the round's lowest admitted scores, the
offers and the notices are written in one transaction with the run's new state.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from childcare.admission.controls import demand_all
from childcare.admission.proof import chain_of, notice_sha256
from childcare.admission.reasons import Cutoff, Reasons
from childcare.admission.refusals import RoundIsAnnounced
from childcare.admission.running import key_of, replay
from childcare.admission.snapshot import read_inputs
from childcare.applying.versions import Told
from childcare.models import (
    Allocation,
    Application,
    Channel,
    Decision,
    Outcome,
    PublishedCutoff,
    Round,
    RoundState,
    Run,
    RunState,
)
from childcare.placing.offers import open_offers
from core import audit
from core.actor import Actor
from core.ids import uuid7
from core.models import Notice
from jp.clock import civil_date, end_of_day

ANSWER_DAYS: Final = 10  # how long a family may think about an offer, in civil days


def publish_run(run: Run, *, actor: Actor, now: datetime) -> Run:
    """Tell the families what ``run`` gives them; a published run is returned as it is.

    Raises the refusal of the first control that does not hold.
    """
    with transaction.atomic():
        round_ = Round.objects.select_for_update().get(pk=run.round_id)
        row = (
            Run.objects.select_for_update(of=("self",))
            .select_related("round__rule_set")
            .get(pk=run.pk)
        )
        if row.state == RunState.PUBLISHED:
            return row
        if round_.state in {RoundState.NOTIFIED, RoundState.CLOSED}:
            raise RoundIsAnnounced
        demand_all(row, now=now)
        reasons = reasons_of(row)
        decisions = _decisions(row, reasons.by_application(), now=now)
        Decision.objects.bulk_create(decisions, batch_size=500)
        row.chain_sha256 = chain_of(row, (one.notice_sha256 for one in decisions))
        row.state, row.published_at = RunState.PUBLISHED, now
        row.save(update_fields=["state", "published_at", "chain_sha256"])
        round_.state = RoundState.NOTIFIED
        round_.save(update_fields=["state"])
        _publish_cutoffs(round_, reasons.cutoffs())
        open_offers(row, told=Told(channel=Channel.ONLINE, actor=actor, now=now))
        _put_notices(row, decisions, now=now)
        audit.record(
            "childcare.run.publish",
            actor=actor,
            now=now,
            municipality=round_.municipality,
            object_type="run",
            object_id=row.pk,
            facts={"decisions": len(decisions), "chain": row.chain_sha256},
        )
    return row


def reasons_of(run: Run) -> Reasons:
    """Return the explanations of ``run``, from its own snapshot replayed."""
    key = key_of(run)
    market, solved = replay(run)
    inputs = read_inputs(run.round, of=set(key.children))
    return Reasons(market=market, current=solved.current, inputs=inputs, key=key)


def _decisions(
    run: Run, reasons: Mapping[UUID, dict[str, Any]], *, now: datetime
) -> list[Decision]:
    answer_by = end_of_day(civil_date(now) + timedelta(days=ANSWER_DAYS))
    found = []
    for allocation in run.allocations.order_by("pk"):
        outcome = _outcome(allocation)
        decision = Decision(
            id=uuid7(),
            run=run,
            application_id=allocation.application_id,
            outcome=outcome,
            facility_id=allocation.facility_id,
            class_age=allocation.class_age,
            reason=reasons[allocation.application_id],
            sent_at=now,
            answer_by=answer_by if outcome == Outcome.OFFERED else None,
        )
        decision.notice_sha256 = notice_sha256(decision)
        found.append(decision)
    return found


def _outcome(allocation: Allocation) -> Outcome:
    if allocation.is_held:
        return Outcome.HELD
    return Outcome.NOT_PLACED if allocation.facility_id is None else Outcome.OFFERED


def _publish_cutoffs(round_: Round, cutoffs: Sequence[Cutoff]) -> None:
    for one in cutoffs:
        facility, class_age = one.slot
        PublishedCutoff.objects.update_or_create(
            facility_id=facility,
            fiscal_year=round_.fiscal_year,
            class_age=class_age,
            defaults={"half_points": math.floor(one.half_points), "admitted": one.admitted},
        )


def _put_notices(run: Run, decisions: Sequence[Decision], *, now: datetime) -> None:
    """Put one notice a decision into the outbox; a family without an account gets the letter."""
    people = dict(
        Application.objects.filter(allocations__run=run).values_list(
            "pk", "child__household__applicant_id"
        )
    )
    Notice.objects.bulk_create(
        (
            Notice(
                municipality=run.round.municipality,
                person_id=people[one.application_id],
                kind="childcare.result",
                link=f"/childcare/applications/{one.application_id}/",
                dedupe_key=f"childcare.result:{one.pk}",
                created_at=now,
            )
            for one in decisions
            if people[one.application_id] is not None
        ),
        batch_size=500,
        ignore_conflicts=True,
    )
