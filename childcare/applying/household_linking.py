"""Give a household that came on paper to whoever proves that it is theirs.

It stands under its first guardian's name and address, or under the record that the counter made
of them; nobody can see it from home before. Name and address must agree, and the birth date where
the counter wrote one down. A household in which somebody is protected from the person stays with
staff. The second guardian is linked by nobody but the first.

A family that moved since has another address: at the counter the receipt number of its own paper
stands for the address, beside the document that the officer saw.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.db import transaction
from django.db.models import Q

from accounts.merging import merge_people
from accounts.models import CounterSession, Person, ProtectiveBlock
from accounts.models.people import person_index
from accounts.national_id.provider import ProvenPerson
from accounts.shielding import protected_from
from childcare.models import Guardian, Household
from core import audit
from core.actor import Actor
from core.ids import normal_reference
from core.refusals import Refusal, gettext_noop as _
from core.throttles import Limit
from jp.addresses import is_same_address
from jp.eras import read_date
from jp.text import fold_name

# An officer links a family now and then; who tries numbers asks for more.
TRIES: Final = Limit(name="household-link", tries=20, seconds=3_600)


class HouseholdNotLinked(Refusal):
    """No such number, another name, an account already, or somebody who is protected."""

    code = "household-not-linked"
    title = _("この受付番号の申しこみは、この人につなげません")
    next_step = _("受付番号と、紙の保護者1の名前を、もう一度たしかめてください。")
    status = HTTPStatus.CONFLICT


def link_proven_households(
    person: Person, proven: ProvenPerson, actor: Actor, now: datetime
) -> int:
    """Link the households of somebody who just proved who they are; return how many."""
    linked = 0
    for household in _of_paper(person, proven):
        if not is_same_address(household.address or "", proven.address):
            continue
        if _keeps_out(household, person):
            continue
        _give(household, person, actor=actor, now=now)
        linked += 1
    return linked


def link_served_household(
    session: CounterSession, typed: str, *, actor: Actor, now: datetime
) -> Household:
    """Link the household of the application whose receipt number the served person brought.

    Raises :class:`HouseholdNotLinked`, one answer for every cause: the number must not tell whose
    it is, nor that somebody is protected.
    """
    TRIES.count(str(actor.user_id), now=now)
    person, number = session.person, normal_reference(typed)
    with transaction.atomic():
        household = (
            Household.objects.select_for_update(of=("self",))
            .filter(
                municipality=session.municipality,
                forgotten_at__isnull=True,
                children__applications__receipt_number=number,
            )
            .first()
            if number
            else None
        )
        if household is None or not _is_of_served(household, person, actor):
            raise HouseholdNotLinked
        _give(household, person, actor=actor, now=now)
    return household


def _is_of_served(household: Household, person: Person, actor: Actor) -> bool:
    """Say whether the paper names ``person`` first, and nobody in it is kept from who asks."""
    guardian = household.guardians.filter(number=1).first()
    is_named = guardian is not None and person.name != ""
    if not is_named or guardian is None or fold_name(guardian.name) != fold_name(person.name):
        return False
    record = household.applicant
    if record is None:
        is_free = guardian.person_id is None
    else:
        is_free = record.user_id is None and record.pk != person.pk
        is_free = is_free and record.birth_date in {None, person.birth_date}
    hidden = _inside(household) & Q(person__in=protected_from(actor))
    is_hidden = ProtectiveBlock.objects.filter(hidden, lifted_at__isnull=True).exists()
    return is_free and not is_hidden and not _keeps_out(household, person)


def _of_paper(person: Person, proven: ProvenPerson) -> list[Household]:
    """Return the households without an account whose applicant has the name of ``person``."""
    here = Household.objects.filter(municipality=person.municipality, forgotten_at__isnull=True)
    index = person_index(name=proven.name, birth_date=read_date(proven.birth_date))
    at_the_counter = here.filter(
        applicant__user__isnull=True,
        applicant__identity_index=index,
        applicant__merged_into__isnull=True,
    )
    first = Guardian.objects.filter(number=1, household__in=here.filter(applicant__isnull=True))
    named = {
        row.household_id
        for row in first.filter(person__isnull=True)
        if fold_name(row.name) == fold_name(proven.name)
    }
    found = here.filter(Q(pk__in=at_the_counter.values("pk")) | Q(pk__in=named))
    return list(found.select_related("applicant").order_by("pk"))


def _keeps_out(household: Household, person: Person) -> bool:
    """Say whether anybody in it is protected from ``person`` (支援措置)."""
    blocks = ProtectiveBlock.objects.filter(_inside(household), lifted_at__isnull=True)
    return blocks.filter(blocked=person).exists()


def _inside(household: Household) -> Q:
    """Return the protections of anybody in it."""
    return (
        Q(person__in=household.guardians.values("person"))
        | Q(person__in=household.children.values("person"))
        | Q(person=household.applicant_id)
    )


def _give(household: Household, person: Person, *, actor: Actor, now: datetime) -> None:
    if household.applicant is not None:
        gone = Person.objects.get(pk=household.applicant.pk)
        if gone.merged_into_id is None:  # another household of the same record merged it already
            merge_people(person, gone, actor=actor, now=now)
    else:
        Household.objects.filter(pk=household.pk).update(applicant=person)
        household.guardians.filter(number=1).update(person=person)
    audit.record(
        "childcare.household.link",
        actor=actor,
        now=now,
        municipality=household.municipality,
        object_type="household",
        object_id=household.pk,
        subject=person.pk,
    )
