"""Letters after a result: each kind says the right thing, and staff can print them all."""

import subprocess
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Role
from accounts.people import set_protective_block
from childcare.admission.approving import approve_run
from childcare.admission.publishing import publish_run
from childcare.admission.running import make_run
from childcare.applying.versions import Told
from childcare.models import (
    Application,
    CareAmount,
    CertificationClass,
    LetterHeap,
    LetterRun,
    Offer,
    PrintedLetter,
    Round,
    Slot,
)
from childcare.placing import letter_runs
from childcare.placing.certification import issue_certification
from childcare.placing.offers import (
    accept_seat,
    admit_child,
    confirm_seat,
    decline_seat,
    refuse_seat,
)
from childcare.placing.waiting_list import offer_free_seat
from core.audit import SYSTEM
from core.models import AuditEvent, Notice
from tests.childcare.admission.rounds import (
    AFTER,
    apply_for,
    make_class,
    make_officer,
    make_scored_round,
)
from tests.childcare.applying.factories import make_child, make_clerk, make_family, told_by
from tests.disability_card.factories import make_person, make_staff
from web.childcare_result_letters import LetterKind, letters_of, result_pdf
from web.childcare_results import result_of

pytestmark = pytest.mark.django_db

APPEAL = ("審査請求", "3 か月以内", "6 か月以内", "1 年を過ぎると")


def told_round(*, seats: int = 1) -> tuple[Round, Application, Application]:
    """A round that was told: one child with a seat, one without."""
    round_ = make_scored_round()
    here = make_class(round_, seats=seats)
    placed, waiting = apply_for(round_, here, points=90), apply_for(round_, here, points=80)
    run = make_run(round_, actor=make_officer(), now=AFTER)
    for _person in range(2):
        run = approve_run(run, actor=make_officer(), now=AFTER)
    publish_run(run, actor=make_officer(), now=AFTER)
    placed.refresh_from_db()
    waiting.refresh_from_db()
    return round_, placed, waiting


def told() -> Told:
    return told_by(make_clerk(), now=AFTER)


def words_of(pdf: bytes) -> str:
    """Return the text of a PDF without spaces and line ends."""
    found = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(found.stdout.decode().split())


def letter(row: Application, kind: LetterKind) -> str:
    return words_of(result_pdf(row, kind))


def free_seat_for(placed: Application, waiting: Application) -> Offer:
    """The placed family declines; the seat goes to the child that waits."""
    decline_seat(confirm_seat(placed.offers.get(), told=told()), told=told())
    return offer_free_seat(
        Slot.objects.get(round=waiting.round), waiting,
        answer_by=AFTER + timedelta(days=7), told=told(),
    )  # fmt: skip


def test_the_letter_of_an_offer_names_the_nursery_and_the_last_day_to_answer() -> None:
    _round, placed, _waiting = told_round()

    text = letter(placed, LetterKind.RESULT)

    assert "利用調整結果（内定）通知書" in text
    assert placed.offers.get().facility.place.name.replace(" ", "") in text
    answer_by = placed.offers.get().answer_by
    assert answer_by.hour == 15  # midnight in Japan: the day before is the last
    assert f"{answer_by.year}年{answer_by.month}月{answer_by.day}日" in text


def test_every_letter_says_how_to_appeal_and_until_when() -> None:
    _round, placed, waiting = told_round()
    offer = free_seat_for(placed, waiting)
    waiting.refresh_from_db()
    for row, kind in (
        (placed, LetterKind.RESULT), (waiting, LetterKind.RESULT), (waiting, LetterKind.SEAT),
    ):  # fmt: skip
        text = letter(row, kind)
        assert [one for one in APPEAL if one.replace(" ", "") not in text] == []
    assert offer.application_id == waiting.pk


def test_a_letter_of_not_being_placed_says_from_when_and_for_what_it_is_kept() -> None:
    _round, _placed, waiting = told_round()

    text = letter(waiting, LetterKind.RESULT)

    assert "利用調整結果（保留）通知書" in text
    assert "2027年4月1日（令和9年）からの保育の利用を申しこみましたが" in text
    assert "育児休業の延長の手続き" in text


