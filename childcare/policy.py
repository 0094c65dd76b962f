"""Who may do what in childcare: one table, read by API, pages, tests and docs."""

from accounts.models import OrganisationRole, Role
from core.policy import Rules, anybody, member, staff

CLERKS = (Role.CHILDCARE_CLERK, Role.CHILDCARE_APPROVER)
CLERK = staff(*CLERKS)
ANY_CLERK = staff(*CLERKS, municipality=None)
APPROVER = staff(Role.CHILDCARE_APPROVER)
# On a facility itself: its own people.
OWN = member(OrganisationRole.NURSERY_STAFF)
# On a row that hangs on a facility.
OWN_ROW = member(
    OrganisationRole.NURSERY_STAFF, place="facility__place", organisation="facility__organisation"
)
CLERK_ROW = staff(*CLERKS, municipality="facility__municipality")

POLICY: dict[str, Rules] = {
    "childcare.rule-set.read": (anybody(),),
    "childcare.score.preview": (anybody(),),
    "staff.rule-set.list": (CLERK,),
    "staff.rule-set.submit": (ANY_CLERK,),
    "staff.rule-set.publish": (APPROVER,),
    "facility.read": (anybody(),),
    # Whoever has the booking's reference may look at it and take it back.
    "visit.book": (anybody(),),
    "facility.home": (member(OrganisationRole.NURSERY_STAFF, place=None),),
    "facility.edit": (OWN, CLERK),
    "facility.row.edit": (OWN_ROW, CLERK_ROW),
    "facility.bookings": (OWN_ROW,),
    "capacity.confirm": (OWN,),
    "capacity.list": (CLERK,),
    "capacity.submit": (ANY_CLERK,),
    "capacity.approve": (APPROVER,),
    "capacity.reject": (CLERK,),
}
