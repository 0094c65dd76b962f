"""What a phone fetched over HTTP is accepted by the verifier, and refused once it is stopped."""

import pytest
from django.test import Client

from core.audit import SYSTEM
from disability_card.card_claims import Medium, Presenter
from disability_card.holdings import suspend_device
from disability_card.issuance import issue_paper_credential
from disability_card.key_roll_over import block_key, roll_key, roll_root
from disability_card.models import Card, Holding, KeyPurpose, StateSetBy
from disability_card.refusals import KeyBlocked, Suspended
from disability_card.scan_memory import MarksInMemory
from disability_card.signing_keys import blocked_kids
from disability_card.status_publication import status_of
from disability_card.trust_publication import root_rolls, root_thumbprint, trust_list
from disability_card.verdicts import Verdict
from disability_card.verification import Mode, StatusEntry, Venue, Verifier
from jp.clock import civil_date
from signing.pack import pack
from signing.trust import open_trust_list
from tests.disability_card.issuing import CITY, ISSUER, NOW, make_offerable_card, make_phone

pytestmark = pytest.mark.django_db


def verify(text: str, *, pinned: str = "") -> Verdict:
    pinned = pinned or root_thumbprint(CITY, now=NOW)
    trusted = open_trust_list(trust_list(CITY), pinned={pinned}, root_rolls=root_rolls(CITY))
    verifier = Verifier(
        trusted,
        status_at=lambda uri, idx: StatusEntry(status_of(uri, idx), int(NOW.timestamp())),
        replay_marks=MarksInMemory(),
        mode=Mode.ONLINE,
        blocked=frozenset((ISSUER, kid) for kid in blocked_kids(CITY)),
    )
    return verifier.verify(text, venue=Venue(venue_id="SAKU0001", scanner="tablet"), now=NOW)


def test_the_cards_of_a_batch_are_accepted_one_after_another(client: Client) -> None:
    phone = make_phone(client, make_offerable_card())
    for _ in range(10):
        verdict = verify(phone.show(now=NOW))
        assert (verdict.medium, verdict.presenter) == (Medium.PHONE, Presenter.HOLDER)
        assert (verdict.discount_class, verdict.caregivers) == (1, 1)
        assert verdict.details == {}


def test_the_full_card_answers_with_what_the_holder_chose(client: Client) -> None:
    phone = make_phone(client, make_offerable_card(), is_guardian=True)
    verdict = verify(phone.show_details({"discount_class", "caregivers", "grade"}, now=NOW))
    assert verdict.details == {"grade": "2"}
    assert verdict.presenter == Presenter.GUARDIAN


def test_the_paper_twin_asks_for_the_name(client: Client) -> None:
    make_phone(client, make_offerable_card())
    issued = issue_paper_credential(Card.objects.get(), now=NOW)
    verdict = verify(pack(issued.sd_jwt))
    assert verdict.medium == Medium.PAPER
    assert verdict.name_to_check is not None
    assert verdict.name_to_check.birth_year == 1960


def test_a_stopped_phone_is_refused_at_once(client: Client) -> None:
    phone = make_phone(client, make_offerable_card())
    suspend_device(Holding.objects.get(), by=StateSetBy.HOLDER, actor=SYSTEM, now=NOW)
    with pytest.raises(Suspended):
        verify(phone.show(now=NOW))


def test_a_card_verifies_across_a_roll_over_of_issuer_and_root(client: Client) -> None:
    phone = make_phone(client, make_offerable_card())
    pinned = root_thumbprint(CITY, now=NOW)
    roll_key(CITY, KeyPurpose.ISSUER, now=NOW)
    roll_root(CITY, now=NOW)
    assert verify(phone.show(now=NOW), pinned=pinned).discount_class == 1


def test_a_card_of_a_blocked_key_is_refused(client: Client) -> None:
    phone = make_phone(client, make_offerable_card())
    block_key(CITY, f"{civil_date(NOW).year}-1", now=NOW)
    with pytest.raises(KeyBlocked):
        verify(phone.show(now=NOW))
