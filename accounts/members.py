"""Who works for an organisation, as its owner adds, sees and ends it."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import (
    ClerkPin,
    ClerkSession,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationRole,
    User,
)
from accounts.people import person_of
from accounts.policy import OWNERS
from core import audit, policy
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _

# What an owner may give, by what the organisation does; who works a till has a PIN besides.
ROLES: Final[Mapping[str, tuple[OrganisationRole, ...]]] = {
    OrganisationKind.SHOP: (OrganisationRole.SHOP_CLERK, OrganisationRole.SHOP_OWNER),
    OrganisationKind.LODGING: (
        OrganisationRole.LODGING_CLERK,
        OrganisationRole.SHOP_CLERK,
        OrganisationRole.SHOP_OWNER,
    ),
    OrganisationKind.NURSERY: (OrganisationRole.NURSERY_STAFF, OrganisationRole.NURSERY_OWNER),
}


class RoleOfAnother(Refusal):
    """A nursery has no shop's clerk."""

    code = "organisation-role-refused"
    title = _("この役割は、ここでは使えません")
    next_step = _("一覧から役割を選んでください。")


class OwnerNeeded(Refusal):
    """An organisation without an owner could let nobody in any more."""

    code = "shop-owner-needed"
    title = _("責任者がいなくなります")
    next_step = _("先に、べつの責任者を加えてください。")
    status = HTTPStatus.CONFLICT


def members_now(actor: Actor, action: str, *, now: datetime) -> QuerySet[Membership]:
    """Return who works now where ``actor`` may do ``action``, with their account and PIN."""
    working = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now), valid_from__lte=now
    )
    return policy.allowed(
        actor, action, working.select_related("user", "organisation", "clerk_pin").order_by("pk")
    )


def organisations_of_mine(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations in which the caller may give roles."""
    return policy.allowed(actor, "organisation.member.add", Organisation.objects.order_by("pk"))


def make_member(
    organisation: Organisation, *, email: str, role: OrganisationRole, now: datetime
) -> Membership:
    """Let somebody work for the organisation; they sign in by a code to this address."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = User.objects.create_user(email)
    person_of(user, municipality=organisation.municipality)
    member, _created = Membership.objects.get_or_create(
        organisation=organisation,
        user=user,
        role=role,
        place_id=None,
        valid_to=None,
        defaults={"valid_from": now},
    )
    return member


def add_member(
    organisation: Organisation, *, email: str, role: OrganisationRole, actor: Actor, now: datetime
) -> Membership:
    """Give somebody a role, as the owner; the same open role twice is one."""
    if role not in ROLES.get(organisation.kind, ()):
        raise RoleOfAnother
    with transaction.atomic():
        member = make_member(organisation, email=email, role=role, now=now)
        audit.record(
            "membership.add",
            actor=actor,
            now=now,
            municipality=organisation.municipality,
            object_type="membership",
            object_id=member.pk,
            facts={"role": role},
        )
    return member


def end_membership(member: Membership, *, actor: Actor, now: datetime) -> Membership:
    """End that somebody works there, with their PIN and open shifts; the last owner stays."""
    with transaction.atomic():
        # Two owners who end each other at once would leave none.
        Organisation.objects.select_for_update().get(pk=member.organisation_id)
        locked = Membership.objects.select_for_update().get(pk=member.pk)
        others = Membership.objects.filter(
            organisation=locked.organisation_id,
            role__in=OWNERS,
            valid_to__isnull=True,
        ).exclude(pk=locked.pk)
        if locked.role in OWNERS and not others.exists():
            raise OwnerNeeded
        locked.valid_to = locked.valid_to or now
        locked.save(update_fields=["valid_to"])
        ClerkPin.objects.filter(membership=locked).delete()
        ClerkSession.objects.filter(membership=locked, ended_at__isnull=True).update(ended_at=now)
        audit.record(
            "membership.end",
            actor=actor,
            now=now,
            municipality=locked.organisation.municipality,
            object_type="membership",
            object_id=locked.pk,
        )
    return locked
