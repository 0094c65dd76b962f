"""Failures of real cities, each with the control that stops it, and without that control.

Every test goes the whole way: point table published, families applied and were checked, the round
was scored, run and approved by two; only then is the notice asked for.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from childcare import rule_set_publication, score_round as score_round_module, scoring
from childcare.admission import approving, controls, publishing, running
from childcare.admission.approving import approve_run
from childcare.admission.publishing import publish_run
from childcare.admission.refusals import (
    CapacityNotReconciled,
    InputsChanged,
    PapersNotEntered,
    RoundIsAnnounced,
    ScorersDisagree,
    ScoresUnlikeBefore,
    SeatsUnlikeBefore,
)
from childcare.admission.running import make_run
from childcare.admission.score_alarm import explain_scores, score_alarms
from childcare.admission.seat_alarm import explain_seats
from childcare.admission.seats import open_questions, outliers
from childcare.admission.slotting import set_slots
from childcare.applying.selection import take_back_selection
from childcare.applying.told_facts import tell_facts
from childcare.applying.versions import content_of, write_version
from childcare.capacity_import import (
    FindingsNotExplained,
    approve_capacities,
    check_capacity_file,
    confirm_capacities,
)
from childcare.facts import Fact
from childcare.models import (
    Application,
    ClassCapacity,
    Decision,
    Document,
    Facility,
    Round,
    Run,
    ScoreSheet,
    Slot,
    WhyAVersion,
)
from childcare.rule_sets.problems import RuleSetRefused
from childcare.score_round import score_round
from core.audit import SYSTEM
from tests.childcare.admission.rounds import AFTER, make_officer
from tests.childcare.applying.factories import (
    NOW,
    make_child,
    make_clerk,
    make_facility,
    make_round,
    make_slot,
    make_verified,
    no_papers,
    told_by,
    verify,
)
from tests.childcare.published import published
from tests.childcare.rule_set_files import DEMO
from tests.disability_card.factories import CITY

pytestmark = pytest.mark.django_db


LATE = NOW + timedelta(days=10)  # before the deadline, after the first submission


def working(*hours: int) -> tuple[Fact, ...]:
    """Facts of two guardians who work so many hours a month; one number serves for both."""
    return tuple(
        Fact(subject=f"guardian:{number}", name=name, value=value)
        for number, one in ((1, hours[0]), (2, hours[-1]))
        for name, value in (("activity", "work"), ("hours_month", one))
    )


def april_round(*, is_published: bool = True) -> Round:
    if is_published:
        published()
    return make_round()


def nursery(
    round_: Round, *, seats: int = 1, at: Facility | None = None, **reported: Any
) -> Facility:
    """A nursery with a class of one-year-olds, reported, approved and confirmed by itself."""
    facility = at or make_facility()
    make_slot(round_, facility, offered=seats)
    good = {"seats": seats, "area_dm2": seats * 400, "staff": seats}
    ClassCapacity.objects.create(
        facility=facility, fiscal_year=round_.fiscal_year, class_age=1, **(good | reported)
    )
    confirm(facility, round_)
    return facility


def confirm(facility: Facility, round_: Round) -> None:
    confirm_capacities(
        facility, fiscal_year=round_.fiscal_year, confirmed_by=make_clerk(), actor=SYSTEM, now=NOW
    )


def family(
    round_: Round,
    *facilities: Facility,
    hours: int,
    second_hours: int | None = None,
    more: Iterable[Fact] = (),
) -> Application:
    facts = (*working(hours, hours if second_hours is None else second_hours), *more)
    child = make_child(birth_date=date(round_.fiscal_year - 2, 6, 10))
    return make_verified(child, round_=round_, facilities=facilities, facts=facts)


def scored_and_run(round_: Round) -> Run:
    score_round(round_, actor=SYSTEM, now=AFTER)
    return make_run(round_, actor=make_officer(), now=AFTER)


def approved(run: Run) -> Run:
    for _person in range(2):
        run = approve_run(run, actor=make_officer(), now=AFTER)
    return run


def notified(run: Run) -> None:
    publish_run(run, actor=make_officer(), now=AFTER)


def seat_of(row: Application) -> Any:
    return Decision.objects.get(application=row).facility_id


def without(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Take controls out of the list before the notice."""
    kept = {name: one for name, one in controls.CONTROLS.items() if name not in names}
    monkeypatch.setattr(controls, "CONTROLS", kept)


