"""Who may do what with cards: one table, read by API, pages, tests and docs."""

from django.db.models import Q

from accounts.models import DelegationKind, DelegationStatus, DeviceProfile, Role
from core.actor import Actor
from core.policy import Rule, Rules, anybody, at_counter, device, signed_in, staff


def _own(actor: Actor) -> Q | None:
    if actor.person_id is None or actor.on_behalf_of is not None:
        return None
    return Q(person=actor.person_id)


def _ward(actor: Actor) -> Q | None:
    """The actor was checked for acting for somebody; cards follow guardians only."""
    if actor.person_id is None or actor.on_behalf_of is None or actor.counter_session:
        return None
    return Q(
        person=actor.on_behalf_of,
        person__delegations__agent=actor.person_id,
        person__delegations__kind=DelegationKind.GUARDIAN,
        person__delegations__status=DelegationStatus.ACTIVE,
    )


HOLDER = Rule(name="holder", rows=_own)
GUARDIAN = Rule(name="guardian", rows=_ward)
COUNTER = at_counter("person")
CLERK = staff(Role.CARD_CLERK, Role.CARD_APPROVER)
ANY_CLERK = staff(Role.CARD_CLERK, Role.CARD_APPROVER, municipality=None)
FRONT_DESK = device(DeviceProfile.FRONT_DESK)

POLICY: dict[str, Rules] = {
    # The phone's own endpoints: its key and its tokens say who it is.
    "wallet.fetch": (anybody(),),
    "card.link": (signed_in(),),
    "card.list": (HOLDER, GUARDIAN, COUNTER),
    "card.default": (HOLDER, COUNTER),
    "card.suspend": (HOLDER, GUARDIAN, COUNTER, CLERK),
    "card.resume": (HOLDER, GUARDIAN, COUNTER, CLERK),
    "card.offer": (HOLDER, GUARDIAN),
    "card.devices": (HOLDER, GUARDIAN, COUNTER),
    "card.device.suspend": (HOLDER, GUARDIAN, COUNTER),
    "card.device.resume": (HOLDER, GUARDIAN),
    "card.device.remove": (HOLDER, GUARDIAN, COUNTER),
    "ledger.submit": (ANY_CLERK,),
    "ledger.list": (CLERK,),
    "ledger.approve": (staff(Role.CARD_APPROVER),),
    "ledger.reject": (CLERK,),
    "staff.handbook.search": (ANY_CLERK,),
    "staff.handbook.read": (CLERK,),
    "staff.handbook.link": (CLERK,),
    "staff.handbook.letter": (CLERK,),
    "staff.card.read": (CLERK,),
    "staff.card.suspend": (CLERK,),
    "staff.card.resume": (CLERK,),
    "staff.card.revoke": (CLERK,),
    "staff.card.reissue": (CLERK,),
    "staff.card.paper": (CLERK,),
    "staff.guardian.end": (staff(Role.CARD_CLERK, municipality="principal__municipality"),),
    "staff.card.devices": (CLERK,),
    "staff.card.device.suspend": (CLERK,),
    "staff.card.device.resume": (CLERK,),
    "staff.card.device.remove": (CLERK,),
    "verify": (FRONT_DESK,),
    "benefit.read": (anybody(),),
    "staff.benefit.list": (staff(Role.BENEFIT_EDITOR, Role.ADMIN),),
    "staff.benefit.edit": (staff(Role.BENEFIT_EDITOR, Role.ADMIN),),
    "staff.benefit.make": (staff(Role.BENEFIT_EDITOR, Role.ADMIN, municipality=None),),
    "staff.statistics": (staff(Role.STATISTICS, Role.ADMIN, Role.CARD_APPROVER),),
}
