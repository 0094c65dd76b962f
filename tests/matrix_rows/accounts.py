"""Rows of people, accounts and organisations."""

from collections.abc import Mapping
from datetime import timedelta

from accounts.models import (
    CounterSession,
    LiftReason,
    Membership,
    OrganisationRole,
    ProtectionLift,
    ProtectiveBlock,
    PushSubscription,
    Role,
)
from core.outbox import put_notice
from tests.disability_card.factories import CITY, make_person, make_staff, make_user
from tests.disability_card.issuing import NOW
from tests.matrix_world import World


def values(world: World) -> Mapping[str, object]:
    member = Membership.objects.create(
        organisation=world.shop,
        user=make_user(),
        role=OrganisationRole.SHOP_CLERK,
        valid_from=NOW - timedelta(days=1),
    )
    session = CounterSession.objects.create(
        municipality=CITY,
        officer=make_staff(Role.COUNTER),
        person=world.holder,
        reason="counter",
        document="handbook",
        started_at=NOW,
        ends_at=NOW + timedelta(minutes=15),
    )
    notice = put_notice(
        municipality=CITY,
        person_id=world.holder.pk,
        kind="card.revoke",
        link="/card/",
        dedupe_key="matrix",
        now=NOW,
    )
    browser = PushSubscription.objects.create(
        person=world.holder, endpoint_digest=bytes(32), content={}, label="x", created_at=NOW
    )
    asked, standing = (
        ProtectiveBlock.objects.create(
            person=world.holder, blocked=make_person(), set_by=world.clerk, set_at=NOW
        )
        for _ in range(2)
    )
    lift = ProtectionLift.objects.create(
        municipality=CITY,
        block=asked,
        reason=LiftReason.COURT,
        asked_by=world.clerk,
        asked_at=NOW,
    )
    return {
        "block_id": standing.pk,
        "lift_id": lift.pk,
        "notice_id": notice.pk,
        "provider": "line",  # not among those of the tests
        "browser_id": browser.pk,
        "user_id": world.user.pk,
        "membership_id": member.pk,
        "organisation_id": world.shop.pk,
        "counter_session_id": session.pk,
    }
