"""What a stopped till sold comes home by a file: two persons, and no yen twice."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.devices import revoke_device
from accounts.models import Role
from core.audit import SYSTEM
from tests.tourism.campaign_factories import make_officer
from tests.tourism.money_factories import make_wallet
from tests.tourism.office import post, signed_in
from tests.tourism.test_offline_sales import Offline
from tourism.leases import settle_lease
from tourism.ledger_audit import audit_ledger
from tourism.models import AccountKind, OfflineHandover
from tourism.offline_sales import OfflineEntry

pytestmark = pytest.mark.django_db


class Stopped(Offline):
    """A till with three sales, the first of them uploaded before it was stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.entries = [self.entry(number, make_wallet(self.campaign)) for number in (1, 2, 3)]
        self.upload(self.entries[0])
        self.stop(at=datetime.now(UTC) + timedelta(seconds=30))
        self.clerk = make_officer(Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER)
        self.approver = make_officer(Role.CAMPAIGN_APPROVER)

    def stop(self, *, at: datetime) -> None:
        revoke_device(self.till, actor=SYSTEM, now=at)

    def file(self, *entries: OfflineEntry, **more: Any) -> dict[str, Any]:
        sales = [
            {"number": one.number, "code": one.wallet_code, "bill_yen": one.bill_yen,
             "coupon_yen": one.coupon_yen, "sold_at": one.sold_at.isoformat()}
            for one in entries or self.entries
        ]  # fmt: skip
        return {
            "format": "kaiteki-offline-sales/1",
            "leases": [{"lease": str(self.lease.pk), "sales": sales}],
            "reason": "till stolen",
        } | more

    def paid(self) -> int:
        return self.yen(AccountKind.SHOP, self.shop.pk)


def test_the_file_of_a_stopped_till_is_recorded_by_two_and_pays_each_sale_once() -> None:
    case = Stopped()
    clerk, approver = signed_in(case.clerk), signed_in(case.approver)
    entered = post(clerk, "offline-handovers", case.file())
    assert (entered.status_code, entered.json()["sales"]) == (201, 3)
    assert post(clerk, "offline-handovers", case.file()).json()["id"] == entered.json()["id"]
    record = f"offline-handovers/{entered.json()['id']}/record"
    assert post(clerk, record).json()["code"] == "handover-second-person"
    assert case.paid() == 500
    assert post(approver, record).json()["outcomes"] == {"posted": 3}
    assert case.paid() == 1_500
    assert post(approver, record).json()["code"] == "handover-decided"
    again = post(clerk, "offline-handovers", case.file()).json()["id"]
    assert post(approver, f"offline-handovers/{again}/record").json()["outcomes"] == {"posted": 3}
    assert case.paid() == 1_500
    assert [row.content for row in OfflineHandover.objects.all()] == [[], []]
    assert audit_ledger() == []


def test_what_was_sold_after_the_till_was_stopped_and_what_is_too_late_is_not_paid() -> None:
    case = Stopped()
    late = case.entry(120, make_wallet(case.campaign))
    late = OfflineEntry(
        number=4, wallet_code=late.wallet_code, bill_yen=3_000, coupon_yen=500, sold_at=late.sold_at
    )
    clerk, approver = signed_in(case.clerk), signed_in(case.approver)

    def record(*entries: OfflineEntry) -> Any:
        made = post(clerk, "offline-handovers", case.file(*entries)).json()["id"]
        return post(approver, f"offline-handovers/{made}/record").json()["outcomes"]

    assert record(case.entries[2]) == {"offline-gap": 1}
    assert record(*case.entries, late) == {"posted": 3, "refused": 1}
    settle_lease(case.lease, actor=SYSTEM, now=datetime.now(UTC))
    five = case.entry(5, make_wallet(case.campaign))
    assert record(*case.entries, five) == {"posted": 3, "lease-over": 1}
    assert case.paid() == 1_500
    assert audit_ledger() == []


def test_a_declined_file_moves_nothing() -> None:
    case = Stopped()
    clerk, approver = signed_in(case.clerk), signed_in(case.approver)
    made = post(clerk, "offline-handovers", case.file()).json()["id"]
    assert post(clerk, f"offline-handovers/{made}/decline").json()["state"] == "declined"
    record = post(approver, f"offline-handovers/{made}/record")
    assert (record.status_code, record.json()["code"]) == (409, "handover-decided")
    assert case.paid() == 500


def test_another_citys_lease_and_a_file_of_another_shape_are_refused() -> None:
    case = Stopped()
    other = signed_in(make_officer(Role.CAMPAIGN_CLERK, municipality="202011"))
    assert post(other, "offline-handovers", case.file()).json()["code"] == "handover-unknown-lease"
    clerk = signed_in(case.clerk)
    wrong: list[dict[str, Any]] = [
        {"format": "x"}, {"leases": []}, {"leases": [{"lease": "x", "sales": []}]},
    ]  # fmt: skip
    for bad in wrong:
        assert post(clerk, "offline-handovers", case.file(**bad)).status_code == 400


def test_the_page_takes_the_file_that_the_till_gave() -> None:
    case = Stopped()
    clerk, approver = signed_in(case.clerk), signed_in(case.approver)

    def enter(content: bytes) -> Any:
        form = {"file": io.BytesIO(content), "reason": "broken"}
        return clerk.post("/staff/offline-sales/", form)

    document = case.file()
    del document["reason"]
    for bad in (b"", b"[", b"[]", b"\xff", json.dumps({"format": "x"}).encode()):
        assert enter(bad).status_code == 422
    assert enter(json.dumps(document).encode()).status_code == 302
    (line,) = approver.get("/staff/offline-sales/").context["rows"]
    assert line["may_record"]
    assert not clerk.get("/staff/offline-sales/").context["rows"][0]["may_record"]
    approver.post(f"/staff/offline-sales/{line['row'].pk}/record/")
    assert case.paid() == 1_500
    assert "記録されました: 3" in approver.get("/staff/offline-sales/").content.decode()
