"""A shop with its till, its application, an account that waits, and a settlement with a return."""

from datetime import date, timedelta
from typing import Any

from accounts.models import Device, DeviceProfile
from tests.disability_card.factories import NOW
from tourism.models import (
    Campaign,
    LineState,
    PaperSheet,
    PayoutBatch,
    PayoutLine,
    RiskFlag,
    Shop,
    ShopApplication,
    ShopBankAccount,
    ShopKind,
    TransferReturn,
)

MARK = "極秘太郎"
ACCOUNT = {
    "bank_code": "0143", "bank_kana": "ﾊﾁｼﾞﾕｳﾆﾅｶﾞﾉ", "branch_code": "382", "branch_kana": "ﾅｶｺﾞﾐ",
    "kind": "1", "number": "1234567", "holder_kana": "ﾃﾞﾓ",
}  # fmt: skip


def values(world: Any) -> dict[str, object]:
    """Return the parameters of shops' and settlement's addresses."""
    city = world.shop.municipality
    shop = Shop.objects.create(
        municipality=city, number=1, place_id=world.place_id, organisation=world.shop,
        state="active", state_reason=MARK,
    )  # fmt: skip
    Device.objects.create(
        municipality=city, name=MARK, profile=DeviceProfile.TILL, place_id=world.place_id,
        created_by=world.clerk,
    )  # fmt: skip
    application = ShopApplication.objects.create(
        municipality=city, reference="AAAA-AAAA", shop_name=MARK, kind=ShopKind.RETAIL,
        applied_at=NOW,
        content={
            "address": "長野県佐久市", "phone": "0267621111", "contact_name": "デモ",
            "email": "shop@example.org", "corporate_number": "", "is_local": True, "bank": ACCOUNT,
            "shop_kana": "", "open_days": "", "opens": "", "closes": "",
        },
    )  # fmt: skip
    account = ShopBankAccount.objects.create(
        shop=shop, account=ACCOUNT, proposed_by=world.clerk, proposed_at=NOW
    )
    campaign = Campaign.objects.create(
        municipality=city, slug="settled", name={"ja": MARK, "ja-easy": MARK, "en": MARK},
        cap="redemption", budget_yen=1_000, per_person_yen=100, starts_on=date(2026, 11, 1),
        ends_on=date(2026, 12, 1), state="open", opened_at=NOW, settlement_days=[10, 25],
    )  # fmt: skip
    batch = PayoutBatch.objects.create(
        municipality=city, campaign=campaign, number=1, cut_at=NOW, pay_on=date(2026, 11, 26),
        state="paid", line_count=1, net_yen=500, payer=ACCOUNT | {"code": "1"}, made_at=NOW,
    )  # fmt: skip
    line = PayoutLine.objects.create(
        batch=batch, number=1, shop=shop, redemption_count=1, gross_yen=500, reversed_yen=0,
        carried_yen=0, net_yen=500, state=LineState.RETURNED, account=ACCOUNT, return_reason=MARK,
    )  # fmt: skip
    found = TransferReturn.objects.create(
        batch=batch, rows=[], digest="0" * 64, entered_by=world.clerk,
        entered_at=NOW + timedelta(days=1),
    )  # fmt: skip
    sheet = PaperSheet.objects.create(
        campaign=campaign, serial="BBBB-BBBB", value_yen=500, expires_on=date(2026, 12, 1),
        printed_by=world.clerk, printed_at=NOW, void_reason=MARK,
    )  # fmt: skip
    flag = RiskFlag.objects.create(
        municipality=city, campaign=campaign, rule="wallet-many-shops", subject_kind="device",
        subject=str(line.pk), window_starts_at=NOW, found_at=NOW, note=MARK,
        facts={"others": 5, "uses": 5, "yen": 500},
    )  # fmt: skip
    return {
        "sheet_id": sheet.pk,
        "sheet_step": "void",
        "paper_step": "void",
        "flag_id": flag.pk,
        "shop_id": shop.pk,
        "application_id": application.pk,
        "account_id": account.pk,
        "batch_id": batch.pk,
        "line_id": line.pk,
        "return_id": found.pk,
        "member_id": line.pk,  # nobody's: ending the last owner is refused anyway
        "campaign_step": "submit",
        "decision": "take",
        "shop_state": "suspended",
        "verdict": "approve",
        "batch_step": "approve",
        "return_step": "confirm",
    }
