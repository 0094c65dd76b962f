"""Who may do what in tourism: one table, read by API, pages, tests and docs."""

from accounts.models import OrganisationRole, Role
from core.policy import Rules, anybody, member, staff
from tourism.money_policy import MONEY_POLICY, OWN

CLERKS = (Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER)
CLERK = staff(*CLERKS)
APPROVER = staff(Role.CAMPAIGN_APPROVER)
# The auditor reads all that has to do with money, and changes nothing.
READER = staff(*CLERKS, Role.AUDITOR)

POLICY: dict[str, Rules] = {
    **MONEY_POLICY,
    # Campaigns as configuration.
    "campaign.list": (READER,),
    "campaign.make": (staff(*CLERKS, municipality=None),),
    "campaign.edit": (CLERK,),
    "campaign.review": (APPROVER,),
    "campaign.run": (APPROVER,),  # publish, pause, settle, close
    # Shops: the public applies, staff decide, owners keep their own.
    "shop.apply": (anybody(),),
    "shop.application.list": (CLERK,),
    "shop.application.decide": (CLERK,),
    "shop.list": (READER,),
    "shop.change": (CLERK,),
    "shop.account.approve": (staff(Role.CAMPAIGN_APPROVER, municipality="shop__municipality"),),
    "shop.own": (member(OrganisationRole.SHOP_OWNER, OrganisationRole.SHOP_CLERK),),
    "shop.owner": (member(OrganisationRole.SHOP_OWNER),),
    "shop.payouts": (
        member(OrganisationRole.SHOP_OWNER, place="shop__place", organisation="shop__organisation"),
    ),
    # Settlement: frozen by a clerk, approved by two, sent to the bank.
    "settlement.list": (READER,),
    "settlement.make": (CLERK,),
    "settlement.approve": (APPROVER,),
    "settlement.send": (APPROVER,),
    "settlement.return": (staff(*CLERKS, municipality="batch__municipality"),),
    # Refunds of bought sets: prepared by one, announced and paid by another.
    "refund.notice": (anybody(),),
    "refund.claim": (OWN,),
    # At the counter a bearer brings paper back; the closing statement is not of its business.
    "refund.list": (staff(*CLERKS, Role.AUDITOR, Role.COUNTER),),
    "refund.make": (CLERK,),
    "refund.approve": (APPROVER,),
    "refund.counter": (staff(*CLERKS, Role.COUNTER),),
    # Paper sheets and what looks like misuse.
    "paper.print": (CLERK,),
    # One sheet for whom an officer serves, printed at the counter.
    "paper.give": (staff(*CLERKS, Role.COUNTER),),
    "paper.sheet": (staff(*CLERKS, Role.COUNTER, municipality="campaign__municipality"),),
    "risk.list": (READER,),
    "risk.decide": (CLERK,),
    # Insight: questions about a campaign, and the de-identified copy that they are asked of.
    "insight.ask": (staff(Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER, Role.STATISTICS),),
    "listing.list": (staff(Role.TOURISM_EDITOR, Role.ADMIN, municipality=None),),
    "listing.write": (staff(Role.TOURISM_EDITOR, Role.ADMIN),),
    "insight.export": (staff(Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER),),
}
