"""Who may do what in childcare: one table, read by API, pages, tests and docs."""

from accounts.models import Role
from core.policy import Rules, anybody, staff

CLERK = staff(Role.CHILDCARE_CLERK, Role.CHILDCARE_APPROVER)
ANY_CLERK = staff(Role.CHILDCARE_CLERK, Role.CHILDCARE_APPROVER, municipality=None)
APPROVER = staff(Role.CHILDCARE_APPROVER)

POLICY: dict[str, Rules] = {
    "childcare.rule-set.read": (anybody(),),
    "childcare.score.preview": (anybody(),),
    "staff.rule-set.list": (CLERK,),
    "staff.rule-set.submit": (ANY_CLERK,),
    "staff.rule-set.publish": (APPROVER,),
}
