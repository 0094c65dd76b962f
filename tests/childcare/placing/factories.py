"""Published results for tests: a run with one decision for each application."""

from datetime import UTC, date, datetime
from typing import Any

from childcare.applying.content import Siblings
from childcare.applying.selection import begin_selection
from childcare.models import (
    Application,
    Decision,
    Offer,
    Outcome,
    Round,
    Run,
    RunState,
    Slot,
)
from childcare.placing.offers import confirm_seat, open_offers
from core.audit import SYSTEM
from tests.childcare.applying.factories import (
    NOW,
    make_child,
    make_clerk,
    make_family,
    make_verified,
    told_by,
)

ANSWER_BY = datetime(2099, 12, 31, 15, 0, tzinfo=UTC)  # a page answers by the real clock


def make_run(round_: Round, **override: Any) -> Run:
    good: dict[str, Any] = {
        "round": round_, "number": Run.objects.filter(round=round_).count() + 1,
        "state": RunState.PUBLISHED, "market_sha256": "0" * 64, "result_sha256": "0" * 64,
        "rule_sha256": "0" * 64, "solver": "test", "method": "test", "slot_codes": {},
        "children": 9, "families": 9, "seats": 9, "placed": 0, "blocking_families": 0,
        "duration_ms": 1, "made_at": NOW, "published_at": NOW,
    }  # fmt: skip
    return Run.objects.create(**(good | override))


def decide(run: Run, application: Application, *, slot: Slot | None = None) -> Decision:
    return Decision.objects.create(
        run=run, application=application,
        outcome=Outcome.OFFERED if slot else Outcome.NOT_PLACED,
        facility=slot.facility if slot else None, class_age=1, reason={},
        notice_sha256="0" * 64, sent_at=NOW, answer_by=ANSWER_BY if slot else None,
    )  # fmt: skip


def make_offer(*, confirmed: bool = True, **override: Any) -> Offer:
    """A verified application that got the seat of its first wish."""
    row = make_verified(**override)
    begin_selection(row.round, actor=SYSTEM, now=NOW)
    wish = row.preferences.get(rank=1)
    slot = Slot.objects.get(round=row.round, facility=wish.facility)
    run = make_run(row.round)
    decide(run, row, slot=slot)
    told = told_by(make_clerk())
    open_offers(run, told=told)
    offer = Offer.objects.get(application=row)
    return confirm_seat(offer, told=told) if confirmed else offer


def make_waiting(**override: Any) -> Application:
    """A verified application that got no seat."""
    row = make_verified(**override)
    Application.objects.filter(pk=row.pk).update(state="not_placed")
    row.refresh_from_db()
    return row


def make_waiting_siblings(*slots: Slot, box: str, **form: Any) -> tuple[Application, Application]:
    """An elder of class 2 and a younger of class 1 of one family, both without a seat.

    ``slots`` are what they wish for; each child wishes for the facilities of its class.
    """
    family, siblings = make_family(), Siblings(box=box, **form)
    rows = []
    for age, born in ((2, date(2024, 6, 1)), (1, date(2025, 6, 1))):
        rows.append(
            make_waiting(
                child=make_child(family, birth_date=born), round_=slots[0].round,
                facilities=[slot.facility for slot in slots if slot.class_age == age],
                siblings=siblings,
            )
        )  # fmt: skip
    elder, younger = rows
    elder.refresh_from_db()
    return elder, younger
