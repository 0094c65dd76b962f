"""The ledger's sibling codes: shown before anything is written, all or nothing, within the city."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Role
from childcare.applying.content import Siblings
from childcare.applying.sibling_ledger import plan_siblings
from childcare.applying.versions import content_of
from childcare.models import Application, Round, SiblingPolicy
from tests.childcare.applying.factories import (
    make_child,
    make_facility,
    make_family,
    make_round,
    make_slot,
    make_submitted,
)
from tests.disability_card.factories import make_staff

pytestmark = pytest.mark.django_db
HEADER = "申込番号,きょうだい同時申込番号,きょうだい条件\n"


@pytest.fixture
def sisters() -> list[Application]:
    """Two of one family in a round, with box C."""
    round_, facility, family = make_round(), make_facility(), make_family()
    make_slot(round_, facility)
    box = Siblings(box="C", one_alone="elder")
    for name in ("デモ 姉", "デモ 妹"):
        make_submitted(
            make_child(family, name=name), round_=round_, facilities=[facility], siblings=box
        )
    return list(Application.objects.select_related("current").order_by("pk"))


def lines(*rows: tuple[Application, str, str]) -> bytes:
    told = [f"{row.receipt_number},{group},{code}" for row, group, code in rows]
    return (HEADER + "\n".join(told)).encode("cp932")


def run(tmp_path: Path, content: bytes, *more: str, city: str = "202177") -> str:
    file, out = tmp_path / "ledger.csv", StringIO()
    file.write_bytes(content)
    clerk = make_staff(Role.CHILDCARE_CLERK, municipality=city)
    round_ = str(Round.objects.get().pk)
    call_command("sibling_codes", file, "--round", round_, "--as", clerk.email, *more, stdout=out)
    return out.getvalue()


def boxes() -> list[Siblings]:
    rows = Application.objects.select_related("current").order_by("pk")
    return [content_of(row).siblings for row in rows]


def test_the_check_shows_each_change_and_writes_nothing(
    tmp_path: Path, sisters: list[Application]
) -> None:
    before = boxes()
    shown = run(tmp_path, lines(*((row, "7", "3") for row in sisters)))
    for row in sisters:
        assert f"{row.receipt_number}: C elder → B same first" in shown
    assert "2 to write" in shown
    assert boxes() == before


def test_the_codes_become_versions_of_every_child_once(
    tmp_path: Path, sisters: list[Application]
) -> None:
    file = lines(*((row, "7", "3") for row in sisters))
    assert "2 written" in run(tmp_path, file, "--apply")
    assert boxes() == [Siblings(box="B", same_first=True)] * 2
    assert SiblingPolicy.objects.get().box == "B"
    versions = [row.versions.count() for row in sisters]
    assert "0 written" in run(tmp_path, file, "--apply")
    assert [row.versions.count() for row in sisters] == versions


def test_a_code_for_one_of_them_reaches_both(tmp_path: Path, sisters: list[Application]) -> None:
    run(tmp_path, lines((sisters[1], "", "1"), (sisters[0], "", "")), "--apply")
    assert boxes() == [Siblings(box="A")] * 2


def problems(content: bytes) -> set[str]:
    plan = plan_siblings(content, Round.objects.get(), Application.objects.all())
    assert bool(plan.problems) != bool(plan.changes)
    return {one.code for one in plan.problems}


def test_each_mistake_of_a_file_is_named(sisters: list[Application]) -> None:
    one, two = sisters
    alone = make_submitted()
    assert problems(lines((one, "", "1"), (two, "", "2"))) == {"codes-differ"}
    assert problems(lines((one, "", "1"), (one, "", "1"))) == {"number-twice"}
    assert problems(lines((one, "", "4"))) == {"code-unknown"}
    assert problems(lines((alone, "", "1"))) == {"alone"}
    assert problems(lines((one, "7", "1"), (alone, "7", "1"))) == {"alone", "group-differs"}
    assert problems((HEADER + "AAAA-AAAA,,1\n").encode()) == {"number-unknown"}
    assert problems("申込番号\n".encode()) == {"column-missing"}
    assert problems(b"") == {"unreadable"}
    Application.objects.filter(pk=one.pk).update(state="in_selection")
    assert problems(lines((one, "", "1"))) == {"not-open"}


def test_a_clerk_of_another_city_finds_no_application(
    tmp_path: Path, sisters: list[Application]
) -> None:
    with pytest.raises(CommandError, match="number-unknown"):
        run(tmp_path, lines((sisters[0], "", "1")), "--apply", city="202088")
    assert boxes()[0].box == "C"