def stopped_by(run: Run) -> set[str]:
    """Return the names of the controls that stand between the run and the families."""
    return {one.name for one in controls.checked(run, now=AFTER) if one.refusal is not None}


# -- 甲賀 2023: points of a row were left out ----------------------------------------------------


def table_without_sibling_points() -> bytes:
    text = DEMO.read_text(encoding="utf-8")
    wrong = text.replace('{"==": [sibling_here, true]}', '{"==": [sibling_here, false]}')
    assert wrong != text
    return wrong.encode()


def test_koka_2023_a_row_that_counts_for_nobody_is_not_published() -> None:
    with pytest.raises(RuleSetRefused):
        published(table_without_sibling_points())


def test_koka_2023_without_worked_examples_wrong_notices_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rule_set_publication, "publication_problems", lambda _row: [])
    published(table_without_sibling_points())
    round_ = make_round()
    here = nursery(round_)
    sibling = Fact(subject=f"facility:{here.pk}", name="sibling_here", value=True)
    right = family(round_, here, hours=120, more=[sibling])  # 34 + 34 + 10 = 78 half points
    wrong = family(round_, here, hours=130)  # 68

    notified(approved(scored_and_run(round_)))

    # The lot decided between them, where ten half points should have.
    assert {seat_of(right), seat_of(wrong)} == {None, here.pk}
    points = set(ScoreSheet.objects.values_list("points_numerator", flat=True))
    assert points == {68}  # ten half points left out, by both scorers alike


def last_april(*, siblings: int, others: int = 0) -> None:
    """Last year's round, told: so many children had a sibling at the nursery."""
    before = make_round(fiscal_year=2026, starts_on=date(2026, 4, 1), reference_on=date(2026, 4, 1))
    scored_families(before, siblings=siblings, others=others)
    score_round(before, actor=SYSTEM, now=AFTER)
    Round.objects.filter(pk=before.pk).update(state="closed")


def scored_families(round_: Round, *, siblings: int, others: int) -> list[Application]:
    last = Slot.objects.select_related("facility").first()  # of last April, where there was one
    here = nursery(round_, at=last.facility if last else None)
    sibling = Fact(subject=f"facility:{here.pk}", name="sibling_here", value=True)
    return [
        family(round_, here, hours=120, more=[sibling] if number < siblings else [])
        for number in range(siblings + others)
    ]


def test_koka_2023_a_fact_that_nobody_imported_this_year_stops_the_notice() -> None:
    april_round()
    last_april(siblings=5)
    round_ = Round.objects.get(fiscal_year=2027)
    scored_families(round_, siblings=0, others=5)  # the list of siblings was never read in
    run = approved(scored_and_run(round_))

    with pytest.raises(ScoresUnlikeBefore):
        notified(run)
    assert not Decision.objects.exists()
    assert stopped_by(run) == {"likeness"}
    assert [one.row for one in score_alarms(round_)] == ["sibling_here"]

    # An approver may say why it is right; whoever computes anew is asked anew.
    explain_scores(run, reason="きょうだいの点をやめた", actor=make_officer(), now=AFTER)
    again = approved(make_run(round_, actor=make_officer(), now=AFTER))
    with pytest.raises(ScoresUnlikeBefore):
        notified(again)
    explain_scores(again, reason="きょうだいの点をやめた", actor=make_officer(), now=AFTER)
    notified(again)


def test_koka_2023_without_the_look_at_last_year_wrong_notices_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    april_round()
    last_april(siblings=5)
    round_ = Round.objects.get(fiscal_year=2027)
    rows = scored_families(round_, siblings=0, others=5)
    without(monkeypatch, "likeness")

    notified(approved(scored_and_run(round_)))

    assert [seat_of(row) for row in rows].count(None) == 4  # by lot, without anybody's points


# -- 浦安 2021: a new function went untested into the scores -------------------------------------


def broken_first_scorer(monkeypatch: pytest.MonkeyPatch, row: Application) -> None:
    """A scorer that loses half the points of one family."""
    honest = scoring.score_family

    def broken(*args: Any, **kwargs: Any) -> Any:
        return [
            replace(one, points=one.points / 2) if one.key == str(row.pk) else one
            for one in honest(*args, **kwargs)
        ]

    monkeypatch.setattr(score_round_module, "score_family", broken)


