"""Notices as letters: one a person, no news in it, printed once."""

import subprocess
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Person, Role, User
from accounts.notice_choices import Ways, choose_ways
from accounts.officers import officer_of
from accounts.people import set_protective_block
from core.actor import Actor
from core.audit import SYSTEM
from core.models import AuditEvent, NoticeDelivery
from core.notice_delivery import plan
from core.outbox import put_notice
from tests.disability_card.factories import CITY, NOW, make_person, make_staff
from web.notice_letters import print_letters

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def make_clerk() -> User:
    return make_staff(Role.COUNTER)


def clerk(user: User | None = None) -> Actor:
    return officer_of((user or make_clerk()).email, now=NOW)[1]


def make_reader(**override: str) -> Person:
    good = {"name": "佐久 はな子", "address": "長野県佐久市中込1番地"}
    person = make_person(**(good | override), birth_date=date(1960, 4, 1))
    choose_ways(person, Ways(mail=False, letter=True), now=NOW)
    return person


def give_news(person: Person, *, count: int = 1) -> None:
    for number in range(count):
        put_notice(
            municipality=CITY, person_id=person.pk, kind="card.revoke", link="/card/",
            dedupe_key=f"{person.pk}:{number}", now=NOW,
        )  # fmt: skip
    plan(now=NOW)


def test_a_letter_has_name_and_address_and_no_news(tmp_path: Path) -> None:
    give_news(make_reader(), count=3)
    call_command("print_notice_letters", str(tmp_path / "letters.pdf"), "--as", make_clerk().email)
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "letters.pdf"), "-"],
        capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    assert text.count("佐久 はな子 様") == 1
    assert "長野県佐久市中込1番地" in text
    for word in ("手帳", "障", "card"):
        assert word not in text
    assert NoticeDelivery.objects.filter(sent_at__isnull=False).count() == 3


def test_a_printed_letter_is_not_printed_again() -> None:
    give_news(make_reader())
    files: list[bytes] = []
    assert print_letters(CITY, write=files.append, actor=clerk(), now=NOW).letters == 1
    assert print_letters(CITY, write=files.append, actor=clerk(), now=NOW).letters == 0
    assert len(files) == 1


def test_whoever_is_protected_from_the_officer_waits_for_another_one() -> None:
    reader, officer = make_reader(), make_clerk()
    set_protective_block(
        reader, blocked=make_person(user=officer), set_by=make_clerk(), actor=SYSTEM, now=NOW
    )
    give_news(reader)
    files: list[bytes] = []
    run = print_letters(CITY, write=files.append, actor=clerk(officer), now=NOW)
    assert (run.letters, run.by_hand, files) == (0, [], [])
    assert print_letters(CITY, write=files.append, actor=clerk(), now=NOW).letters == 1
    printed = AuditEvent.objects.filter(action="notice.letters-printed").order_by("id")
    assert [one.facts for one in printed] == [{"printed": 0}, {"printed": 1}]


def test_a_name_that_no_font_prints_waits_for_a_hand() -> None:
    person = make_reader(name="\U0003134a")
    give_news(person)
    run = print_letters(CITY, write=lambda _pdf: None, actor=clerk(), now=NOW)
    assert (run.letters, run.by_hand) == (0, [str(person.pk)])
    assert NoticeDelivery.objects.get().sent_at is None


def test_a_full_disk_loses_no_letter() -> None:
    give_news(make_reader())

    def full(_pdf: bytes) -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        print_letters(CITY, write=full, actor=clerk(), now=NOW)
    assert print_letters(CITY, write=lambda _pdf: None, actor=clerk(), now=NOW).letters == 1


def test_another_citys_letters_are_not_ours() -> None:
    give_news(make_reader())
    assert print_letters("202011", write=lambda _pdf: None, actor=clerk(), now=NOW).letters == 0
