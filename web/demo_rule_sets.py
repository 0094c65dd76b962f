"""The demo city's point tables: through the real loader, published by a second demo user."""

from datetime import datetime

from accounts.models import User
from childcare.models import RuleSet
from childcare.rule_set_publication import publish_rule_set, submit_rule_set
from childcare.shipped_rule_sets import DEMO, reference_files
from core.audit import SYSTEM


def prepare_rule_sets(
    *, municipality: str, submitted_by: User, published_by: User, now: datetime
) -> None:
    """Load the references and publish the demo set; a second run finds them."""
    if RuleSet.objects.filter(municipality=municipality).exists():
        return
    for path in (*reference_files(), DEMO):
        row = submit_rule_set(
            path.read_bytes(),
            municipality=municipality,
            submitted_by=submitted_by,
            actor=SYSTEM,
            now=now,
        )
        if path == DEMO:
            publish_rule_set(row, published_by=published_by, actor=SYSTEM, now=now)
