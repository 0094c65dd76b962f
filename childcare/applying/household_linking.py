"""Give a household that came on paper to whoever proves at the national provider that it is theirs.

It stands under its first guardian's name and address, or under the record that the counter made
of them; nobody can see it from home before. Name and address must agree, and the birth date where
the counter wrote one down. A household in which somebody is protected from the person stays with
staff. The second guardian is linked by nobody but the first.
"""

from datetime import datetime

from django.db.models import Q

from accounts.merging import merge_people
from accounts.models import Person, ProtectiveBlock
from accounts.models.people import person_index
from accounts.national_id.provider import ProvenPerson
from childcare.models import Guardian, Household
from core import audit
from core.actor import Actor
from jp.addresses import is_same_address
from jp.eras import read_date
from jp.text import fold_name


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
    inside = Q(person__in=household.guardians.values("person")) | Q(
        person__in=household.children.values("person")
    )
    return ProtectiveBlock.objects.filter(inside, blocked=person, lifted_at__isnull=True).exists()


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
