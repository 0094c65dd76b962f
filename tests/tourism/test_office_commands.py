"""What the office runs at the terminal: codes for letters, a stolen key."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.audit import SYSTEM
from tests.tourism.money_factories import CITY, make_money_campaign, make_tourist
from tourism.claims import Asking, claim_by_code
from tourism.coupon_keys import active_signer, make_coupon_key, public_key
from tourism.models import ClaimBy, Grant

pytestmark = pytest.mark.django_db


def make_letters(folder: Path, *options: str, numbers: str = "H1\nH2\n", **campaign: Any) -> Path:
    made = make_money_campaign(**({"claim_by": ClaimBy.LETTER} | campaign))
    households, out = folder / "households.txt", folder / "codes.csv"
    households.write_text(numbers, encoding="utf-8")
    call_command("make_coupon_letters", made.slug, str(households), "--out", str(out), *options)
    return out


def test_a_letter_of_the_file_is_claimed_by_its_code(tmp_path: Path) -> None:
    out = make_letters(tmp_path)
    assert out.stat().st_mode & 0o077 == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["household"] for row in rows] == ["H1", "H2"]
    asking = Asking(person=make_tourist(), actor=SYSTEM, now=datetime.now(UTC))
    wallet = claim_by_code(rows[0]["code"], asking, municipality=CITY)
    assert wallet.remaining_yen == int(rows[0]["yen"]) == 10_000


def test_where_the_file_cannot_be_written_no_code_is_made(tmp_path: Path) -> None:
    (tmp_path / "codes.csv").touch()
    with pytest.raises(CommandError, match="ファイル"):
        make_letters(tmp_path)
    assert not Grant.objects.exists()


def test_letters_are_made_twice_only_where_somebody_says_so(tmp_path: Path) -> None:
    out = make_letters(tmp_path, slug="letters")
    again = ["make_coupon_letters", "letters", str(tmp_path / "households.txt"), "--out"]
    with pytest.raises(CommandError, match="もう作りました"):
        call_command(*again, f"{out}2")
    call_command(*again, f"{out}2", "--more")
    assert Grant.objects.count() == 4


@pytest.mark.parametrize("numbers", ["H1\n\nH2", "H1,5000", "9" * 41])
def test_a_line_that_is_no_household_stops_the_run(tmp_path: Path, numbers: str) -> None:
    with pytest.raises(CommandError, match="行め"):
        make_letters(tmp_path, numbers=numbers)


def test_only_a_campaign_by_letter_has_letters(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        make_letters(tmp_path, claim_by=ClaimBy.SIGN_IN)


def test_a_blocked_key_reads_nothing_and_the_next_code_has_another() -> None:
    now = datetime.now(UTC)
    stolen = make_coupon_key(CITY, now=now)
    call_command("block_coupon_key", CITY, stolen.kid)
    assert public_key(CITY, stolen.kid) is None
    assert active_signer(CITY, now=now).kid != stolen.kid
    with pytest.raises(CommandError, match="この鍵は"):
        call_command("block_coupon_key", CITY, "c-1999-1")
