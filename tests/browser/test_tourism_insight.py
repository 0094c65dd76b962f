"""The page of the four answers, with numbers, too few people and no answer at all."""

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from core.audit import SYSTEM
from tests.browser.harness import (
    OpenPage,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    needs_chromium,
)
from tests.disability_card.factories import NOW, make_staff
from tests.tourism.visiting import make_campaign, make_shop, make_visitor, spend
from tourism.insight.export import export_campaign

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]


@pytest.mark.slow
def test_the_four_answers_are_read_at_a_desk_and_on_a_phone(page_at: OpenPage) -> None:
    campaign = make_campaign()
    shops = [make_shop() for _ in range(4)]
    for number in range(24):
        visitor = make_visitor(campaign, origin="kanto" if number < 12 else "city")
        for nth in range(2):
            spend(campaign, visitor, shops[(number + nth) % 4])
    export_campaign(campaign, actor=SYSTEM, now=NOW)
    clerk = make_staff(Role.CAMPAIGN_CLERK)
    for width, scheme in ((1280, "light"), (320, "dark")):
        page = page_at(f"/staff/insight/{campaign.pk}/", user=clerk, width=width, scheme=scheme)
        expect(page.locator("main")).to_contain_text("この事業では答えられません。")
        assert_no_axe_violations(page)
        assert_no_sideways_scroll(page)
