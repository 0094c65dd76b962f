"""Join a person with their handbook: by proven identity, by letter, or at the counter.

Every refusal of the first two ways is one answer, whatever the cause: who tries references must
not learn which exist. Five wrong tries lock a reference; an account has ten an hour and an
address forty, so that nobody walks over references; a code dies after 30 days.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import IntegrityError, transaction

from accounts.models import Person
from accounts.national_id.provider import ProvenPerson
from accounts.people import record_guardian
from accounts.proofs import StandsAs
from core import audit
from core.actor import Actor
from core.ids import digest_of, make_reference, normal_reference, secret_code
from core.refusals import Refusal, gettext_noop as _
from core.throttles import Limit
from disability_card.handbook_index import identity_index
from disability_card.ledger_row import LedgerRow
from disability_card.life_cycle import LIVE
from disability_card.models import Card, CardState, Handbook, LinkingCode
from jp.addresses import is_same_address
from jp.ages import age_on, reaches_age_on
from jp.clock import civil_date, end_of_day
from jp.eras import read_date
from jp.text import fold_name

CODE_LIVES: Final = timedelta(days=30)
TRIES_MAX: Final = 5
ADULT_AT: Final = 18
SECRET_CHARACTERS: Final = 10  # of 31: 49 bits, with five tries a reference
BY_ACCOUNT: Final = Limit(name="link-account", tries=10, seconds=3600)
BY_ADDRESS: Final = Limit(name="link-address", tries=40, seconds=3600)


class LinkRefused(Refusal):
    """Unknown, wrong, expired, locked, used, another city's: one answer for all."""

    code = "link-refused"
    title = _("登録できませんでした")
    next_step = _(
        "受付番号、ひみつの番号、生まれた日をたしかめてください。"
        "わからないときは、手帳を持って窓口へ来てください。"
    )


class AnotherPersonsHandbook(Refusal):
    """Only at the counter: the record that shall hold the handbook is of somebody else."""

    code = "handbook-of-another-person"
    title = _("手帳の名前か生まれた日が、この人の記録とちがいます")
    next_step = _("手帳の持ち主の記録をさがして、その記録に登録してください。")
    status = HTTPStatus.CONFLICT


class AlreadyLinked(Refusal):
    """Only at the counter, where the officer sees the record anyway."""

    code = "handbook-already-linked"
    title = _("この手帳は、もうほかの人に登録されています")
    next_step = _("登録されている人をたしかめて、必要ならカードを失効してから登録してください。")
    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """A letter's contents; the secret is in clear here only."""

    code: LinkingCode
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenIdentity:
    """What an identity provider or the counter proved about a person."""

    name: str
    birth_date: date
    address: str


def make_linking_codes(handbooks: Iterable[Handbook], *, now: datetime) -> list[NewCode]:
    """Make one code a handbook for a mail run; an earlier one of a handbook is withdrawn."""
    made = []
    with transaction.atomic():
        for handbook in handbooks:
            LinkingCode.objects.filter(
                handbook=handbook, used_at__isnull=True, withdrawn_at__isnull=True
            ).update(withdrawn_at=now)
            secret = secret_code(SECRET_CHARACTERS)
            code = LinkingCode.objects.create(
                municipality=handbook.municipality,
                handbook=handbook,
                reference=make_reference(8),
                secret_digest=digest_of(secret),
                created_at=now,
                expires_at=now + CODE_LIVES,
            )
            made.append(NewCode(code=code, secret=secret))
    return made


def link_by_letter(
    *,
    reference: str,
    secret: str,
    birth_date: date,
    person: Person,
    municipality: str,
    address: str,
    actor: Actor,
    now: datetime,
    as_guardian: bool = False,
) -> Card:
    """Link by the letter's reference and secret and the birth date of the handbook.

    ``address`` is the caller's network address, for the limit. With ``as_guardian`` the handbook
    is a child's (under 18) and ``person`` becomes the recorded guardian. Raises
    :class:`LinkRefused` for every cause, ``TooManyTries`` for the limits.
    """
    BY_ADDRESS.count(address, now=now)
    BY_ACCOUNT.count(str(person.pk), now=now)
    found = normal_reference(reference)
    typed = digest_of(_typed_secret(secret))
    with transaction.atomic():
        code = (
            LinkingCode.objects.select_for_update(of=("self",))
            .select_related("handbook")
            .filter(municipality=municipality, reference=found or "")
            .first()
        )
        if code is None:
            raise LinkRefused
        is_good = _is_good(code, typed, birth_date, as_guardian=as_guardian, now=now)
        card = None
        if is_good:
            holder = _child_of(person, code, actor=actor, now=now) if as_guardian else person
            card = _make_card(
                code.handbook, person=holder, linked_by="letter", actor=actor, now=now
            )
            choose_default([card])
    # A wrong try is counted outside the refusal, which would roll the count back.
    if card is None:
        raise LinkRefused
    return card