def test_urayasu_2021_the_second_scorer_stops_a_wrong_first_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    round_ = april_round()
    here = nursery(round_)
    right = family(round_, here, hours=160)
    family(round_, here, hours=64)
    broken_first_scorer(monkeypatch, right)

    with pytest.raises(ScorersDisagree):
        scored_and_run(round_)


def test_urayasu_2021_without_the_second_scorer_wrong_notices_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    round_ = april_round()
    here = nursery(round_)
    right = family(round_, here, hours=160)
    wrong = family(round_, here, hours=64)
    broken_first_scorer(monkeypatch, right)
    monkeypatch.setattr(running, "demand_agreement", lambda _round: None)
    without(monkeypatch, "scorers")

    notified(approved(scored_and_run(round_)))

    assert (seat_of(right), seat_of(wrong)) == (None, here.pk)


# -- 豊橋 2024: facilities reported too few seats ------------------------------------------------


def reported_short(round_: Round, *, seats: int, instead_of: int) -> Facility:
    """Last year's seats are known; this year's file has fewer, by mistake."""
    facility = make_facility()
    for fiscal_year, count in ((round_.fiscal_year - 1, instead_of), (round_.fiscal_year, seats)):
        row = f"{facility.place.number},1,{count},{count * 4},{count}"
        text = f"施設,クラス年齢,定員,面積,保育士\n{row}\n"
        found = check_capacity_file(
            text.encode(), file_name="seats.csv", municipality=CITY, fiscal_year=fiscal_year,
            submitted_by=make_clerk(), actor=SYSTEM, now=NOW,
        )  # fmt: skip
        is_short = fiscal_year == round_.fiscal_year
        reason = "確かめずに通す" if is_short else "昨年の数"
        if is_short:
            with pytest.raises(FindingsNotExplained):
                approve_capacities(
                    found, approved_by=make_clerk(), reason="", actor=SYSTEM, now=NOW
                )
        approve_capacities(found, approved_by=make_clerk(), reason=reason, actor=SYSTEM, now=NOW)
    make_slot(round_, facility, offered=seats)
    return facility


def test_toyohashi_2024_seats_that_no_facility_confirmed_stop_the_notice() -> None:
    round_ = april_round()
    here = reported_short(round_, seats=1, instead_of=120)
    for _child in range(2):
        family(round_, here, hours=160)
    run = approved(scored_and_run(round_))

    assert stopped_by(run) == {"capacity"}
    with pytest.raises(CapacityNotReconciled):
        notified(run)
    assert not Decision.objects.exists()


def test_toyohashi_2024_without_reconciliation_children_go_without_a_seat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    round_ = april_round()
    here = reported_short(round_, seats=1, instead_of=120)
    rows = [family(round_, here, hours=160) for _child in range(2)]
    without(monkeypatch, "capacity")

    notified(approved(scored_and_run(round_)))

    assert [seat_of(row) for row in rows].count(None) == 1


def test_toyohashi_2024_a_class_far_below_last_year_is_named_on_the_page() -> None:
    round_ = make_round()
    before = make_round(
        fiscal_year=round_.fiscal_year - 1, starts_on=date(round_.fiscal_year - 1, 4, 1)
    )
    facility = make_facility()
    Slot.objects.create(round=before, facility=facility, class_age=0, offered=12)
    Slot.objects.create(round=round_, facility=facility, class_age=0, offered=9)

    (first, *_rest) = outliers(round_)

    assert (first.facility, first.was, first.now) == (facility, 12, 9)


def offers_short() -> tuple[Round, list[Application]]:
    """Last April a nursery offered twelve seats; now it reports nine, and confirms them."""
    round_ = april_round()
    last = make_round(fiscal_year=2026, starts_on=date(2026, 4, 1), reference_on=date(2026, 4, 1))
    here = nursery(round_, seats=9)
    make_slot(last, here, offered=12)
    return round_, [family(round_, here, hours=160) for _child in range(10)]


