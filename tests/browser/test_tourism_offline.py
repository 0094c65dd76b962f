"""Journey E without a network: a till holds a lease, keeps what it sells, brings it home once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.devices import NewDevice, make_device, revoke_device
from accounts.models import DeviceProfile
from core.audit import SYSTEM
from tests.browser.harness import (
    assert_no_sideways_scroll,
    assert_readable_in_both_schemes,
    assert_targets_are_big,
    needs_chromium,
    new_context,
    wait_until,
)
from tests.browser.town import Town
from tests.tourism.campaign_factories import make_officer
from tests.tourism.money_factories import yen_in
from tourism.ledger_audit import audit_ledger
from tourism.models import AccountKind, OfflineSale
from tourism.wallet_codes import wallet_code

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]
OpenTill = Callable[..., Page]


@pytest.fixture
def device(town: Town) -> NewDevice:
    """A till that the city gives the shop, for a campaign that sells without a network."""
    town.campaign.offline_limit_yen = 1_000
    town.campaign.save(update_fields=["offline_limit_yen"])
    return make_device(
        municipality=town.shop.municipality, name="レジ", profile=DeviceProfile.TILL,
        place_id=town.shop.place_id, created_by=make_officer(), actor=SYSTEM,
        now=datetime.now(UTC), organisation_id=town.shop.organisation_id,
    )  # fmt: skip


@pytest.fixture
def till(browser: Browser, live_server: Any, device: NewDevice) -> Iterator[Page]:
    """Its page, prepared while there was a network, and kept by the service worker."""
    context = new_context(browser, base_url=live_server.url)
    page = context.new_page()
    page.goto(f"/desk/setup/#t={device.setup_token}")
    page.click("#till a")
    page.wait_for_selector("#offers button")
    page.click("#offers button")
    page.wait_for_selector("#leases li")
    kept = "caches.open('pages').then((c) => c.match('/shop/offline/')).then(Boolean)"
    wait_until(page, f"navigator.serviceWorker.controller !== null && {kept}")
    yield page
    context.close()


def read(till: Page, code: str, *, bill: str = "2,800") -> None:
    """Type the bill and paste the customer's code."""
    till.wait_for_selector("#sell:not([hidden])")
    till.fill("#bill", bill)
    if not till.is_visible("#code"):
        till.click("#by-text summary")
    till.fill("#code", code)
    till.click("#by-text button")


def sell(till: Page, code: str) -> None:
    read(till, code)
    till.wait_for_selector("#confirm:not([hidden])")
    till.dblclick("#use")
    till.wait_for_selector("#answer .verdict-ok")
    till.click("#answer [data-next]")


def code_of(town: Town, *, later: int = 0) -> str:
    return wallet_code(town.wallet, now=datetime.now(UTC) + timedelta(seconds=later))


def assert_sold(till: Page, outcome: str, *, times: int) -> None:
    """The page lists so many sales, and each of them came to ``outcome``."""
    expect(till.locator(f"#sold li[data-outcome={outcome}]")).to_have_count(times)
    expect(till.locator("#sold li")).to_have_count(times)


def test_a_coupon_sold_without_a_network_is_brought_home_once_and_its_code_sold_once(
    town: Town, till: Page
) -> None:
    code = code_of(town)
    till.context.set_offline(True)
    till.reload()
    sell(till, code)
    assert_sold(till, "waiting", times=1)
    expect(till.locator("#leases .number")).to_contain_text("500")
    read(till, code)
    till.wait_for_selector("#answer .verdict-refused")
    expect(till.locator("#answer")).to_contain_text("もう受けました")
    till.reload()  # a dead battery: the sale is on the disk
    till.wait_for_selector("#sold li")
    assert OfflineSale.objects.count() == 0
    sell(till, code_of(town, later=20))
    read(till, code_of(town, later=40))
    till.wait_for_selector("#answer .verdict-refused")
    expect(till.locator("#answer")).to_contain_text("足りません")  # the lease is used up
    lost: list[str] = []

    def lose_first_answer(route: Any) -> None:
        lost.append(route.request.post_data)
        if len(lost) == 1:
            route.fetch()  # the city records the sales, and the shop hears nothing of it
            route.abort("connectionreset")
        else:
            route.continue_()

    till.context.route("**/sales?*", lose_first_answer)
    with till.expect_event("requestfailed", lambda request: "/sales?" in request.url):
        till.context.set_offline(False)
    till.reload()
    assert_sold(till, "posted", times=2)
    assert len(lost) >= 2
    assert len(set(lost)) == 1
    assert OfflineSale.objects.count() == 2
    assert yen_in(town.campaign, AccountKind.SHOP, town.shop.pk) == 1_000
    assert audit_ledger() == []
    till.click("#leases button")
    till.wait_for_selector("#no-lease:not([hidden])")
    assert yen_in(town.campaign, AccountKind.RESERVE) == 0


def test_a_till_that_was_stopped_keeps_its_sales_for_a_file(
    town: Town, till: Page, device: NewDevice
) -> None:
    till.context.set_offline(True)
    till.reload()
    read(till, code_of(town))
    till.wait_for_selector("#confirm:not([hidden])")
    assert_readable_in_both_schemes(till)
    till.click("#use")
    till.click("#answer [data-next]")
    revoke_device(device.device, actor=SYSTEM, now=datetime.now(UTC))
    till.context.set_offline(False)
    till.reload()
    till.wait_for_selector("#not-taken:not([hidden])")
    expect(till.locator("#not-taken")).to_contain_text("使えなくなりました")
    till.click("#sold-part summary")
    for width in (390, 320):
        till.set_viewport_size({"width": width, "height": 844})
        assert_no_sideways_scroll(till)
        assert_targets_are_big(till)
    assert_readable_in_both_schemes(till)
    with till.expect_download() as download:
        till.click("#save")
    assert "kaiteki-offline-sales/1" in download.value.path().read_text()