def _typed_secret(secret: str) -> str:
    return "".join(char for char in secret.upper() if char not in " -‐−ー　")[:64]


def _is_good(
    code: LinkingCode, typed: bytes, birth_date: date, *, as_guardian: bool, now: datetime
) -> bool:
    """Say whether the code opens, and write down that it was used, or tried in vain."""
    row = LedgerRow.from_record(code.handbook.record)
    is_open = (
        code.used_at is None
        and code.withdrawn_at is None
        and code.expires_at > now
        and code.failures < TRIES_MAX
        and not code.handbook.is_gone
        and (not as_guardian or _is_minor(row, now=now))
    )
    # Both are compared whatever the first says: the time tells nothing.
    is_right = hmac.compare_digest(bytes(code.secret_digest), typed)
    is_right &= hmac.compare_digest(row.birth_date.isoformat(), birth_date.isoformat())
    if is_open and is_right:
        code.used_at = now
        code.save(update_fields=["used_at"])
        return True
    code.failures += 1
    code.save(update_fields=["failures"])
    return False


def _is_minor(row: LedgerRow, *, now: datetime) -> bool:
    """Guardianship of a child ends at 18 (Civil Code art. 4)."""
    return age_on(row.birth_date, day=civil_date(now)) < ADULT_AT


def _child_of(guardian: Person, code: LinkingCode, *, actor: Actor, now: datetime) -> Person:
    """Return the child of the handbook, recorded with its guardian until it comes of age."""
    row = LedgerRow.from_record(code.handbook.record)
    live = Card.objects.filter(handbook=code.handbook, state__in=LIVE).first()
    child = live.person if live else Person.objects.create(municipality=code.municipality)
    until = end_of_day(reaches_age_on(row.birth_date, age=ADULT_AT))
    record_guardian(
        child=child, guardian=guardian, proof="letter", actor=actor, now=now, until=until
    )
    return child


def link_by_identity(
    identity: ProvenIdentity, *, person: Person, actor: Actor, now: datetime
) -> list[Card]:
    """Link every handbook in force of a proven identity (name, birth date, address).

    Exactly one person of the ledger must match; two residents of one name and birth date are told
    apart by the address, else refused. Two handbooks of one resident give two cards.
    """
    index = identity_index(name=identity.name, birth_date=identity.birth_date)
    found = [
        (handbook, LedgerRow.from_record(handbook.record))
        for handbook in Handbook.objects.filter(
            municipality=person.municipality, identity_index=index, is_gone=False
        ).order_by("pk")
    ]
    matching = [
        (handbook, row)
        for handbook, row in found
        if is_same_address(identity.address, row.addr_text)
    ]
    if not matching or len({row.resident_ref for _, row in matching}) != 1:
        raise LinkRefused
    with transaction.atomic():
        cards = [
            _make_card(handbook, person=person, linked_by="identity", actor=actor, now=now)
            for handbook, _ in matching
        ]
        choose_default(cards)
    return cards


def link_proven_person(person: Person, proven: ProvenPerson, actor: Actor, now: datetime) -> int:
    """Link the handbooks of somebody who just proved who they are; return how many.

    No match is no fault: most people have no handbook.
    """
    identity = ProvenIdentity(
        name=proven.name, birth_date=read_date(proven.birth_date), address=proven.address
    )
    try:
        with transaction.atomic():
            return len(link_by_identity(identity, person=person, actor=actor, now=now))
    except LinkRefused:
        return 0


