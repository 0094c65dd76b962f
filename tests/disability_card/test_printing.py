"""Paper twins, letters and runs, read back as a printer's or a scanner's eye would."""

import json
import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from django.core.management import call_command
from django.core.management.base import CommandError
from PIL import Image

from accounts.models import Person, Role, User
from accounts.people import set_protective_block
from core.audit import SYSTEM
from core.models import AuditEvent
from core.print_fonts import PrintingNotInstalled, print_font
from disability_card.life_cycle import suspend_card
from disability_card.models import (
    CardState,
    Credential,
    CredentialState,
    LinkingCode,
    PaperCard,
    StateSetBy,
)
from disability_card.paper import CardNotPrintable, make_paper_cards
from disability_card.printing.cards import CardFace, Layout, render_cards
from disability_card.printing.letters import LinkingLetter, render_letters
from tests.disability_card.factories import (
    CITY,
    make_card,
    make_handbook,
    make_person,
    make_row,
    make_staff,
)
from tests.disability_card.issuing import NOW, make_keys

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def printing_is_installed() -> None:
    try:
        print_font()
    except PrintingNotInstalled:
        pytest.fail("install fonts-ipaexfont and libpango (deploy/system_packages.sh)")


def make_face(**override: object) -> CardFace:
    make_keys()
    made = make_paper_cards([make_card()], printed_by=make_staff(Role.CARD_CLERK), now=NOW)
    return made[0].face


def picture_of(pdf: bytes, tmp_path: Path) -> Image.Image:
    source = tmp_path / "card.pdf"
    source.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "300", "-png", source, tmp_path / "page"], check=True)
    return Image.open(BytesIO(sorted(tmp_path.glob("page*.png"))[0].read_bytes()))


def test_a_printed_card_is_read_back_by_a_scanner(tmp_path: Path) -> None:
    face = make_face()
    page = picture_of(render_cards([face], city=CITY), tmp_path)
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [face.qr_text]
    assert abs(page.width - 1240) <= 1 and abs(page.height - 1748) <= 1  # noqa: PT018


