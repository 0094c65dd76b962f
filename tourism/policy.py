"""Who may do what in tourism: one table, read by API, pages, tests and docs."""

from accounts.models import Role
from core.policy import Rules, staff

POLICY: dict[str, Rules] = {
    # Insight: questions about a campaign, and the de-identified copy that they are asked of.
    "insight.ask": (staff(Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER, Role.STATISTICS),),
    "listing.list": (staff(Role.TOURISM_EDITOR, Role.ADMIN, municipality=None),),
    "listing.write": (staff(Role.TOURISM_EDITOR, Role.ADMIN),),
    "insight.export": (staff(Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER),),
}
