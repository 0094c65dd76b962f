"""Whose cards the card pages show: one's own, the children's, or whom one acts for, alone."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.actor_middleware import ACTING_FOR
from accounts.models import Delegation, DelegationKind, Person, Role
from accounts.people import record_guardian
from core.audit import SYSTEM
from core.models import Notice
from disability_card.life_cycle import reissue_card, revoke_card
from disability_card.models import Card, CardState, HoldingState, StateSetBy
from tests.disability_card.factories import (
    NOW,
    make_card,
    make_mental_row,
    make_person,
    make_row,
    make_staff,
)
from tests.disability_card.issuing import make_holding

pytestmark = pytest.mark.django_db
MINE, CHILD = "わたしの電話", "子どもの電話"


class Family:
    """A guardian and a child, each with a card on a phone."""

    def __init__(self) -> None:
        self.me, self.child = make_person(), make_person(user=None)
        record_guardian(child=self.child, guardian=self.me, proof="letter", actor=SYSTEM, now=NOW)
        self.holdings = {
            label: make_holding(
                make_card(person=person, row=make_row(), state=CardState.ACTIVE), label=label
            )
            for label, person in ((MINE, self.me), (CHILD, self.child))
        }


def page(reader: Person, *, acting_for: Person | None = None) -> tuple[Client, str]:
    client = Client()
    assert reader.user is not None
    client.force_login(reader.user)
    if acting_for is not None:
        session = client.session
        session[ACTING_FOR] = str(acting_for.pk)
        session.save()
    return client, client.get("/card/phones/").content.decode()


def shown(text: str) -> set[str]:
    return {label for label in (MINE, CHILD) if label in text}


def test_a_guardian_sees_the_familys_cards_together() -> None:
    family = Family()
    assert shown(page(family.me)[1]) == {MINE, CHILD}


def test_who_acts_for_the_child_sees_the_childs_alone() -> None:
    family = Family()
    assert shown(page(family.me, acting_for=family.child)[1]) == {CHILD}


@pytest.mark.parametrize("kind", [DelegationKind.FAMILY, DelegationKind.HELPER])
def test_a_helper_sees_no_card(kind: str) -> None:
    family, helper = Family(), make_person()
    Delegation.objects.create(
        principal=family.child, agent=helper, kind=kind, valid_from=NOW, proof="invite"
    )
    assert shown(page(helper)[1]) == set()
    assert shown(page(helper, acting_for=family.child)[1]) == set()


def stop(client: Client, family: Family, label: str) -> Any:
    holding = family.holdings[label]
    answer = client.post(f"/card/phones/{holding.card_id}/{holding.pk}/suspend/")
    holding.refresh_from_db()
    return answer.status_code, holding.state


def test_who_acts_for_the_child_cannot_touch_their_own_by_mistake() -> None:
    family = Family()
    client, _text = page(family.me, acting_for=family.child)
    assert stop(client, family, MINE) == (404, HoldingState.ACTIVE)
    assert stop(client, family, CHILD) == (302, HoldingState.SUSPENDED)


ENDED = "このカードは、もう使えません。"


def test_the_notice_of_a_revoked_card_leads_to_a_page_that_says_so() -> None:
    family = Family()
    card = Card.objects.get(person=family.child)
    revoke_card(card, by=StateSetBy.LEDGER, reason="返還", actor=SYSTEM, now=NOW)
    assert Notice.objects.get(person_id=family.child.pk).link == "/card/phones/"
    text = page(family.me, acting_for=family.child)[1]
    assert ENDED in text
    assert "返還" not in text


def test_a_card_that_was_issued_again_is_not_called_ended() -> None:
    family = Family()
    card = Card.objects.get(person=family.me)
    new = reissue_card(card, reason="", actor=SYSTEM, now=NOW)
    assert ENDED not in page(family.me)[1]
    revoke_card(new, by=StateSetBy.STAFF, reason="", actor=SYSTEM, now=NOW)
    assert page(family.me)[1].count(ENDED) == 1


def test_a_helper_hears_of_no_ended_card() -> None:
    family, helper = Family(), make_person()
    card = Card.objects.get(person=family.me)
    revoke_card(card, by=StateSetBy.STAFF, reason="", actor=SYSTEM, now=NOW)
    assert ENDED not in page(helper)[1]


def sections(text: str) -> list[str]:
    """The page's cards, one after the other."""
    return re.findall(
        r'<section class="stack" aria-labelledby="card-.*?</section>', text, re.DOTALL
    )


