"""Who works for an organisation, as its owner sees and ends it."""

from datetime import datetime
from http import HTTPStatus

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import ClerkPin, ClerkSession, Membership, Organisation, OrganisationRole
from core import audit, policy
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _


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


def end_membership(member: Membership, *, actor: Actor, now: datetime) -> Membership:
    """End that somebody works there, with their PIN and open shifts; the last owner stays."""
    with transaction.atomic():
        # Two owners who end each other at once would leave none.
        Organisation.objects.select_for_update().get(pk=member.organisation_id)
        locked = Membership.objects.select_for_update().get(pk=member.pk)
        others = Membership.objects.filter(
            organisation=locked.organisation_id,
            role=OrganisationRole.SHOP_OWNER,
            valid_to__isnull=True,
        ).exclude(pk=locked.pk)
        if locked.role == OrganisationRole.SHOP_OWNER and not others.exists():
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