def test_the_card_says_its_name_and_no_handbook(tmp_path: Path) -> None:
    pdf = tmp_path / "card.pdf"
    pdf.write_bytes(render_cards([make_face()], city=CITY))
    text = subprocess.run(
        ["pdftotext", pdf, "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "佐久" in text
    for word in ("身体", "精神", "療育", "等級", "長野県第", "第1種"):
        assert word not in text


def test_the_pdf_is_tagged_for_readers(tmp_path: Path) -> None:
    pdf = tmp_path / "card.pdf"
    pdf.write_bytes(render_cards([make_face()], city=CITY))
    info = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout
    assert "Tagged:          yes" in info
    assert b"pdfuaid" in pdf.read_bytes() or "PDF subtype" in info or "Title" in info


def test_a_name_that_no_font_draws_goes_to_hand_work() -> None:
    face = CardFace(
        name="佐久\U000e0001", birth_year=1960, valid_until=date(2027, 3, 31), qr_text="SK1:",
        serial="2222-2222",
    )  # fmt: skip
    assert face.missing_glyphs() == "\U000e0001"


def test_a_stopped_card_prints_nothing() -> None:
    make_keys()
    card = make_card(state=CardState.SUSPENDED)
    with pytest.raises(CardNotPrintable):
        make_paper_cards([card], printed_by=make_staff(Role.CARD_CLERK), now=NOW)
    assert not PaperCard.objects.exists()


def test_a_suspended_card_stops_its_paper_too() -> None:
    make_face()
    card = PaperCard.objects.get().card
    suspend_card(card, by=StateSetBy.HOLDER, reason="", actor=SYSTEM, now=NOW)
    assert Credential.objects.get().state == CredentialState.SUSPENDED


def block(person: Person, officer: User) -> None:
    set_protective_block(
        person, blocked=make_person(user=officer), set_by=make_staff(), actor=SYSTEM, now=NOW
    )


def test_a_run_that_was_stopped_goes_on_without_printing_twice(tmp_path: Path) -> None:
    make_keys()
    for _ in range(5):
        make_card()
    staff = make_staff(Role.CARD_CLERK)
    call_command("print_cards", "--out", str(tmp_path), "--as", staff.email)
    call_command("print_cards", "--out", str(tmp_path), "--as", staff.email)
    state = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert sum(map(len, state["files"])) == 5
    assert PaperCard.objects.count() == 5
    assert [path.name for path in tmp_path.glob("*.pdf")] == ["cards-001.pdf"]


def test_a_mail_run_writes_to_whoever_has_no_card_and_to_nobody_twice(tmp_path: Path) -> None:
    make_card()
    without = make_handbook(make_row())
    clerk = make_staff(Role.CARD_CLERK)
    for _ in range(2):
        call_command("print_letters", "--out", str(tmp_path), "--as", clerk.email)
    state = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert state["files"] == [[str(without.pk)]]
    assert LinkingCode.objects.count() == 1
    assert [path.name for path in tmp_path.glob("*.pdf")] == ["letters-001.pdf"]


def in_run(folder: Path) -> list[str]:
    state = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return sorted(pk for part in state["files"] for pk in part)


def test_a_run_of_cards_lacks_who_is_protected_from_the_officer_until_another_prints(
    tmp_path: Path,
) -> None:
    make_keys()
    hidden, other = make_card(), make_card()
    kept_out, colleague = make_staff(Role.CARD_CLERK), make_staff(Role.CARD_CLERK)
    block(hidden.person, kept_out)
    call_command("print_cards", "--out", str(tmp_path), "--as", kept_out.email)
    assert in_run(tmp_path) == [str(other.pk)]
    call_command("print_cards", "--out", str(tmp_path), "--as", colleague.email)
    assert in_run(tmp_path) == sorted([str(hidden.pk), str(other.pk)])
    runs = AuditEvent.objects.filter(action="card.run-printed").order_by("id")
    assert [one.actor_id for one in runs] == [kept_out.pk, colleague.pk]


def test_a_mail_run_lacks_a_handbook_that_nobody_linked_to_the_protected_yet(
    tmp_path: Path,
) -> None:
    row = make_row(name="佐久　うめ")
    hidden, other = make_handbook(row), make_handbook(make_row(name="べつの　人"))
    kept_out, colleague = make_staff(Role.CARD_CLERK), make_staff(Role.CARD_CLERK)
    block(make_person(name=row.name, birth_date=row.birth_date), kept_out)
    call_command("print_letters", "--out", str(tmp_path), "--as", kept_out.email)
    assert in_run(tmp_path) == [str(other.pk)]
    call_command("print_letters", "--out", str(tmp_path), "--as", colleague.email)
    assert in_run(tmp_path) == sorted([str(hidden.pk), str(other.pk)])


def test_nobody_prints_in_the_name_of_who_may_not(tmp_path: Path) -> None:
    make_keys()
    make_card()
    with pytest.raises(CommandError, match="not a member of staff"):
        call_command("print_cards", "--out", str(tmp_path), "--as", "nobody@example.jp")
    call_command("print_cards", "--out", str(tmp_path), "--as", make_staff(Role.STATISTICS).email)
    assert PaperCard.objects.count() == 0


def test_four_cards_share_an_a4_sheet(tmp_path: Path) -> None:
    make_keys()
    cards = [make_card(row=make_row()) for _ in range(5)]
    made = make_paper_cards(cards, printed_by=make_staff(Role.CARD_CLERK), now=NOW)
    pdf = tmp_path / "sheet.pdf"
    pdf.write_bytes(render_cards([one.face for one in made], city=CITY, layout=Layout.A4_FOUR))
    info = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout
    assert "Pages:           2" in info


def test_a_letter_brings_reference_and_secret_in_clear(tmp_path: Path) -> None:
    letter = LinkingLetter(
        name="佐久　はな子", postal_code="3850051", address="長野県佐久市中込1番地",
        reference="ABCD-EFGH", secret="SECRET2345", expires_on=date(2026, 12, 20),
    )  # fmt: skip
    pdf = tmp_path / "letter.pdf"
    pdf.write_bytes(render_letters([letter], city=CITY, sent_on=date(2026, 11, 20)))
    text = subprocess.run(
        ["pdftotext", pdf, "-"], check=True, capture_output=True, text=True
    ).stdout
    for word in ("ABCD-EFGH", "SECRET2345", "385-0051", "2026年12月20日"):
        assert word in text.replace(" ", "")