def test_two_handbooks_of_one_person_are_told_apart_and_their_kinds_stand_behind_a_tap() -> None:
    me = make_person()
    for row in (make_row(), make_mental_row()):
        make_card(person=me, row=row, state=CardState.ACTIVE)
    first, second = sorted(sections(page(me)[1]), key=lambda one: "本人だけ" in one)
    assert "付き添いの人も1人まで" in first
    for section, kind in ((first, "身体障害者手帳"), (second, "精神障害者保健福祉手帳")):
        seen, _tap, hidden = section.partition("<details>")
        assert kind not in seen
        assert kind in hidden.partition("</details>")[0]


def test_of_a_single_card_nothing_more_is_said_than_whose_it_is() -> None:
    for section in sections(page(Family().me)[1]):
        assert "<details>" not in section
        assert "本人だけ" not in section


def test_the_counter_s_machine_does_not_say_which_handbook_it_is() -> None:
    me, officer, client = make_person(), make_staff(Role.COUNTER), Client()
    for row in (make_row(), make_mental_row()):
        make_card(person=me, row=row, state=CardState.ACTIVE)
    client.force_login(officer)
    client.post(f"/staff/people/{me.pk}/counter/", {"document": "handbook"})
    text = client.get("/card/phones/").content.decode()
    assert len(sections(text)) == 2
    assert "障害者" not in "".join(sections(text))


WAITS = "登録した手帳が、まだどの電話にも入っていません。"
STRONG = 'class="show-card"'


def my_page(reader: Person) -> str:
    assert reader.user is not None
    client = Client()
    client.force_login(reader.user)
    return client.get("/my/").content.decode()


def test_who_has_no_card_is_not_sent_to_an_empty_screen() -> None:
    assert STRONG not in my_page(make_person())
    assert STRONG in my_page(Family().me)


def test_a_card_on_no_phone_is_the_next_thing_to_do() -> None:
    person = make_person()
    card = make_card(person=person, row=make_row(), state=CardState.ACTIVE)
    assert WAITS in my_page(person)
    make_holding(card, label=MINE)
    assert WAITS not in my_page(person)


def test_who_acts_for_the_child_is_shown_the_childs_card() -> None:
    family = Family()
    client, _text = page(family.me, acting_for=family.child)
    text = client.get("/card/show/").content.decode()
    assert f'data-cards="{family.holdings[CHILD].card_id}"' in text
    assert f"{family.child.name}さんの手帳" in text


def test_no_card_comes_to_the_machine_of_the_officer_at_the_counter() -> None:
    family, officer, client = Family(), make_staff(Role.COUNTER), Client()
    client.force_login(officer)
    client.post(f"/staff/people/{family.me.pk}/counter/", {"document": "handbook"})
    assert client.get("/card/phones/").content.decode().count(MINE) == 1
    assert "data-enrol" not in client.get("/card/phones/").content.decode()
    assert "data-enrol" in page(family.me)[0].get("/card/phones/").content.decode()
    assert 'data-cards=""' in client.get("/card/show/").content.decode()


def test_the_page_that_shows_a_card_is_the_same_for_all_who_act_for_nobody() -> None:
    assert "data-cards" not in page(Family().me)[0].get("/card/show/").content.decode()


def test_a_helper_is_told_that_no_card_can_be_shown() -> None:
    family, helper = Family(), make_person()
    Delegation.objects.create(
        principal=family.child,
        agent=helper,
        kind=DelegationKind.HELPER,
        valid_from=NOW,
        proof="invite",
    )
    text = page(helper, acting_for=family.child)[0].get("/card/show/").content.decode()
    assert 'data-cards=""' in text
    assert "この電話で見せられる手帳は ありません。" in text