def test_a_seat_from_the_waiting_list_has_a_notice_and_a_letter_beside_the_old_one() -> None:
    _round, placed, waiting = told_round()
    free_seat_for(placed, waiting)
    waiting.refresh_from_db()

    assert letters_of(waiting) == [LetterKind.SEAT, LetterKind.RESULT]
    text = letter(waiting, LetterKind.SEAT)
    assert "利用調整結果（内定）通知書" in text
    assert "席が空いたので" in text
    assert "点数が足りません" not in text  # the reasons of the round were another decision's
    link = f"/childcare/applications/{waiting.pk}/"
    kinds = set(Notice.objects.filter(link=link).values_list("kind", flat=True))
    assert kinds >= {"childcare.offer", "childcare.result"}


def test_an_admitted_child_has_the_letter_of_admission() -> None:
    _round, placed, _waiting = told_round()
    offer = accept_seat(confirm_seat(placed.offers.get(), told=told()), told=told())
    issue_certification(
        placed.child, class_code=CertificationClass.THIRD, care_amount=CareAmount.STANDARD,
        need_reason="1", valid_from=date(2027, 4, 1), valid_to=date(2028, 3, 31), told=told(),
    )  # fmt: skip
    admit_child(offer, told=told())
    placed.refresh_from_db()

    assert letters_of(placed)[0] == LetterKind.ADMISSION
    assert "保育所等利用承諾通知書" in letter(placed, LetterKind.ADMISSION)
    result = result_of(placed, language="ja", now=AFTER)
    assert result is not None
    assert result.title == "入園が決まりました"


def test_the_page_of_a_refused_child_no_longer_says_that_it_has_a_seat() -> None:
    _round, placed, _waiting = told_round()
    refuse_seat(placed.offers.get(), reason="保育士が足りない", told=told())

    result = result_of(placed, language="ja", now=AFTER)

    assert result is not None
    assert (result.title, result.is_good) == ("内定した園が、受け入れられなくなりました", False)


def test_the_notice_of_a_result_leads_to_the_result() -> None:
    _round, placed, _waiting = told_round()
    applicant = placed.child.household.applicant_id
    assert applicant is not None
    notices = Notice.objects.filter(kind="childcare.result")
    assert notices.get(person_id=applicant).link == (f"/childcare/applications/{placed.pk}/")


def clerk() -> Client:
    client = Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    return client


def make_file(client: Client, address: str, heap: str, *, waiting: int = 1) -> str:
    answer = client.post(f"{address}{heap}/", {"waiting": str(waiting)}, follow=True)
    return answer.content.decode()


def test_staff_print_every_letter_of_a_round_and_it_is_written_down() -> None:
    round_, placed, waiting = told_round()
    free_seat_for(placed, waiting)
    client = clerk()
    address = f"/staff/admission/{round_.pk}/letters/"

    page = client.get(address).content.decode()

    for heap in ("offered", "not_placed", "seat"):
        assert f'action="{address}{heap}/"' in page
    assert "ファイルを作りました" in make_file(client, address, "not_placed")
    run = LetterRun.objects.get()
    assert client.get(f"{address}{run.pk}.pdf").content.startswith(b"%PDF")
    assert "数が変わりました" in make_file(client, address, "held")
    assert client.post(f"{address}no-such/", {"waiting": "1"}).status_code == 404
    event = AuditEvent.objects.get(action="childcare.round.letters")
    assert event.facts == {"heap": "not_placed", "file": str(run.pk), "letters": 1}
    assert AuditEvent.objects.filter(action="childcare.round.letters-opened").count() == 1
    assert run.printed_by.email in client.get(address).content.decode()


