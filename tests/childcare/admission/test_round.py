"""A round from verified applications to decisions, with every control on the way."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Delegation, Person
from childcare.admission import certificate
from childcare.admission.approving import approve_run, send_back
from childcare.admission.controls import checked
from childcare.admission.files import market_path, result_path
from childcare.admission.proof import prove
from childcare.admission.publishing import publish_run, reasons_of
from childcare.admission.refusals import (
    ApprovalsMissing,
    CapacityNotReconciled,
    CertificateRefused,
    InputsChanged,
    NotInThisRunState,
    NotTheSecondPerson,
    RoundStillOpen,
    RuleSetNotPublished,
    ScorersDisagree,
    ScoresMissing,
    ScoresTied,
)
from childcare.admission.running import make_run, replay
from childcare.applying.content import Siblings
from childcare.models import (
    Decision,
    Offer,
    PublishedCutoff,
    Round,
    Run,
    RunState,
    ScoreSheet,
    Slot,
)
from core.actor import Actor
from core.ids import uuid7
from core.models import AuditEvent, Notice
from tests.childcare.admission.rounds import (
    AFTER,
    apply_for,
    make_class,
    make_officer,
    make_scored_round,
    make_siblings,
    staff_actor,
)
from tests.childcare.applying.factories import (
    NOW,
    make_child,
    make_family,
    make_slot,
    make_verified,
)
from tests.disability_card.factories import make_staff

pytestmark = pytest.mark.django_db


def run_of(round_: Round, *, now: datetime = AFTER) -> Run:
    return make_run(round_, actor=make_officer(), now=now)


def approved(run: Run) -> Run:
    for _person in range(2):
        run = approve_run(run, actor=make_officer(), now=AFTER)
    return run


def published(round_: Round) -> Run:
    return publish_run(approved(run_of(round_)), actor=make_officer(), now=AFTER)


def test_the_seat_goes_by_points_and_every_family_is_told_once() -> None:
    round_ = make_scored_round()
    first, second = make_class(round_, seats=1), make_class(round_, seats=1)
    high = apply_for(round_, first, second, points=100)
    middle = apply_for(round_, first, second, points=90)
    low = apply_for(round_, first, second, points=80)

    run = published(round_)

    told = {one.application_id: one for one in Decision.objects.all()}
    assert told[high.pk].facility_id == first.pk
    assert told[middle.pk].facility_id == second.pk
    assert told[low.pk].outcome == "not_placed"
    answer_by = told[high.pk].answer_by
    assert answer_by is not None
    assert answer_by > AFTER + timedelta(days=9)
    assert {one.state for one in (refreshed(high), refreshed(middle))} == {"offered"}
    assert refreshed(low).state == "not_placed"
    assert Offer.objects.count() == 2
    assert Notice.objects.filter(kind="childcare.result").count() == 3
    assert run.round.state == "selection"
    assert Round.objects.get().state == "notified"


def refreshed(row: Any) -> Any:
    row.refresh_from_db()
    return row


def test_publishing_twice_changes_nothing() -> None:
    round_ = make_scored_round()
    apply_for(round_, make_class(round_), points=100)
    run = published(round_)
    before = (Decision.objects.count(), Notice.objects.count(), Offer.objects.count(),
              AuditEvent.objects.count(), run.chain_sha256)  # fmt: skip

    again = publish_run(run, actor=make_officer(), now=AFTER + timedelta(hours=1))

    assert (Decision.objects.count(), Notice.objects.count(), Offer.objects.count(),
            AuditEvent.objects.count(), again.chain_sha256) == before  # fmt: skip
    assert again.published_at == AFTER


def test_the_snapshot_says_nothing_of_who_is_in_it() -> None:
    round_ = make_scored_round()
    facility = make_class(round_)
    row = apply_for(round_, facility, points=100)

    text = market_path(run_of(round_)).read_text()

    for told in (row.pk, row.child_id, row.child.household_id, facility.pk, facility.place.name):
        assert str(told) not in text
    assert [value for _child, _slot, value in json.loads(text)["priority"]] == [0]  # not the score


def test_two_runs_of_one_round_use_other_names_and_give_the_same_seats() -> None:
    round_ = make_scored_round()
    first, second = make_class(round_, seats=1), make_class(round_, seats=1)
    for points in (100, 90, 80):
        apply_for(round_, first, second, points=points)

    one, other = run_of(round_), run_of(round_)

    assert one.market_sha256 != other.market_sha256
    seats = [
        sorted(run.allocations.values_list("application_id", "facility_id")) for run in (one, other)
    ]
    assert seats[0] == seats[1]
    assert Run.objects.get(pk=one.pk).state == RunState.VOID


def test_an_auditor_verifies_the_files_of_a_run_with_the_certificate_alone() -> None:
    round_ = make_scored_round()
    facility = make_class(round_)
    make_slot(round_, facility, class_age=2)
    make_siblings(round_, facility, points=90, box="B")
    apply_for(round_, facility, points=100)
    run = run_of(round_)

    assert certificate.main([str(market_path(run)), str(result_path(run))]) == 0
    assert replay(run)[1].result.placed == run.placed


def test_a_changed_file_is_refused() -> None:
    round_ = make_scored_round()
    apply_for(round_, make_class(round_), points=100)
    run = run_of(round_)
    path = result_path(run)
    path.write_bytes(path.read_bytes().replace(b'"placed":1', b'"placed":0'))

    with pytest.raises(CertificateRefused):
        approve_run(run, actor=make_officer(), now=AFTER)
    with pytest.raises(CertificateRefused):
        replay(run)


def test_nothing_is_computed_while_families_may_still_apply() -> None:
    round_ = make_scored_round()
    apply_for(round_, make_class(round_), points=100)

    with pytest.raises(RoundStillOpen):
        run_of(round_, now=round_.closes_at - timedelta(microseconds=1))
    assert run_of(round_, now=round_.closes_at).number == 1


def test_a_round_refuses_a_rule_set_that_is_only_a_reference() -> None:
    round_ = make_scored_round(status="reference")
    apply_for(round_, make_class(round_), points=100)

    with pytest.raises(RuleSetNotPublished):
        run_of(round_)


def test_a_child_without_a_score_stops_the_run() -> None:
    round_ = make_scored_round()
    facility = make_class(round_)
    apply_for(round_, facility, points=100)
    make_verified(make_child(), round_=round_, facilities=[facility])

    with pytest.raises(ScoresMissing):
        run_of(round_)


def test_scorers_that_differ_stop_the_run() -> None:
    round_ = make_scored_round()
    row = apply_for(round_, make_class(round_), points=100)
    ScoreSheet.objects.filter(application=row, scorer="second").update(points_numerator=101)

    with pytest.raises(ScorersDisagree):
        run_of(round_)


def test_a_tie_is_an_error_and_never_a_draw() -> None:
    round_ = make_scored_round()
    facility = make_class(round_)
    for _child in range(2):
        apply_for(round_, facility, points=100)
    ScoreSheet.objects.update(tie_keys=[7])

    with pytest.raises(ScoresTied):
        run_of(round_)


def test_half_points_and_means_are_compared_exactly() -> None:
    """100/3 half points against 33: the mean is more, by a third of a half point."""
    round_ = make_scored_round()
    facility = make_class(round_, seats=1)
    mean = apply_for(round_, facility, points=100)
    ScoreSheet.objects.filter(application=mean).update(points_denominator=3)
    apply_for(round_, facility, points=33)

    run = run_of(round_)

    assert run.allocations.get(application=mean).facility_id == facility.pk


def test_a_transfer_keeps_its_seat_and_is_told_so() -> None:
    round_ = make_scored_round()
    wanted, held = make_class(round_, seats=1), make_class(round_, seats=0)
    transfer = apply_for(round_, wanted, points=10, held=held)
    apply_for(round_, wanted, held, points=100)

    published(round_)

    told = Decision.objects.get(application=transfer)
    assert (told.outcome, told.facility_id) == ("held", held.pk)


def test_the_seat_that_a_transfer_leaves_goes_to_the_next() -> None:
    round_ = make_scored_round()
    wanted, held = make_class(round_, seats=1), make_class(round_, seats=0)
    apply_for(round_, wanted, points=100, held=held)
    waiting = apply_for(round_, held, points=10)

    run = run_of(round_)

    assert run.allocations.get(application=waiting).facility_id == held.pk


# -- approvals --------------------------------------------------------------------------------


def test_one_person_cannot_approve_twice() -> None:
    round_ = make_scored_round()
    apply_for(round_, make_class(round_), points=100)
    officer = make_officer()
    run = approve_run(run_of(round_), actor=officer, now=AFTER)

    with pytest.raises(NotTheSecondPerson):
        approve_run(run, actor=officer, now=AFTER)


def test_a_second_account_of_the_same_person_is_not_a_second_person() -> None:
    round_ = make_scored_round()
    apply_for(round_, make_class(round_), points=100)
    first, second = make_officer(), make_officer()
    merge(second, into=first)
    run = approve_run(run_of(round_), actor=first, now=AFTER)

    with pytest.raises(NotTheSecondPerson):
        approve_run(run, actor=second, now=AFTER)


def person_of(actor: Actor) -> Person:
    return Person.objects.get(user=actor.user_id)


def merge(one: Actor, *, into: Actor) -> None:
    Person.objects.filter(pk=person_of(one).pk).update(merged_into=person_of(into))


def test_accounts_merged_after_they_approved_stop_the_notice() -> None:
    round_ = make_scored_round()
    apply_for(round_, make_class(round_), points=100)
    first, second = make_officer(), make_officer()
    run = approve_run(run_of(round_), actor=first, now=AFTER)
    run = approve_run(run, actor=second, now=AFTER)
    merge(second, into=first)

    with pytest.raises(NotTheSecondPerson):
        publish_run(run, actor=make_officer(), now=AFTER)
    assert not Decision.objects.exists()


def test_an_officer_does_not_sign_for_another_nor_at_the_counter() -> None:
    round_ = make_scored_round()
    apply_for(round_, make_class(round_), points=100)
    run = run_of(round_)
    officer = make_officer()
    assert officer.user_id is not None
    for override in ({"on_behalf_of": officer.person_id}, {"counter_session": officer.user_id}):
        acting = staff_actor(make_staff(), **override)
        with pytest.raises(NotTheSecondPerson):
            approve_run(run, actor=acting, now=AFTER)


def test_who_may_act_for_the_first_officer_is_not_the_second() -> None:
    round_ = make_scored_round()
    apply_for(round_, make_class(round_), points=100)
    first, second = make_officer(), make_officer()
    Delegation.objects.create(
        principal=person_of(first), agent=person_of(second), kind="helper",
        valid_from=NOW, proof="counter",
    )  # fmt: skip
    run = approve_run(run_of(round_), actor=first, now=AFTER)

    with pytest.raises(NotTheSecondPerson):
        approve_run(run, actor=second, now=AFTER)


def test_one_approval_is_not_enough_to_publish() -> None:
    round_ = make_scored_round()
    apply_for(round_, make_class(round_), points=100)
    run = approve_run(run_of(round_), actor=make_officer(), now=AFTER)

    with pytest.raises(ApprovalsMissing):
        publish_run(run, actor=make_officer(), now=AFTER)


def test_a_run_that_was_sent_back_cannot_be_approved() -> None:
    round_ = make_scored_round()
    apply_for(round_, make_class(round_), points=100)
    run = send_back(run_of(round_), reason="席を確かめる", actor=make_officer(), now=AFTER)

    with pytest.raises(NotInThisRunState):
        approve_run(run, actor=make_officer(), now=AFTER)


def test_what_was_in_a_run_that_was_sent_back_can_be_corrected_and_goes_in_again() -> None:
    round_ = make_scored_round()
    row = apply_for(round_, make_class(round_), points=100)

    def state() -> str:
        row.refresh_from_db()
        return str(row.state)

    run = run_of(round_)
    assert state() == "in_selection"
    send_back(run, reason="申請を直す", actor=make_officer(), now=AFTER)
    assert state() == "verified"
    assert run_of(round_).placed == 1
    assert state() == "in_selection"


def test_a_result_with_a_blocking_family_names_it_and_cannot_be_approved() -> None:
    """A pair and a child who chase one another round two seats."""
    round_ = make_scored_round()
    first, second = make_class(round_, seats=1), make_class(round_, seats=1)
    elder, younger = make_siblings_of_one_class(round_, first, second)
    single = apply_for(round_, first, second, points=50)
    raise_at(elder, first, 60)
    raise_at(younger, second, 40)

    run = run_of(round_)

    assert run.state == RunState.DRAFT
    (named,) = run.blocking.all()
    assert named.option
    assert named.household_id in {elder.child.household_id, single.child.household_id}
    with pytest.raises(NotInThisRunState):
        approve_run(run, actor=make_officer(), now=AFTER)


def make_siblings_of_one_class(round_: Round, *facilities: Any) -> tuple[Any, Any]:
    family = make_family()
    box = Siblings(box="B")
    one = apply_for(round_, facilities[0], points=50, family=family, siblings=box)
    other = apply_for(
        round_, facilities[1], points=50, family=family, siblings=box, born=date(2025, 8, 1)
    )
    return one, other


def raise_at(row: Any, facility: Any, points: int) -> None:
    for sheet in ScoreSheet.objects.filter(application=row, facility=None):
        sheet.pk, sheet.facility, sheet.points_numerator = uuid7(), facility, points
        sheet.lines = []
        sheet.save(force_insert=True)


# -- what stops the notice --------------------------------------------------------------------


def test_a_wish_that_changed_after_the_run_stops_the_notice() -> None:
    round_ = make_scored_round()
    first, second = make_class(round_), make_class(round_)
    row = apply_for(round_, first, second, points=100)
    run = approved(run_of(round_))
    row.preferences.filter(facility=second).delete()

    with pytest.raises(InputsChanged):
        publish_run(run, actor=make_officer(), now=AFTER)


def test_a_score_that_changed_after_the_run_stops_the_notice() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=1)
    apply_for(round_, facility, points=100)
    low = apply_for(round_, facility, points=90)
    run = approved(run_of(round_))
    ScoreSheet.objects.filter(application=low).update(points_numerator=110)

    with pytest.raises(InputsChanged):
        publish_run(run, actor=make_officer(), now=AFTER)


def test_seats_that_no_facility_confirmed_stop_the_notice() -> None:
    round_ = make_scored_round()
    facility = make_class(round_)
    apply_for(round_, facility, points=100)
    run = approved(run_of(round_))
    facility.capacities.update(confirmed_at=None, confirmed_by=None)

    with pytest.raises(CapacityNotReconciled):
        publish_run(run, actor=make_officer(), now=AFTER)


def test_the_page_lists_each_control_with_what_it_says() -> None:
    round_ = make_scored_round()
    apply_for(round_, make_class(round_), points=100)
    run = run_of(round_)

    says = {one.name: one.refusal for one in checked(run, now=AFTER)}

    assert {name for name, refusal in says.items() if refusal} == {"approvals"}


# -- records and proof ------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["allocations", "approvals", "decisions"])
def test_what_was_decided_cannot_be_changed_or_removed(table: str) -> None:
    round_ = make_scored_round()
    apply_for(round_, make_class(round_), points=100)
    run = published(round_)
    row = getattr(run, table).first()

    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_the_proof_holds_before_and_after_the_notice_and_its_hash_stays() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=1)
    apply_for(round_, facility, points=100)
    apply_for(round_, facility, points=90)
    run = run_of(round_)
    assert prove(run).holds

    run = publish_run(approved(run), actor=make_officer(), now=AFTER)

    assert prove(run).holds
    assert prove(run).chain == run.chain_sha256 == prove(run).chain_now


def test_the_proof_names_the_link_that_broke() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=1)
    apply_for(round_, facility, points=100)
    low = apply_for(round_, facility, points=90)
    run = published(round_)
    ScoreSheet.objects.filter(application=low).update(points_numerator=110)

    proof = prove(run)

    assert (proof.scores_to_market, proof.market_to_result, proof.result_to_notices) == (
        False, True, True,
    )  # fmt: skip
    assert not proof.holds


def test_lowest_admitted_points_are_kept_with_how_many_were_admitted() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=5)
    for points in (100, 90, 80, 70, 65, 61):
        apply_for(round_, facility, points=points)

    published(round_)

    row = PublishedCutoff.objects.get()
    assert (row.half_points, row.admitted, row.fiscal_year) == (65, 5, 2027)


def test_shared_seats_are_not_given_twice() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=2)
    Slot.objects.create(round=round_, facility=facility, class_age=2, offered=2)
    Slot.objects.filter(facility=facility).update(shared_group="1-2", shared_seats=3)
    for _pair in range(2):
        make_siblings(round_, facility, points=80, box="C", one_alone="either")

    assert run_of(round_).placed == 3


# -- explanations -----------------------------------------------------------------------------


def reason_of(row: Any) -> dict[str, Any]:
    return Decision.objects.get(application=row).reason  # type: ignore[no-any-return]


def test_a_family_is_told_by_how_much_it_missed_where_five_were_admitted() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=5)
    for points in (100, 90, 80, 70, 65):
        apply_for(round_, facility, points=points)
    apply_for(round_, facility, points=63)
    missed = apply_for(round_, facility, points=61)

    published(round_)

    (wish,) = reason_of(missed)["wishes"]
    assert (wish["lowest"], wish["own"], wish["admitted"]) == ([65, 1], [61, 1], 5)
    assert wish["verdict"] == "points"
    assert reason_of(missed)["change"] == "points"


def test_with_four_admitted_no_points_of_others_are_told() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=4)
    for points in (100, 90, 80, 70):
        apply_for(round_, facility, points=points)
    missed = apply_for(round_, facility, points=61)

    published(round_)

    (wish,) = reason_of(missed)["wishes"]
    assert (wish["lowest"], wish["verdict"]) == (None, "points")


def test_a_tie_is_told_without_anything_of_the_other_child() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=5)
    for points in (100, 90, 80, 70):
        apply_for(round_, facility, points=points)
    pair = [apply_for(round_, facility, points=65) for _child in range(2)]

    published(round_)

    (missed,) = [row for row in pair if refreshed(row).state == "not_placed"]
    (wish,) = reason_of(missed)["wishes"]
    assert (wish["verdict"], wish["lowest"]) == ("tie", None)
    assert reason_of(missed)["change"] == "seat"  # next in line


def test_a_family_is_told_that_its_sibling_form_refused_the_seat() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=1)
    Slot.objects.create(round=round_, facility=facility, class_age=2, offered=0)
    elder, younger = make_siblings(round_, facility, points=80, box="A")

    run = run_of(round_)
    assert not run.allocations.exclude(facility=None).exists()
    reasons = reasons_of(run).by_application()
    assert reasons[younger.pk]["wishes"][0]["verdict"] == "siblings"
    assert reasons[younger.pk]["change"] == "box"
    assert reasons[elder.pk]["wishes"][0]["verdict"] == "no_seat"


def test_a_family_in_a_later_rank_is_told_of_the_rank_and_of_no_points() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=5)
    for points in (100, 90, 80, 70, 65):
        apply_for(round_, facility, points=points)
    later = apply_for(round_, facility, points=99)
    ScoreSheet.objects.filter(application=later).update(rank=2)

    published(round_)

    (wish,) = reason_of(later)["wishes"]
    assert (wish["verdict"], wish["own"], wish["lowest"]) == ("rank", [99, 1], None)
    assert reason_of(later)["change"] == "seat"
    assert PublishedCutoff.objects.get().half_points == 65


def test_lowest_points_of_another_rank_are_no_reason() -> None:
    """The last one in has 99 points in the second rank; the lowest admitted, 65 in the first."""
    round_ = make_scored_round()
    facility = make_class(round_, seats=5)
    for points in (100, 90, 80, 65):
        apply_for(round_, facility, points=points)
    later = [apply_for(round_, facility, points=points) for points in (99, 77, 64)]
    ScoreSheet.objects.filter(application__in=later).update(rank=2)

    published(round_)

    above, below = (reason_of(row)["wishes"][0] for row in later[1:])
    assert (above["verdict"], above["lowest"]) == ("points", None)
    assert (below["verdict"], below["lowest"]) == ("points", [65, 1])
    assert PublishedCutoff.objects.get().half_points == 65


def test_a_single_child_is_refused_by_the_seats_that_its_class_shares() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=2)
    Slot.objects.create(round=round_, facility=facility, class_age=2, offered=2)
    Slot.objects.filter(facility=facility).update(shared_group="1-2", shared_seats=1)
    apply_for(round_, facility, points=80, born=date(2024, 6, 1))
    missed = apply_for(round_, facility, points=70)

    reason = reasons_of(run_of(round_)).by_application()[missed.pk]

    assert reason["wishes"][0]["verdict"] == "points"
    assert reason["change"] == "nothing"  # another seat in the class would not be another seat


def test_one_more_seat_is_not_promised_to_brothers_and_sisters_who_lack_two() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=1)
    Slot.objects.create(round=round_, facility=facility, class_age=2, offered=1)
    apply_for(round_, facility, points=90)
    apply_for(round_, facility, points=90, born=date(2024, 6, 1))
    both = make_siblings(round_, facility, points=80, box="A")

    reasons = reasons_of(run_of(round_)).by_application()

    assert [reasons[row.pk]["change"] for row in both] == ["nothing", "nothing"]


def test_scores_by_facility_decide_at_that_facility_only() -> None:
    round_ = make_scored_round()
    first, second = make_class(round_, seats=1), make_class(round_, seats=1)
    one = apply_for(round_, first, second, points=50)
    other = apply_for(round_, first, second, points=60)
    raise_at(one, first, 70)

    run = run_of(round_)

    assert run.allocations.get(application=one).facility_id == first.pk
    assert run.allocations.get(application=other).facility_id == second.pk
