"""Who runs a nursery: the city makes its operator, lets the first owner in, and says which it runs.

From then on the owner gives the roles (`accounts.members`); an operator without an owner would be
one whose nurseries nobody could ever work for.
"""

from collections.abc import Collection
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.members import make_member
from accounts.models import Organisation, OrganisationKind, OrganisationRole
from accounts.people import person_of
from childcare.models import Facility
from core import audit, policy
from core.actor import Actor
from core.outbox import put_notice
from core.refusals import Refusal, gettext_noop as _


class FacilityHasOperator(Refusal):
    """To hand a nursery on would show its families to other people: nobody does it by a slip."""

    code = "facility-has-operator"
    title = _("運営者がもう決まっている園があります")
    next_step = _("一覧を読みなおして、運営者のいない園を選んでください。")
    status = HTTPStatus.CONFLICT


def operators_for(actor: Actor, action: str) -> QuerySet[Organisation]:
    """Return the operators on which ``actor`` may do ``action``, by name."""
    rows = Organisation.objects.filter(kind=OrganisationKind.NURSERY).order_by("name", "pk")
    return policy.allowed(actor, action, rows)


def facilities_run_by(operators: Collection[Organisation]) -> dict[UUID, list[Facility]]:
    """Return the facilities of each operator, by name."""
    found: dict[UUID, list[Facility]] = {one.pk: [] for one in operators}
    rows = Facility.objects.filter(organisation__in=found)
    for row in rows.select_related("place").order_by("place__name_kana", "place__name", "pk"):
        found[row.organisation_id or row.pk].append(row)
    return found


def without_operator(actor: Actor, action: str) -> QuerySet[Facility]:
    """Return the facilities that nobody runs yet and on which ``actor`` may do ``action``."""
    rows = Facility.objects.filter(organisation__isnull=True).select_related("place")
    ordered = rows.order_by("place__name_kana", "place__name", "pk")
    return policy.allowed(actor, action, ordered)


def make_operator(
    municipality: str,
    *,
    name: str,
    email: str,
    facilities: Collection[Facility],
    actor: Actor,
    now: datetime,
) -> Organisation:
    """Make an operator with its first owner and its facilities; the owner is told to sign in."""
    with transaction.atomic():
        operator = Organisation.objects.create(
            municipality=municipality, name=name.strip(), kind=OrganisationKind.NURSERY
        )
        given = _give(operator, facilities)
        owner = make_member(operator, email=email, role=OrganisationRole.NURSERY_OWNER, now=now)
        put_notice(
            municipality=municipality,
            person_id=person_of(owner.user, municipality=municipality).pk,
            kind="nursery-operator",
            link="/my/members/",
            dedupe_key=f"nursery-operator:{owner.pk}",
            now=now,
        )
        audit.record(
            "nursery.operator.make",
            actor=actor,
            now=now,
            municipality=municipality,
            object_type="organisation",
            object_id=operator.pk,
            facts={"membership": str(owner.pk), "facilities": given},
        )
    return operator


def add_facilities(
    operator: Organisation, facilities: Collection[Facility], *, actor: Actor, now: datetime
) -> Organisation:
    """Let an operator run more facilities; its people at all its places see them at once."""
    with transaction.atomic():
        audit.record(
            "nursery.operator.facilities",
            actor=actor,
            now=now,
            municipality=operator.municipality,
            object_type="organisation",
            object_id=operator.pk,
            facts={"facilities": _give(operator, facilities)},
        )
    return operator


def _give(operator: Organisation, facilities: Collection[Facility]) -> list[str]:
    """Give ``facilities`` to the operator and return their ids, or refuse them all."""
    keys = {one.pk for one in facilities}
    # Two clerks who pick one nursery at once must not both get it.
    rows = Facility.objects.select_for_update().filter(
        pk__in=keys, municipality=operator.municipality
    )
    locked = list(rows.order_by("pk"))
    if len(locked) != len(keys) or any(one.organisation_id for one in locked):
        raise FacilityHasOperator
    Facility.objects.filter(pk__in=keys).update(organisation=operator)
    return sorted(str(key) for key in keys)