def test_a_second_tap_and_an_older_page_print_no_letter_twice() -> None:
    round_, _placed, _waiting = told_round()
    address = f"/staff/admission/{round_.pk}/letters/"
    for client in (clerk(), clerk()):
        for _tap in range(2):
            make_file(client, address, "offered")
    assert PrintedLetter.objects.filter(heap=LetterHeap.OFFERED).count() == 1
    assert LetterRun.objects.count() == 1


def test_two_officers_who_see_different_families_print_each_letter_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The one from whom a family is protected prints around it; the other finds just that one."""
    monkeypatch.setattr(letter_runs, "A_FILE", 1)
    round_ = make_scored_round()
    here = make_class(round_, seats=0)
    rows = [apply_for(round_, here, points=points) for points in (90, 80, 70)]
    run = make_run(round_, actor=make_officer(), now=AFTER)
    for _person in range(2):
        run = approve_run(run, actor=make_officer(), now=AFTER)
    publish_run(run, actor=make_officer(), now=AFTER)
    first = min(rows, key=lambda row: row.receipt_number or "")
    kept_out, other = make_staff(Role.CHILDCARE_CLERK), make_staff(Role.CHILDCARE_CLERK)
    family = first.child.household.applicant
    assert family is not None
    set_protective_block(
        family, blocked=make_person(user=kept_out), set_by=other, actor=SYSTEM, now=AFTER
    )
    address = f"/staff/admission/{round_.pk}/letters/"
    clients = []
    for user in (kept_out, other):
        client = Client()
        client.force_login(user)
        clients.append(client)
    make_file(clients[0], address, "not_placed", waiting=2)
    make_file(clients[1], address, "not_placed", waiting=2)
    make_file(clients[0], address, "not_placed", waiting=1)
    printed = PrintedLetter.objects.values_list("application", flat=True)
    assert sorted(printed) == sorted(row.pk for row in rows)
    file = PrintedLetter.objects.get(application=first).run
    assert file.printed_by == other
    assert clients[0].get(f"{address}{file.pk}.pdf").status_code == 404
    assert f"{file.pk}.pdf" not in clients[0].get(address).content.decode()
    assert clients[1].get(f"{address}{file.pk}.pdf").status_code == 200


def test_the_database_refuses_a_letter_in_two_files() -> None:
    round_, _placed, _waiting = told_round()
    make_file(clerk(), f"/staff/admission/{round_.pk}/letters/", "offered")
    letter_ = PrintedLetter.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PrintedLetter.objects.create(
            run=letter_.run, application=letter_.application, heap=letter_.heap,
            about=letter_.about,
        )  # fmt: skip


def test_a_family_on_paper_gets_its_letter_at_the_counter() -> None:
    _round, _placed, waiting = told_round()
    client = Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    address = f"/staff/childcare/applications/{waiting.pk}/letters/"
    assert client.get(f"{address}result.pdf").content.startswith(b"%PDF")
    assert client.get(f"{address}seat.pdf").status_code == 404


def test_a_letter_is_the_familys_own() -> None:
    _round, placed, _waiting = told_round()
    address = f"/childcare/applications/{placed.pk}/result.pdf"
    stranger, family = make_person(), placed.child.household.applicant
    assert family is not None
    for person, status in ((stranger, 404), (family, 200)):
        client = Client()
        assert person.user is not None
        client.force_login(person.user)
        assert client.get(address).status_code == status


def test_a_letter_has_its_readers_name_and_address() -> None:
    family = make_family()
    family.address = "デモ町 1番地"
    family.save()
    family.guardians.update_or_create(number=1, defaults={"name": "デモ保護者"})
    round_ = make_scored_round()
    row = apply_for(round_, make_class(round_), points=90, family=make_child(family).household)
    run = make_run(round_, actor=make_officer(), now=AFTER)
    for _person in range(2):
        run = approve_run(run, actor=make_officer(), now=AFTER)
    publish_run(run, actor=make_officer(), now=AFTER)
    text = letter(row, LetterKind.RESULT)
    assert "デモ町1番地" in text
    assert "デモ保護者様" in text
