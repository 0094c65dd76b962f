"""Who may do what with cards: one table, read by API, pages, tests and docs."""

from django.db.models import Q

from accounts.models import DelegationKind, DelegationStatus, Role
from core.actor import Actor
from core.policy import Rule, Rules, anybody, staff


def _own(actor: Actor) -> Q | None:
    if actor.person_id is None or actor.on_behalf_of is not None:
        return None
    return Q(person=actor.person_id)


def _ward(actor: Actor) -> Q | None:
    """The actor was checked for acting for somebody; cards follow guardians only."""
    if actor.person_id is None or actor.on_behalf_of is None:
        return None
    return Q(
        person=actor.on_behalf_of,
        person__delegations__agent=actor.person_id,
        person__delegations__kind=DelegationKind.GUARDIAN,
        person__delegations__status=DelegationStatus.ACTIVE,
    )


HOLDER = Rule(name="holder", rows=_own)
GUARDIAN = Rule(name="guardian", rows=_ward)
CLERK = staff(Role.CARD_CLERK, Role.CARD_APPROVER)

POLICY: dict[str, Rules] = {
    # The phone's own endpoints: its key and its tokens say who it is.
    "wallet.fetch": (anybody(),),
    "card.offer": (HOLDER, GUARDIAN),
    "card.devices": (HOLDER, GUARDIAN),
    "card.device.suspend": (HOLDER, GUARDIAN),
    "card.device.resume": (HOLDER, GUARDIAN),
    "card.device.remove": (HOLDER, GUARDIAN),
    "staff.card.devices": (CLERK,),
    "staff.card.device.suspend": (CLERK,),
    "staff.card.device.resume": (CLERK,),
    "staff.card.device.remove": (CLERK,),
}
