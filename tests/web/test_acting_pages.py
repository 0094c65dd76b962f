"""Who acts for another sees it on every page, with the way back to themselves."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.consents import PURPOSES, has_consented
from accounts.counter import start_session
from accounts.families import add_child
from accounts.models import Delegation, DelegationKind, DelegationStatus, Person, Role
from core.audit import SYSTEM, record
from tests.disability_card.factories import make_person, make_staff
from tests.disability_card.test_device_views import signed_in

pytestmark = pytest.mark.django_db


def shown(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_guardian_sees_for_whom_she_acts_until_she_is_herself_again() -> None:
    mother, now = make_person(), timezone.now()
    child = add_child(mother, name="佐久　次郎", birth_date=now.date() - timedelta(days=5 * 365),
                      actor=SYSTEM, now=now)  # fmt: skip
    client = signed_in(mother)
    assert 'class="acting"' not in shown(client, "/my/")
    client.post("/my/family/act/", {"person": str(child.pk)})
    for path in ("/my/", "/my/family/", "/", "/accessibility/"):
        assert "佐久　次郎のかわりに操作しています" in shown(client, path), path
    assert "自分の操作にもどる" in shown(client, "/my/")
    client.post("/my/family/act/")
    assert 'class="acting"' not in shown(client, "/my/")


def test_an_officer_sees_whom_they_serve_on_the_citys_pages_and_on_the_persons() -> None:
    officer, person = make_staff(*Role), make_person(name="佐久　花", user=None)
    client = Client()
    client.force_login(officer)
    page = f"/staff/people/{person.pk}/"
    client.post(f"{page}counter/", {"document": "passport"})
    for path in (page, "/staff/", "/my/", "/tourism/coupons/", "/childcare/applications/"):
        assert "窓口で、佐久　花のかわりに操作しています" in shown(client, path), path
    for door in ("/staff/cards/", "/childcare/applications/", "/tourism/coupons/"):
        assert f'href="{door}"' in shown(client, page)
    client.post(f"{page}counter/", {"end": "1"})
    assert 'class="acting"' not in shown(client, "/staff/")


def test_somebody_without_a_name_is_told_as_such() -> None:
    officer, person = make_staff(*Role), make_person(name="", user=None)
    session = start_session(person, officer=officer, reason="counter", document="passport",
                            actor=SYSTEM, now=timezone.now())  # fmt: skip
    client = Client()
    client.force_login(officer)
    kept = client.session
    kept["counter_session"] = str(session.pk)
    kept.save()
    assert "名前のない人のかわりに" in shown(client, "/staff/")


def test_somebody_without_phone_and_record_is_registered_and_served_at_the_counter() -> None:
    client = Client()
    client.force_login(make_staff(Role.COUNTER))
    asked = {"name": "佐久　うめ", "birth_date": "昭和10年4月2日", "reason": "counter"}
    page = client.post("/staff/people/", asked).content.decode()
    assert "この名前と生まれた日で、記録を作る" in page
    assert 'value="1935-04-02"' in page
    made = client.post(
        "/staff/people/register/", {"name": "佐久　うめ", "birth_date": "1935-04-02"}
    )["Location"]
    client.post(f"{made}counter/", {"document": "passport"})
    assert "佐久　うめのかわりに操作しています" in shown(client, "/tourism/coupons/")
    again = client.post(
        "/staff/people/register/", {"name": "佐久 うめ", "birth_date": "1935-04-02"}, follow=True
    )
    assert "もうあります" in again.content.decode()
    assert Person.objects.filter(user=None).count() == 1


def test_ones_own_data_is_never_shown_under_the_banner_of_another() -> None:
    mother, now = make_person(), timezone.now()
    child = add_child(mother, name="佐久　次郎", birth_date=now.date() - timedelta(days=5 * 365),
                      actor=SYSTEM, now=now)  # fmt: skip
    client = signed_in(mother)
    purpose = next(iter(PURPOSES))
    assert "同意する" in shown(client, "/my/data/")
    client.post("/my/family/act/", {"person": str(child.pk)})
    told = shown(client, "/my/data/")
    assert "自分のデータだけのページです" in told
    assert "同意する" not in told
    assert client.post(f"/my/data/consents/{purpose}/", {"act": "give"}).status_code == 409
    assert not has_consented(mother.pk, purpose)
    client.post("/my/family/act/")
    assert "同意する" in shown(client, "/my/data/")


def test_a_guardian_sees_who_looked_at_the_childs_record_and_a_helper_does_not() -> None:
    mother, helper, now = make_person(), make_person(), timezone.now()
    child = add_child(mother, name="佐久　次郎", birth_date=now.date() - timedelta(days=5 * 365),
                      actor=SYSTEM, now=now)  # fmt: skip
    record("person.read", actor=SYSTEM, now=now, subject=child.pk)
    client = signed_in(mother)
    assert "佐久　次郎の記録を見た人" not in shown(client, "/my/data/")
    client.post("/my/family/act/", {"person": str(child.pk)})
    told = shown(client, "/my/data/")
    assert "佐久　次郎の記録を見た人" in told
    assert "市のシステム" in told
    assert "同意する" not in told  # consents are each person's own

    Delegation.objects.create(
        principal=child, agent=helper, kind=DelegationKind.HELPER, proof="invite",
        valid_from=now, status=DelegationStatus.ACTIVE,
    )  # fmt: skip
    other = signed_in(helper)
    other.post("/my/family/act/", {"person": str(child.pk)})
    told = shown(other, "/my/data/")
    assert "かわりに操作しているあいだは使えません" in told
    assert "記録を見た人" not in told
