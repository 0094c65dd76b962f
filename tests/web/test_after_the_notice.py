"""The page after the notice: who is asked next, and answers typed in for who has no account."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import Role
from childcare.models import (
    Application,
    CareAmount,
    CertificationClass,
    Offer,
    Round,
    RoundState,
    Slot,
)
from childcare.placing.certification import issue_certification
from childcare.placing.offers import refuse_seat
from childcare.placing.waiting_list import waiting_for
from core.models import AuditEvent
from tests.childcare.applying.factories import (
    make_clerk,
    make_facility,
    make_round,
    make_slot,
    told_by,
)
from tests.childcare.facility_factories import make_teacher
from tests.childcare.placing.factories import make_offer, make_waiting, make_waiting_siblings
from tests.disability_card.factories import make_staff

pytestmark = pytest.mark.django_db


def clerk(**override: str) -> Client:
    client = Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK, **override))
    return client


def answer(client: Client, offer: Offer, **said: str) -> Offer:
    answered = client.post(f"/staff/childcare/offers/{offer.pk}/answer/", said)
    assert answered.status_code == 302
    offer.refresh_from_db()
    return offer


def test_a_family_without_an_account_accepts_by_phone() -> None:
    offer, client = make_offer(confirmed=False), clerk()
    page = f"/staff/childcare/placing/{offer.application.round_id}/"

    assert 'value="confirm"' in client.get(page).content.decode()
    answer(client, offer, answer="confirm")
    assert 'value="accept"' in client.get(page).content.decode()
    answer(client, offer, answer="accept", channel="phone")

    assert (offer.facility_answer, offer.answer) == ("confirmed", "accepted")
    assert "入園の決定待ち" in client.get(page).content.decode()
    before = AuditEvent.objects.count()
    answer(client, offer, answer="accept", channel="phone")  # a second press changes nothing
    assert AuditEvent.objects.count() == before
    answer(client, offer, answer="decline", channel="phone")
    assert offer.answer == "accepted"


def test_a_nursery_that_cannot_take_a_child_says_why() -> None:
    offer, client = make_offer(confirmed=False), clerk()
    answer(client, offer, answer="refuse", reason=" ")
    assert offer.facility_answer == "waiting"
    answer(client, offer, answer="refuse", reason="保育士が足りない")
    assert offer.facility_answer == "refused"


def test_a_clerk_of_another_city_cannot_answer() -> None:
    offer = make_offer()
    stranger = clerk(municipality="130001")
    address = f"/staff/childcare/offers/{offer.pk}/answer/"
    assert stranger.post(address, {"answer": "accept"}).status_code == 404


def test_a_child_is_not_sent_again_to_a_nursery_that_could_not_take_it() -> None:
    offer = make_offer(confirmed=False)
    slot = Slot.objects.get()
    other = make_waiting(round_=slot.round, facilities=[slot.facility])
    refuse_seat(offer, reason="保育士が足りない", told=told_by(make_clerk()))
    assert [one.application for one in waiting_for(slot)] == [other]


def test_a_child_is_admitted_after_its_certification_and_the_page_leads_there() -> None:
    offer, client = make_offer(), clerk()
    answer(client, offer, answer="accept", channel="phone")
    page = f"/staff/childcare/placing/{offer.application.round_id}/?tab=admit"
    assert f"/applications/{offer.application_id}/certify/" in client.get(page).content.decode()
    assert f"/offers/{offer.pk}/admit/" not in client.get(page).content.decode()
    issue_certification(
        offer.application.child, class_code=CertificationClass.THIRD,
        care_amount=CareAmount.STANDARD, need_reason="1", valid_from=date(2027, 4, 1),
        valid_to=date(2028, 3, 31), told=told_by(make_clerk()),
    )  # fmt: skip
    assert f"/offers/{offer.pk}/admit/" in client.get(page).content.decode()
    assert "入園の決定を待っている子ども" in client.get("/staff/").content.decode()


def test_who_keeps_the_old_seat_is_not_without_one() -> None:
    slot = make_slot(make_round(), make_facility(), offered=1)
    old = make_slot(slot.round, make_facility(), offered=0)
    make_waiting(round_=slot.round, facilities=[slot.facility])
    moving = make_waiting(round_=slot.round, facilities=[slot.facility])
    Application.objects.filter(pk=moving.pk).update(held_facility=old.facility)
    Round.objects.update(state=RoundState.NOTIFIED)
    page = clerk().get(f"/staff/childcare/placing/{slot.round_id}/").content.decode()
    assert "席のない子どもは 1人です" in page


def test_the_second_in_line_gets_the_seat_with_a_reason_only() -> None:
    slot = make_slot(make_round(), make_facility(), offered=1)
    rows = [make_waiting(round_=slot.round, facilities=[slot.facility]) for _child in range(2)]
    client, address = clerk(), f"/staff/childcare/waiting/{slot.pk}/"
    assert client.get(address).content.decode().count('name="reason"') == 1
    second = str(waiting_for(slot)[1].application.pk)

    client.post(f"{address}offer/", {"application": second})
    assert not Offer.objects.exists()
    client.post(f"{address}offer/", {"application": second, "reason": "電話で辞退"})

    assert Offer.objects.get().application_id in {row.pk for row in rows}


def test_the_officer_reads_why_a_sibling_is_passed_over_and_gives_all_their_seats_at_once() -> None:
    round_, facility = make_round(), make_facility()
    slots = [make_slot(round_, facility, class_age=age, offered=1) for age in (2, 1)]
    make_waiting_siblings(*slots, box="A")
    client, address = clerk(), f"/staff/childcare/waiting/{slots[1].pk}/"
    Slot.objects.filter(pk=slots[0].pk).update(offered=0)
    page = client.get(address).content.decode()
    assert "この園に、全員の席はありません" in page
    assert f'action="{address}offer/"' not in page

    Slot.objects.filter(pk=slots[0].pk).update(offered=1)
    page = client.get(address).content.decode()
    assert "きょうだいの席をいっしょに知らせる" in page
    (line,) = waiting_for(slots[1])
    seats = [f"{row.pk}:{at.pk}" for row, at in line.together]
    form = {"application": str(line.application.pk)}
    for unheard in (form | {"seat": "x"}, {"application": "x"}, {}):
        assert client.post(f"{address}offer/", unheard).status_code == 404
    client.post(f"{address}offer/", form)
    assert not Offer.objects.exists()
    client.post(f"{address}offer/", form | {"seat": seats})
    assert Offer.objects.count() == 2


def test_a_nursery_is_led_to_the_children_who_wait_for_its_answer() -> None:
    offer, other = make_offer(confirmed=False), make_facility()
    client = Client()
    client.force_login(make_teacher(offer.facility))
    page = client.get(f"/nursery/{offer.facility.pk}/").content.decode()
    here = f"/nursery/offers/?facility={offer.facility.pk}"
    assert "返事を待っている子どもが 1人 います" in page
    assert f'href="{here}"' in page
    assert list(client.get(here).context["offers"]) == [offer]
    assert not client.get(f"/nursery/offers/?facility={other.pk}").context["offers"]
    assert list(client.get("/nursery/offers/?facility=x").context["offers"]) == [offer]
