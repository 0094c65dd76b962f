"""Compute a round: freeze the inputs, place, certify, keep everything that was used.

A new run takes the place of the ones before it; they stay as records. Nothing is told to anybody
here.
"""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from childcare.admission.agreement import demand_agreement
from childcare.admission.certificate import Checker
from childcare.admission.files import market_path, read, result_path, write
from childcare.admission.market import Market
from childcare.admission.market_file import strict_json
from childcare.admission.refusals import (
    CertificateRefused,
    RoundIsAnnounced,
    RoundStillOpen,
    RuleSetNotPublished,
)
from childcare.admission.result import SOLVER, Result
from childcare.admission.seat_alarm import demand_seats_explained
from childcare.admission.seating import Seating
from childcare.admission.snapshot import (
    Inputs,
    Key,
    SlotKey,
    market_bytes,
    new_key,
    read_inputs,
)
from childcare.admission.solve import Solved, load_market, solve
from childcare.applying.selection import begin_selection
from childcare.models import (
    Allocation,
    BlockingFamily,
    Round,
    RoundState,
    RuleSetStatus,
    Run,
    RunState,
)
from core import audit
from core.actor import Actor
from core.ids import uuid7

LIVE_RUNS = (RunState.DRAFT, RunState.CERTIFIED, RunState.APPROVED_ONCE, RunState.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Computed:
    """What one run found, before it is written."""

    inputs: Inputs
    key: Key
    raw: bytes
    market: Market
    solved: Solved
    duration_ms: int


def make_run(round_: Round, *, actor: Actor, now: datetime) -> Run:
    """Compute ``round_`` and return its new run, certified where no family blocks."""
    with transaction.atomic():
        row = Round.objects.select_for_update().get(pk=round_.pk)
        _demand_ready(row, now=now)
        computed = _compute(row)
        Run.objects.filter(round=row, state__in=LIVE_RUNS).update(
            state=RunState.VOID, void_reason="newer-run"
        )
        run = _write_run(row, computed, actor=actor, now=now)
        begin_selection(row, actor=actor, now=now)
        row.state = RoundState.SELECTION
        row.save(update_fields=["state"])
        audit.record(
            "childcare.round.run",
            actor=actor,
            now=now,
            municipality=row.municipality,
            object_type="run",
            object_id=run.pk,
            facts={
                "children": run.children,
                "placed": run.placed,
                "blocking": run.blocking_families,
                "market": run.market_sha256,
            },
        )
    return run


def _demand_ready(round_: Round, *, now: datetime) -> None:
    if round_.state in {RoundState.NOTIFIED, RoundState.CLOSED}:
        raise RoundIsAnnounced
    if now < round_.closes_at:
        raise RoundStillOpen
    if round_.rule_set is None or round_.rule_set.status != RuleSetStatus.PUBLISHED:
        raise RuleSetNotPublished
    demand_agreement(round_)
    demand_seats_explained(round_)


def _compute(round_: Round) -> _Computed:
    inputs = read_inputs(round_)
    key = new_key(inputs)
    raw = market_bytes(inputs, key)
    started = time.perf_counter()
    market = load_market(raw)
    solved = solve(market)
    return _Computed(
        inputs=inputs,
        key=key,
        raw=raw,
        market=market,
        solved=solved,
        duration_ms=round((time.perf_counter() - started) * 1000),
    )


def _write_run(round_: Round, computed: _Computed, *, actor: Actor, now: datetime) -> Run:
    result = computed.solved.result
    body = result.as_json()
    last = Run.objects.filter(round=round_).aggregate(last=Max("number"))["last"] or 0
    run = Run(
        id=uuid7(),
        round=round_,
        number=last + 1,
        state=RunState.DRAFT if result.blocking_families else RunState.CERTIFIED,
        market_sha256=result.market_sha256,
        result_sha256=hashlib.sha256(body).hexdigest(),
        rule_sha256=round_.rule_set.sha256 if round_.rule_set else "",
        solver=SOLVER,
        method=result.method,
        slot_codes={code: [str(of), age] for (of, age), code in computed.key.slots.items()},
        children=len(computed.inputs.applicants),
        families=len(computed.market.options),
        seats=sum(computed.inputs.offered.values()),
        placed=result.placed,
        blocking_families=len(result.blocking_families),
        duration_ms=computed.duration_ms,
        made_by_id=actor.user_id,
        made_at=now,
    )
    write(market_path(run), computed.raw)
    write(result_path(run), body)
    run.save(force_insert=True)
    _write_allocations(run, computed)
    _write_blocking(run, computed, result)
    return run


def _write_allocations(run: Run, computed: _Computed) -> None:
    seats = seats_of(computed.market, computed.solved.current, computed.key)
    rows = []
    for one in computed.inputs.applicants:
        seat = seats.get(one.application)
        is_held = seat is not None and seat == one.held
        rank = None
        if seat is not None and not is_held:
            rank = one.ranks[one.wishes.index(seat)]
        rows.append(
            Allocation(
                run=run,
                application_id=one.application,
                code=computed.key.children[one.application],
                class_age=one.class_age,
                facility_id=None if seat is None else seat[0],
                wish_rank=rank,
                is_held=is_held,
            )
        )
    Allocation.objects.bulk_create(rows, batch_size=500)


def seats_of(market: Market, current: Sequence[int], key: Key) -> dict[UUID, SlotKey]:
    """Return application -> the slot that it gets."""
    applications = {code: application for application, code in key.children.items()}
    slots = {code: slot for slot, code in key.slots.items()}
    return {
        applications[market.child_at[position]]: slots[market.slots[market.slot_at[position]]]
        for family, option in enumerate(current)
        for position in market.options[family][option]
    }


def _write_blocking(run: Run, computed: _Computed, result: Result) -> None:
    households = {
        computed.key.children[one.application]: one.household for one in computed.inputs.applicants
    }
    family_of = {code: number for number, code in enumerate(computed.market.identities)}
    seating = Seating.of(computed.market, computed.solved.current)
    applications = {code: pk for pk, code in computed.key.children.items()}
    slots = {code: slot for slot, code in computed.key.slots.items()}
    market = computed.market
    for code in result.blocking_families:
        family = family_of[code]
        index = seating.best_option(family, before=computed.solved.current[family])
        BlockingFamily.objects.create(
            run=run,
            household_id=households[code],
            option=[
                [
                    str(applications[market.child_at[position]]),
                    str(slots[market.slots[market.slot_at[position]]][0]),
                ]
                for position in market.options[family][index]
            ],
        )


def key_of(run: Run) -> Key:
    """Return who is who in the run's snapshot."""
    codes: Mapping[str, tuple[str, int]] = run.slot_codes
    return Key(
        children=dict(run.allocations.values_list("application_id", "code")),
        slots={(UUID(facility), age): code for code, (facility, age) in codes.items()},
    )


def replay(run: Run) -> tuple[Market, Solved]:
    """Solve the stored snapshot again; :class:`CertificateRefused` if a byte of either differs."""
    market = load_market(read(market_path(run), sha256=run.market_sha256))
    solved = solve(market)
    if solved.result.as_json() != read(result_path(run), sha256=run.result_sha256):
        raise CertificateRefused("the replay differs from the result")
    return market, solved


def demand_certificate(run: Run) -> None:
    """Check the files of the run by the certificate; raise :class:`CertificateRefused`."""
    market = strict_json(read(market_path(run), sha256=run.market_sha256))
    result = strict_json(read(result_path(run), sha256=run.result_sha256))
    checker = Checker(market, result["assignment"])
    if (blocking := checker.blocking()) or checker.overfull():
        raise CertificateRefused(blocking=len(blocking))
