"""Who may do what with cards: one table, read by API, pages, tests and docs."""

from django.db.models import Q

from accounts.models import DelegationKind, DelegationStatus, DeviceProfile, Role
from accounts.shielding import Protected, shielded
from core.actor import Actor
from core.policy import Rule, Rules, anybody, at_counter, device, signed_in, staff
from disability_card.models import Card, LedgerImportState


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


def _handbooks_of(people: Protected) -> Q:
    """A handbook is somebody's once it has a card, whatever became of the card."""
    return Q(pk__in=Card.objects.filter(person__in=people).values("handbook"))


def _officers(actor: Actor) -> Q | None:
    """Who sent the file and who decided; until somebody has, each who may approve it."""
    clerk, approver = CLERK.rows(actor), staff(Role.CARD_APPROVER).rows(actor)
    if clerk is None:
        return None
    own = clerk & (Q(submitted_by=actor.user_id) | Q(decided_by=actor.user_id))
    return own if approver is None else own | approver & Q(state=LedgerImportState.CHECKED)


HOLDER = Rule(name="holder", rows=_own)
GUARDIAN = Rule(name="guardian", rows=_ward)
COUNTER = at_counter("person")
CLERK = staff(Role.CARD_CLERK, Role.CARD_APPROVER)
CARD_CLERK = shielded(CLERK, lambda people: Q(person__in=people))
HANDBOOK_CLERK = shielded(CLERK, _handbooks_of)
GUARDIAN_CLERK = shielded(
    staff(Role.CARD_CLERK, municipality="principal__municipality"),
    lambda people: Q(principal__in=people),
)
ANY_CLERK = staff(Role.CARD_CLERK, Role.CARD_APPROVER, municipality=None)
LEDGER_OFFICERS = Rule(name="ledger-officers", rows=_officers)
FRONT_DESK = device(DeviceProfile.FRONT_DESK)

POLICY: dict[str, Rules] = {
    # The phone's own endpoints: its key and its tokens say who it is.
    "wallet.fetch": (anybody(),),
    "card.link": (signed_in(),),
    "card.list": (HOLDER, GUARDIAN, COUNTER),
    "card.default": (HOLDER, COUNTER),
    "card.suspend": (HOLDER, GUARDIAN, COUNTER, CARD_CLERK),
    "card.resume": (HOLDER, GUARDIAN, COUNTER, CARD_CLERK),
    "card.offer": (HOLDER, GUARDIAN),
    "card.devices": (HOLDER, GUARDIAN, COUNTER),
    "card.device.suspend": (HOLDER, GUARDIAN, COUNTER),
    "card.device.resume": (HOLDER, GUARDIAN),
    "card.device.remove": (HOLDER, GUARDIAN, COUNTER),
    "ledger.submit": (ANY_CLERK,),
    "ledger.list": (CLERK,),
    "ledger.rows": (LEDGER_OFFICERS,),
    "ledger.approve": (staff(Role.CARD_APPROVER),),
    "ledger.reject": (CLERK,),
    "staff.handbook.search": (ANY_CLERK,),
    "staff.handbook.read": (HANDBOOK_CLERK,),
    "staff.handbook.link": (HANDBOOK_CLERK,),
    "staff.handbook.letter": (HANDBOOK_CLERK,),
    "staff.card.read": (CARD_CLERK,),
    "staff.card.suspend": (CARD_CLERK,),
    "staff.card.resume": (CARD_CLERK,),
    "staff.card.revoke": (CARD_CLERK,),
    "staff.card.reissue": (CARD_CLERK,),
    "staff.card.paper": (CARD_CLERK,),
    "staff.guardian.end": (GUARDIAN_CLERK,),
    "staff.card.devices": (CARD_CLERK,),
    "staff.card.device.suspend": (CARD_CLERK,),
    "staff.card.device.resume": (CARD_CLERK,),
    "staff.card.device.remove": (CARD_CLERK,),
    "verify": (FRONT_DESK,),
    "benefit.read": (anybody(),),
    "staff.benefit.list": (staff(Role.BENEFIT_EDITOR, Role.ADMIN),),
    "staff.benefit.edit": (staff(Role.BENEFIT_EDITOR, Role.ADMIN),),
    "staff.benefit.make": (staff(Role.BENEFIT_EDITOR, Role.ADMIN, municipality=None),),
    "staff.statistics": (staff(Role.STATISTICS, Role.ADMIN, Role.CARD_APPROVER),),
}
