"""The last place of a visit is booked once, and a booking is opened by its reference alone."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from childcare.models import VisitBooking, VisitDay
from childcare.visits import (
    BookingUnknown,
    VisitDayWrong,
    VisitFull,
    VisitOver,
    book_visit,
    booking_by_reference,
    cancel_booking,
    cancel_visit_day,
    erase_bookings,
    export_bookings,
    forget_old_bookings,
    open_visit_day,
)
from core.audit import SYSTEM
from tests.childcare.facility_factories import make_facility, make_visit
from tests.disability_card.factories import make_person
from tests.disability_card.issuing import NOW


def book(day: VisitDay) -> VisitBooking:
    return book_visit(
        day, name="山田", contact="0267-00-0000", children=1, person=None, actor=SYSTEM, now=NOW
    )


@pytest.mark.django_db
def test_a_full_visit_is_refused_and_a_cancelled_place_is_free_again() -> None:
    day = make_visit(make_facility(), families_max=1)
    first = book(day)
    with pytest.raises(VisitFull):
        book(day)
    cancel_booking(first.reference.lower().replace("-", " "), actor=SYSTEM, now=NOW)
    with pytest.raises(BookingUnknown):
        cancel_booking(first.reference, actor=SYSTEM, now=NOW)
    assert book(day).reference != first.reference


@pytest.mark.django_db
def test_a_visit_that_began_or_was_cancelled_is_over() -> None:
    facility = make_facility()
    with pytest.raises(VisitOver):
        book(make_visit(facility, starts_at=NOW))
    day = make_visit(facility)
    cancel_visit_day(day, actor=SYSTEM, now=NOW)
    with pytest.raises(VisitOver):
        book(day)


@pytest.mark.django_db
def test_a_visit_day_lies_ahead_and_has_places() -> None:
    facility = make_facility()
    good = {"starts_at": NOW + timedelta(hours=1), "ends_at": NOW + timedelta(hours=2),
            "families_max": 1}  # fmt: skip
    for change in (
        {"starts_at": NOW},
        {"ends_at": NOW + timedelta(hours=1)},
        {"families_max": 0},
    ):
        with pytest.raises(VisitDayWrong):
            open_visit_day(facility, **(good | change), actor=SYSTEM, now=NOW)  # type: ignore[arg-type]
    open_visit_day(facility, **good, actor=SYSTEM, now=NOW)  # type: ignore[arg-type]
    with pytest.raises(VisitDayWrong):
        open_visit_day(facility, **good, actor=SYSTEM, now=NOW)  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "AAAA-AAAA", "x", "ＡＢＣ"])
def test_an_unknown_reference_gets_one_answer(typed: str) -> None:
    with pytest.raises(BookingUnknown):
        booking_by_reference(typed)


@pytest.mark.django_db
def test_the_api_books_once_for_a_key_and_never_shows_the_family(client: Client) -> None:
    day = make_visit(make_facility(), starts_at=NOW + timedelta(days=3650))
    body = {"name": "山田", "contact": "yamada@example.test"}
    answers = [
        client.post(
            f"/api/v1/childcare/visits/{day.pk}/book",
            body,
            content_type="application/json",
            headers={"Idempotency-Key": "one"},
        )
        for _try in range(2)
    ]
    assert answers[0].status_code == answers[1].status_code == 201
    assert answers[0].json() == answers[1].json()
    assert VisitBooking.objects.count() == 1
    shown = client.post(
        "/api/v1/childcare/visits/booking",
        {"reference": answers[0].json()["reference"]},
        content_type="application/json",
    )
    assert "山田" not in shown.content.decode()


def race(day: VisitDay, one_try: object, *, callers: int = 16) -> int:
    """Return how many of the callers, who start together, got a place."""
    wins: list[int] = []
    gate = threading.Barrier(callers)

    def call() -> None:
        try:
            gate.wait()
            one_try(day)  # type: ignore[operator]
            wins.append(1)
        except VisitFull:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _caller in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(wins)


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_sixteen_families_race_for_the_last_place_and_one_gets_it() -> None:
    day = make_visit(make_facility(), families_max=1)
    assert race(day, book) == 1
    day.refresh_from_db()
    assert day.families_booked == day.bookings.count() == 1


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_race_gives_the_place_twice() -> None:
    """The negative control: reading, checking and writing without a lock overbooks."""
    day = make_visit(make_facility(), families_max=1)
    everybody_looked = threading.Barrier(4, timeout=30)

    def naive(given: VisitDay) -> None:
        seen = VisitDay.objects.get(pk=given.pk)
        taken = given.bookings.count()
        everybody_looked.wait()
        if taken >= seen.families_max:
            raise VisitFull
        VisitBooking.objects.create(
            visit_day=seen, reference=f"{threading.get_ident()}"[-12:], name="x", contact="x",
            made_at=NOW,
        )  # fmt: skip

    assert race(day, naive, callers=4) > 1


@pytest.mark.django_db
def test_families_are_forgotten_ninety_days_after_their_visit() -> None:
    facility = make_facility()
    book(make_visit(facility))
    day = VisitDay.objects.get()
    assert forget_old_bookings(now=day.ends_at + timedelta(days=90)) == 0
    assert forget_old_bookings(now=day.ends_at + timedelta(days=90, seconds=1)) == 1
    assert not VisitBooking.objects.exists()


@pytest.mark.django_db
def test_a_persons_bookings_are_told_and_erased_and_the_place_is_free() -> None:
    person = make_person()
    day = make_visit(make_facility(), families_max=1)
    book_visit(day, name="山田", contact="x", children=1, person=person, actor=SYSTEM, now=NOW)
    assert "山田" in str(export_bookings(person.pk))
    erase_bookings(person.pk, NOW)
    assert export_bookings(person.pk) == []
    book(day)
