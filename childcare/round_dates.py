"""Correct the days of a round that was not run yet; families who applied are told.

A round that is open is the city's word. So a deadline moves later only, once somebody applied; the
opening day stands from the day that it came; the day of admission stands once somebody applied or
seats were set, because classes and seats go by it. What was scored by other days is scored anew:
its sheets go, and a run asks for new ones. After the run no day moves.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from http import HTTPStatus
from uuid import UUID

from django.db import IntegrityError, transaction

from childcare.applying.deadlines import DECIDED, last_day
from childcare.models import Application, Round, RoundKind, ScoreSheet, StateOfApplication
from childcare.round_opening import RoundDatesWrong, RoundExists, demand_first_day
from childcare.selectors import school_year_of
from core import audit
from core.actor import Actor
from core.ids import uuid7
from core.models import Notice
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date, end_of_day, start_of_day

NOTICE = "childcare.round-dates"


class RoundIsRun(Refusal):
    """The seats were given out by the days as they are."""

    code = "round-is-run"
    title = _("席を決めた回の日付は、変えられません")
    next_step = _("ちがう日付で決めるときは、新しい回を作ってください。")
    status = HTTPStatus.CONFLICT


class DeadlineMovedEarlier(Refusal):
    """Who applied, or is writing, counts on the day that was told."""

    code = "round-deadline-earlier"
    title = _("申しこみがあるので、しめきりを早くできません")
    next_step = _("しめきりは、いまの日かそれよりあとの日を書いてください。")
    status = HTTPStatus.CONFLICT


class RoundHasBegun(Refusal):
    """The opening day came: it is what happened."""

    code = "round-has-begun"
    title = _("もう始まった申しこみの初めの日は、変えられません")
    next_step = _("申しこみの初めの日を、いまの日にもどしてください。")
    status = HTTPStatus.CONFLICT


class RoundStartIsFixed(Refusal):
    """Classes, seats and wishes go by the day of admission."""

    code = "round-start-fixed"
    title = _("申しこみか席の数があるので、入園の日を変えられません")
    next_step = _("ちがう入園の日には、新しい回を作ってください。")
    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundDays:
    """The days of a round in Japan, both ends included."""

    starts_on: date
    opens_on: date
    closes_on: date
    reference_on: date  # 基準日


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDays:
    """The days to write; one that is not named stays, whoever else moved it meanwhile."""

    starts_on: date | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    reference_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was changed, and who has to hear of it."""

    round: Round
    changed: Mapping[str, tuple[date, date]]  # name of the day -> old and new
    told: int = 0  # people who got a notice
    without_account: int = 0  # families whom nobody told: by letter or telephone


def days_of(round_: Round) -> RoundDays:
    """Return the days as they stand."""
    return RoundDays(
        starts_on=round_.starts_on,
        opens_on=civil_date(round_.opens_at),
        closes_on=last_day(round_),
        reference_on=round_.reference_on,
    )


def may_correct(round_: Round) -> bool:
    """Say whether the days still move."""
    return round_.state not in DECIDED


def correct_days(round_: Round, new: NewDays, *, actor: Actor, now: datetime) -> Correction:
    """Write the days; the same ones change nothing. Raises the refusals of opening, and ours."""
    with transaction.atomic():
        # Who begins to apply meanwhile refers to this row, and waits for us or we for them.
        row = Round.objects.select_for_update().get(pk=round_.pk)
        named = {name: day for name, day in asdict(new).items() if day is not None}
        days = replace(days_of(row), **named)
        changed = _changed(days_of(row), days)
        if not changed:
            return Correction(round=row, changed={})
        if not may_correct(row):
            raise RoundIsRun
        _demand_sound(row, days, changed, now=now)
        _write(row, days, changed)
        if changed.keys() & {"reference_on", "starts_on"}:
            ScoreSheet.objects.filter(round=row).delete()
            row.rule_set = None
            row.save(update_fields=["rule_set"])
        audit.record(
            "childcare.round.dates",
            actor=actor,
            now=now,
            municipality=row.municipality,
            object_type="round",
            object_id=row.pk,
            facts={
                name: [old.isoformat(), new.isoformat()] for name, (old, new) in changed.items()
            },
        )
        told, silent = _tell_families(row, now=now)
    return Correction(round=row, changed=changed, told=told, without_account=silent)


def _changed(old: RoundDays, new: RoundDays) -> dict[str, tuple[date, date]]:
    before, after = asdict(old), asdict(new)
    return {name: (before[name], day) for name, day in after.items() if before[name] != day}


def _demand_sound(
    row: Round, days: RoundDays, changed: Mapping[str, tuple[date, date]], *, now: datetime
) -> None:
    has_families = Application.objects.filter(round=row).exists()
    if "starts_on" in changed:
        if has_families or row.slots.exists():
            raise RoundStartIsFixed
        demand_first_day(RoundKind(row.kind), days.starts_on)
    if "opens_on" in changed and now >= row.opens_at:
        raise RoundHasBegun
    if "closes_on" in changed:
        _demand_deadline(*changed["closes_on"], has_families=has_families, now=now)
    if not days.opens_on <= days.closes_on < days.starts_on:
        raise RoundDatesWrong


def _demand_deadline(old: date, new: date, *, has_families: bool, now: datetime) -> None:
    if has_families and new < old:
        raise DeadlineMovedEarlier
    if now >= end_of_day(new):
        raise RoundDatesWrong


def _write(row: Round, days: RoundDays, changed: Mapping[str, tuple[date, date]]) -> None:
    """Write what changed: a day that did not keeps its instant, which may have been an hour."""
    row.starts_on, row.reference_on = days.starts_on, days.reference_on
    row.fiscal_year = school_year_of(days.starts_on)
    if "opens_on" in changed:
        row.opens_at = start_of_day(days.opens_on)
    if "closes_on" in changed:
        row.closes_at = end_of_day(days.closes_on)
    try:
        with transaction.atomic():
            row.save(
                update_fields=["starts_on", "fiscal_year", "reference_on", "opens_at", "closes_at"]
            )
    except IntegrityError:
        raise RoundExists from None


def _tell_families(row: Round, *, now: datetime) -> tuple[int, int]:
    """Put one notice for each who applied or is writing; return them, and families without one."""
    gone = (StateOfApplication.WITHDRAWN, StateOfApplication.DECLINED)
    applications = Application.objects.filter(round=row).exclude(state__in=gone)
    families: set[tuple[UUID, UUID | None]] = set(
        applications.values_list("child__household_id", "child__household__applicant_id")
    )
    correction = uuid7()  # the same person hears of each one
    people = {person for _family, person in families if person is not None}
    Notice.objects.bulk_create(
        (
            Notice(
                municipality=row.municipality,
                person_id=person,
                kind=NOTICE,
                link="/childcare/applications/",
                dedupe_key=f"{NOTICE}:{correction}:{person}",
                created_at=now,
            )
            for person in sorted(people)
        ),
        batch_size=500,
    )
    return len(people), sum(person is None for _family, person in families)
