"""広域利用: sent, received, answered; our answer is what the round decided."""

import subprocess

import pytest
from django.test import Client

from accounts.models import Role
from childcare.applying.states import NotInThisState
from childcare.models import Application, Consultation, Exchange
from childcare.placing.consultation import (
    OtherCity,
    answer_consultation,
    name_nursery,
    open_consultation,
    send_consultation,
)
from childcare.placing.refusals import (
    AnswerAgainstResult,
    ConsultationGoneOn,
    NotAnotherCity,
    NurseryNotNamed,
    RefusalWithoutReason,
)
from core.models import AuditEvent, Notice
from tests.childcare.applying.factories import make_clerk, make_submitted, told_by
from tests.childcare.placing.factories import make_offer, make_waiting
from tests.disability_card.factories import CITY, make_staff

pytestmark = pytest.mark.django_db

KOMORO = OtherCity(code="202088", name="小諸市", facility="こもろ園")


def opened(direction: Exchange = Exchange.OUT, row: Application | None = None) -> Consultation:
    return open_consultation(row or make_submitted(), direction, KOMORO, told=told_by(make_clerk()))


def incoming(row: Application) -> Consultation:
    """One that came in before the round decided about ``row``."""
    state, row.state = row.state, "verified"
    row.save(update_fields=["state"])
    found = opened(Exchange.IN, row)
    Application.objects.filter(pk=row.pk).update(state=state)
    return found


def test_a_request_goes_out_and_keeps_the_other_citys_answer() -> None:
    row, told = opened(), told_by(make_clerk())
    assert row.state == "prepared"
    with pytest.raises(ConsultationGoneOn):
        answer_consultation(row, agrees=True, told=told)
    send_consultation(send_consultation(row, told=told), told=told)
    row = answer_consultation(row, agrees=True, told=told)
    answer_consultation(row, agrees=True, told=told)  # the same again changes nothing
    with pytest.raises(ConsultationGoneOn):
        answer_consultation(row, agrees=False, reason="満員", told=told)
    assert (row.state, row.sent_at, row.answered_at) == ("agreed", told.now, told.now)
    assert Notice.objects.filter(kind="childcare.consultation").count() == 1
    assert AuditEvent.objects.filter(action__startswith="childcare.consultation").count() == 3


def test_our_answer_is_what_our_round_decided() -> None:
    placed, waiting = make_offer().application, make_waiting()
    told = told_by(make_clerk())
    with pytest.raises(AnswerAgainstResult):  # nobody has decided yet
        answer_consultation(opened(Exchange.IN), agrees=True, told=told)
    with pytest.raises(AnswerAgainstResult):
        answer_consultation(incoming(placed), agrees=False, reason="満員", told=told)
    with pytest.raises(AnswerAgainstResult):
        answer_consultation(incoming(waiting), agrees=True, told=told)
    mine = Consultation.objects.get(application=placed)
    assert answer_consultation(mine, agrees=True, told=told).state == "agreed"


def test_a_refusal_has_its_reason() -> None:
    row = send_consultation(opened(), told=told_by(make_clerk()))
    with pytest.raises(RefusalWithoutReason):
        answer_consultation(row, agrees=False, reason=" ", told=told_by(make_clerk()))


@pytest.mark.parametrize(
    ("code", "name"), [(CITY, "佐久市"), ("202080", "小諸市"), ("202088", " ")]
)
def test_it_is_with_another_municipality(code: str, name: str) -> None:
    with pytest.raises(NotAnotherCity):
        open_consultation(
            make_submitted(), Exchange.OUT, OtherCity(code=code, name=name),
            told=told_by(make_clerk()),
        )  # fmt: skip


def test_a_request_names_their_nursery_until_the_letter_is_sent() -> None:
    told = told_by(make_clerk())
    nowhere = OtherCity(code=KOMORO.code, name=KOMORO.name, facility=" ")
    with pytest.raises(NurseryNotNamed):
        open_consultation(make_submitted(), Exchange.OUT, nowhere, told=told)
    row = opened()
    with pytest.raises(NurseryNotNamed):
        name_nursery(row, " ", told=told)
    assert name_nursery(row, " あさま園 ", told=told).facility_name == "あさま園"
    Consultation.objects.filter(pk=row.pk).update(facility_name="")  # begun before names were asked
    with pytest.raises(NurseryNotNamed):
        send_consultation(row, told=told)
    row = send_consultation(name_nursery(row, "こもろ園", told=told), told=told)
    with pytest.raises(ConsultationGoneOn):
        name_nursery(row, "あさま園", told=told)
    assert opened(Exchange.IN, make_submitted()).state == "received"


def test_a_child_comes_in_before_the_selection_and_only_once() -> None:
    with pytest.raises(NotInThisState):
        opened(Exchange.IN, make_waiting())
    row = make_submitted()
    assert opened(row=row).pk == opened(Exchange.IN, row).pk
    row.refresh_from_db()
    assert (row.exchange, row.exchange_municipality) == ("out", "202088")


def test_staff_go_the_whole_way_on_the_pages_and_print_the_letter() -> None:
    row, client = make_submitted(), Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    page = f"/staff/childcare/applications/{row.pk}/"
    said = {"direction": "out", "code": "202088", "name": "小諸市", "facility": "こもろ園"}
    client.post(f"{page}consultation/", said)
    found = Consultation.objects.get()
    address = f"/staff/childcare/consultations/{found.pk}/"

    client.post(address, {"step": "nursery", "facility": "こもろ第二園"})
    assert "手紙を送ったことを記録する" in client.get(page).content.decode()
    pdf = client.get(f"{address}letter.pdf").content
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    words = "".join(text.stdout.decode().split())
    for part in ("小諸市長様", "佐久市に住む次の子どもが", "希望する園", "こもろ第二園"):
        assert part in words
    client.post(address, {"step": "send"})
    assert "小諸市" in client.get("/staff/childcare/consultations/?tab=theirs").content.decode()
    client.post(address, {"step": "refuse", "reason": "満員"})
    found.refresh_from_db()
    assert (found.state, found.reason) == ("refused", "満員")

    stranger = Client()
    stranger.force_login(make_staff(Role.CHILDCARE_CLERK, municipality="130001"))
    assert stranger.get(f"{address}letter.pdf").status_code == 404
    assert stranger.post(address, {"step": "nursery", "facility": "x"}).status_code == 404