def link_at_counter(
    handbook: Handbook, *, person: Person, document: str, actor: Actor, now: datetime
) -> Card:
    """Link by staff, who saw ``document`` (what it was, not its number)."""
    with transaction.atomic():
        card = _make_card(handbook, person=person, linked_by="counter", actor=actor, now=now)
        choose_default([card])
        audit.record(
            "card.counter-document",
            actor=actor,
            now=now,
            municipality=handbook.municipality,
            object_type="card",
            object_id=card.pk,
            subject=card.person_id,
            reason=document,
        )
    return card


def _make_card(
    handbook: Handbook, *, person: Person, linked_by: str, actor: Actor, now: datetime
) -> Card:
    """Return the handbook's card for ``person``: the one there is, or a new one.

    A handbook that is another person's, or gone, refuses like any wrong code, and so does one
    whose name or birth date is not that of ``person``, where the city knows them. The row is
    locked: a ledger that takes the handbook away meanwhile finds the card, or this finds it gone.
    """
    if Handbook.objects.select_for_update().get(pk=handbook.pk).is_gone:
        raise LinkRefused
    live = Card.objects.filter(handbook=handbook, state__in=LIVE).first()
    if live is not None:
        if live.person_id != person.pk:
            raise AlreadyLinked if linked_by == "counter" else LinkRefused
        return live
    row = LedgerRow.from_record(handbook.record)
    if not _is_holder(person, handbook, row):
        raise AnotherPersonsHandbook if linked_by == "counter" else LinkRefused
    try:
        with transaction.atomic():
            card = Card.objects.create(
                municipality=handbook.municipality,
                handbook=handbook,
                person=person,
                state=CardState.APPROVED,
                linked_by=linked_by,
                created_at=now,
                state_changed_at=now,
            )
    except IntegrityError:
        raise LinkRefused from None
    _learn_name(person, row)
    audit.record(
        "card.link",
        actor=actor,
        now=now,
        municipality=handbook.municipality,
        object_type="card",
        object_id=card.pk,
        subject=card.person_id,
        reason=linked_by,
    )
    return card


def _is_holder(person: Person, handbook: Handbook, row: LedgerRow) -> bool:
    """Say whether the handbook may be ``person``'s by what the city knows of them.

    Whom we know nothing of may hold any. The name may have changed where another handbook of the
    same resident is theirs already.
    """
    if person.birth_date is not None and person.birth_date != row.birth_date:
        return False
    if not person.name or fold_name(person.name) == fold_name(row.name):
        return True
    same_resident = Card.objects.filter(
        person=person, handbook__resident_index=handbook.resident_index
    )
    return same_resident.exists()


def names_on_handbooks(person: Person) -> list[StandsAs]:
    """Return who stands on each handbook that the person holds as their own."""
    cards = Card.objects.filter(person=person, state__in=LIVE).select_related("handbook")
    rows = [LedgerRow.from_record(card.handbook.record) for card in cards.order_by("pk")]
    return [StandsAs(name=row.name, birth_date=row.birth_date) for row in rows]


def _learn_name(person: Person, row: LedgerRow) -> None:
    """A linked person is who the ledger says."""
    if not person.name:
        person.name, person.name_kana, person.birth_date = row.name, row.name_kana, row.birth_date
        person.save(update_fields=["name", "name_kana", "birth_date"])


def choose_default(linked: Sequence[Card]) -> None:
    """Show the card of the best discount class first, until the person chooses.

    ``linked`` are cards of one person that were just linked.
    """
    person = linked[0].person
    cards = list(Card.objects.filter(person=person, state__in=LIVE).select_related("handbook"))
    if any(card.is_default for card in cards):
        return
    # 第1種 before 第2種 before none: 0 is the weakest, so it sorts last.
    best = min(cards, key=lambda card: (card.handbook.record["fare_class"] or 9, card.pk))
    best.is_default = True
    best.save(update_fields=["is_default"])
    for card in linked:
        card.is_default = card.pk == best.pk


def set_default(card: Card, *, actor: Actor, now: datetime) -> Card:
    """Show this card first; of a person's cards one is the default."""
    with transaction.atomic():
        Card.objects.select_for_update().filter(person=card.person_id, is_default=True).update(
            is_default=False
        )
        card.is_default = True
        card.save(update_fields=["is_default"])
        audit.record(
            "card.default",
            actor=actor,
            now=now,
            municipality=card.municipality,
            object_type="card",
            object_id=card.pk,
            subject=card.person_id,
        )
    return card
