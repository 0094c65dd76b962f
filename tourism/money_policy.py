"""Who may move coupon money, and who may look at it: part of the room's one table."""

from django.db.models import Q

from accounts.models import DeviceProfile, OrganisationRole, Role
from core.actor import Actor, ActorKind
from core.policy import EVERYTHING, Rule, Rules, anybody, member, staff


def _own(actor: Actor) -> Q | None:
    """The wallets of the person whose affairs the request is about: checked with the actor."""
    if actor.kind != ActorKind.USER or actor.subject_id is None:
        return None
    return Q(person=actor.subject_id)


def _somebody(actor: Actor) -> Q | None:
    return EVERYTHING if actor.kind == ActorKind.USER and actor.subject_id else None


def _device_here(profile: DeviceProfile) -> Rule:
    """Allow a device at the shop in which it stands."""

    def rows(actor: Actor) -> Q | None:
        if actor.kind != ActorKind.DEVICE or actor.device_profile != profile:
            return None
        return Q(place=actor.place_id) if actor.place_id else None

    return Rule(name=f"device:{profile}", rows=rows)


OWN = Rule(name="own-or-represented", rows=_own)
SOMEBODY = Rule(name="signed-in-person", rows=_somebody)
TILL = _device_here(DeviceProfile.TILL)
SHOP_PEOPLE = member(OrganisationRole.SHOP_OWNER, OrganisationRole.SHOP_CLERK)
LODGING_DESK = _device_here(DeviceProfile.LODGING_DESK)
LODGING_PEOPLE = member(OrganisationRole.LODGING_CLERK)
OFFICE = staff(Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER)
OF_CAMPAIGN = staff(
    Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER, municipality="campaign__municipality"
)

MONEY_POLICY: dict[str, Rules] = {
    "coupon.campaign.read": (anybody(),),
    # The tourist, or who acts for them; at the counter an officer for whoever has no phone.
    "coupon.claim": (SOMEBODY,),
    "coupon.wallet": (OWN,),
    "coupon.ask-shop": (OWN,),
    # At a shop: rows are the shop's.
    "coupon.redeem": (TILL, SHOP_PEOPLE),
    "coupon.sales": (TILL, SHOP_PEOPLE),
    "coupon.lease": (TILL,),
    "coupon.attest-stay": (LODGING_DESK, LODGING_PEOPLE),
    # The city's office: rows are the campaign's or the wallet's.
    "coupon.sell-set": (OFFICE, staff(Role.COUNTER)),
    "coupon.ask-reversal": (OF_CAMPAIGN,),
    "coupon.see-reversal": (
        staff(
            Role.CAMPAIGN_CLERK,
            Role.CAMPAIGN_APPROVER,
            municipality="redemption__campaign__municipality",
        ),
    ),
    "coupon.decide-reversal": (
        staff(Role.CAMPAIGN_APPROVER, municipality="redemption__campaign__municipality"),
    ),
    "coupon.block-wallet": (OF_CAMPAIGN,),
    # What a stopped till sold: entered by one, recorded by another.
    "coupon.see-handover": (OFFICE, staff(Role.AUDITOR)),
    "coupon.enter-handover": (OFFICE,),
    "coupon.record-handover": (staff(Role.CAMPAIGN_APPROVER),),
    "money.audit": (staff(Role.AUDITOR, Role.CAMPAIGN_APPROVER),),
}
