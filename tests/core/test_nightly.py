"""The work of the night: all rooms, one command, no failure stops another."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.idempotency import forget_old_answers, once
from core.nightly import NightlyWork, every_night, nightly_works, work_of_the_night

NOW = datetime(2026, 11, 1, 17, 0, tzinfo=UTC)


def make_work(name: str = "a", **counts: int) -> NightlyWork:
    return NightlyWork(name=name, what="Do it.", run=lambda _now: counts)


def fails(_now: datetime) -> dict[str, int]:
    raise OSError("the disk is full")


def test_a_work_that_fails_stops_no_other() -> None:
    broken = NightlyWork(name="broken", what="Do it.", run=fails)
    outcomes = list(work_of_the_night([broken, make_work("whole", done=3)], now=NOW))
    assert [(one.counts, one.failure) for one in outcomes] == [
        (None, "OSError"),
        ({"done": 3}, ""),
    ]


def test_no_two_rooms_register_the_same_name() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        every_night(make_work(nightly_works()[0].name))


@pytest.mark.django_db
def test_the_command_does_the_work_of_every_room_and_a_second_run_does_no_more() -> None:
    def lines() -> list[str]:
        out = StringIO()
        call_command("nightly", stdout=out)
        return out.getvalue().splitlines()

    lines()
    assert [line.split("\t")[0] for line in lines()] == [work.name for work in nightly_works()]


@pytest.mark.django_db
def test_one_work_can_be_done_alone() -> None:
    out = StringIO()
    call_command("nightly", "--only", "idempotency-keys", stdout=out)
    assert out.getvalue() == "idempotency-keys\tdeleted 0\n"


@pytest.mark.django_db
def test_the_command_ends_with_an_error_that_names_what_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = NightlyWork(name="broken", what="Do it.", run=fails)
    monkeypatch.setattr("core.nightly._works", {"broken": broken})
    with pytest.raises(CommandError, match="broken"):
        call_command("nightly", stdout=StringIO(), stderr=StringIO())


@pytest.mark.django_db
def test_an_answer_is_kept_for_48_hours_to_the_second() -> None:
    once(lambda: (200, {}), key="k", actor="a", request_body={}, now=NOW)
    assert forget_old_answers(now=NOW + timedelta(hours=48)) == 0
    assert forget_old_answers(now=NOW + timedelta(hours=48, seconds=1)) == 1