def test_toyohashi_2024_a_nursery_that_confirms_its_own_mistake_stops_the_round() -> None:
    round_, _rows = offers_short()

    with pytest.raises(SeatsUnlikeBefore):
        scored_and_run(round_)
    assert not Run.objects.exists()

    clerk = make_officer()
    explain_seats(round_, reason="園が部屋をへらした", actor=clerk, now=AFTER)
    notified(approved(scored_and_run(round_)))
    round_.refresh_from_db()
    assert (round_.seats_explained, round_.seats_explained_by_id) == (
        "園が部屋をへらした", clerk.user_id,
    )  # fmt: skip
    with pytest.raises(RoundIsAnnounced):
        explain_seats(round_, reason="あとから", actor=clerk, now=AFTER)


def test_toyohashi_2024_a_reason_holds_for_the_seats_that_it_was_written_for() -> None:
    round_, _rows = offers_short()
    explain_seats(round_, reason="園が部屋をへらした", actor=make_officer(), now=AFTER)
    run = scored_and_run(round_)
    here = Slot.objects.get(round=round_)
    set_slots(round_, {(here.facility_id, 1): 8}, actor=make_officer(), now=AFTER)

    with pytest.raises(SeatsUnlikeBefore):
        approve_run(run, actor=make_officer(), now=AFTER)
    assert stopped_by(run) >= {"seats", "inputs"}
    with pytest.raises(SeatsUnlikeBefore):
        make_run(round_, actor=make_officer(), now=AFTER)


def test_toyohashi_2024_a_number_that_staff_change_is_asked_of_the_nursery_anew() -> None:
    round_ = april_round()
    here = nursery(round_, seats=2)
    family(round_, here, hours=160)
    set_slots(round_, {(here.pk, 1): 2}, actor=make_officer(), now=AFTER)
    assert open_questions(round_) == []  # the same number again is nothing new

    set_slots(round_, {(here.pk, 1): 1}, actor=make_officer(), now=AFTER)

    assert [one.facility for one in open_questions(round_)] == [here]
    assert "capacity" in stopped_by(scored_and_run(round_))
    confirm(here, round_)
    assert open_questions(round_) == []


def test_toyohashi_2024_without_the_look_at_last_years_round_a_child_goes_without_a_seat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    round_, rows = offers_short()
    without(monkeypatch, "seats")
    for module in (running, approving):
        monkeypatch.setattr(module, "demand_seats_explained", lambda _round: None)

    notified(approved(scored_and_run(round_)))

    assert [seat_of(row) for row in rows].count(None) == 1  # and three seats stood empty


def test_toyohashi_2024_a_class_that_the_file_left_out_is_named_too() -> None:
    round_, _rows = offers_short()
    forgotten = make_facility()
    last = Round.objects.get(fiscal_year=2026)
    Slot.objects.create(round=last, facility=forgotten, class_age=0, offered=6)

    named = {(one.facility, one.class_age): (one.was, one.now) for one in outliers(round_)}
    assert named[forgotten, 0] == (6, 0)


def test_a_month_is_not_held_against_a_month_of_the_year_before() -> None:
    now, before = (
        make_round(kind="monthly", fiscal_year=year, starts_on=date(year, 9, 1))
        for year in (2027, 2026)
    )
    facility = make_facility()
    for round_, offered in ((now, 1), (before, 6)):
        Slot.objects.create(round=round_, facility=facility, class_age=0, offered=offered)
    assert outliers(now) == []


# -- 西成: a certificate was filed before it was entered -----------------------------------------


def test_nishinari_a_paper_that_nobody_entered_stops_the_notice() -> None:
    round_ = april_round()
    here = nursery(round_)
    row = family(round_, here, hours=160)
    run = approved(scored_and_run(round_))
    file_a_paper(row)

    assert stopped_by(run) == {"papers"}
    with pytest.raises(PapersNotEntered):
        notified(run)


def test_nishinari_without_the_control_the_notice_knows_nothing_of_the_paper(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    round_ = april_round()
    here = nursery(round_)
    row = family(round_, here, hours=160)
    run = approved(scored_and_run(round_))
    file_a_paper(row)
    without(monkeypatch, "papers")

    notified(run)

    assert seat_of(row) == here.pk


def file_a_paper(row: Application) -> None:
    """An updated certificate comes during the selection and goes into the folder."""
    Document.objects.create(
        application=row,
        kind="employment_certificate",
        subject="guardian:1",
        state="received",
        channel="paper",
        received_at=AFTER,
    )


# -- 吹田 2024: a change of wishes was handled by one desk only ----------------------------------


def change_wishes(row: Application, *facilities: Facility) -> None:
    """The family changes its wishes; the case is taken out of the selection and checked again."""
    take_back_selection(row.round, actor=SYSTEM, now=AFTER)
    row.refresh_from_db()
    content = replace(
        content_of(row), preferences=tuple(str(facility.pk) for facility in facilities)
    )
    with transaction.atomic():
        write_version(
            row, content, why=WhyAVersion.CORRECTED, told=told_by(make_clerk(), now=AFTER)
        )
        row.save()


def test_suita_2024_a_change_of_wishes_after_the_run_stops_the_notice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    round_ = april_round()
    first, second = nursery(round_), nursery(round_)
    row = family(round_, first, second, hours=160)
    run = approved(scored_and_run(round_))
    change_wishes(row, second)

    assert {"inputs"} <= stopped_by(run)
    without(monkeypatch, "scorers")  # that control also sees it: the score is older than the wish
    with pytest.raises(InputsChanged):
        notified(run)
    assert not Decision.objects.exists()


def test_suita_2024_without_the_control_the_old_wish_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    round_ = april_round()
    first, second = nursery(round_), nursery(round_)
    row = family(round_, first, second, hours=160)
    run = approved(scored_and_run(round_))
    keep_score(monkeypatch)
    change_wishes(row, second)
    monkeypatch.setattr(publishing, "reasons_of", lambda _run: NoReasons(run))

    notified(run)

    assert seat_of(row) == first.pk


def keep_score(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "scorers", "inputs")


class NoReasons:
    """Explanations of a run whose inputs are gone."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def by_application(self) -> dict[Any, dict[str, Any]]:
        return {pk: {} for pk in self.run.allocations.values_list("application_id", flat=True)}

    def cutoffs(self) -> list[Any]:
        return []


# -- 橿原 2024: a pregnancy was told to one desk and not scored ----------------------------------


def tell_of_pregnancy(row: Application) -> None:
    """The mother's desk takes the form; the nursery desk is told nothing."""
    tell_facts(
        row.child.household,
        [Fact(subject="guardian:2", name="childbirth", value=True)],
        papers_of=no_papers,
        told=told_by(make_clerk(), now=LATE),
    )


def test_kashihara_2024_a_fact_told_to_another_desk_reopens_the_checks_and_is_scored() -> None:
    round_ = april_round()
    here = nursery(round_)
    mother = family(round_, here, hours=64)
    other = family(round_, here, hours=64, second_hours=120)
    tell_of_pregnancy(mother)
    mother.refresh_from_db()
    assert mother.state == "under_review"
    verify(mother)

    notified(approved(scored_and_run(round_)))

    assert (seat_of(mother), seat_of(other)) == (here.pk, None)


def test_kashihara_2024_where_desks_do_not_share_facts_wrong_notices_go() -> None:
    round_ = april_round()
    here = nursery(round_)
    mother = family(round_, here, hours=64)
    other = family(round_, here, hours=64, second_hours=120)  # the form stays at the mother's desk

    notified(approved(scored_and_run(round_)))

    assert (seat_of(mother), seat_of(other)) == (None, here.pk)


# -- 香芝 2025: capacity against the legal standards for years -----------------------------------


def test_kashiba_2025_more_seats_than_the_floor_allows_stop_the_notice() -> None:
    round_ = april_round()
    here = nursery(round_, seats=2, area_dm2=400)  # 4.00 m2 for two, 3.3 m2 each
    family(round_, here, hours=160)
    run = approved(scored_and_run(round_))

    assert stopped_by(run) == {"capacity"}
    with pytest.raises(CapacityNotReconciled):
        notified(run)
    assert not Decision.objects.exists()


def test_kashiba_2025_without_the_standards_children_are_sent_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    round_ = april_round()
    here = nursery(round_, seats=2, area_dm2=400)
    rows = [family(round_, here, hours=160) for _child in range(2)]
    without(monkeypatch, "capacity")

    notified(approved(scored_and_run(round_)))

    assert [seat_of(row) for row in rows] == [here.pk, here.pk]
