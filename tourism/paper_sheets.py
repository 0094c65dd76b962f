"""Make sheets of paper coupons: how many, worth what, in which coupons.

They are drawn by ``tourism.paper_printing`` and worth nothing before ``tourism.paper`` hands them
over.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.models import User
from core.actor import Actor
from core.ids import make_reference, uuid7
from core.refusals import gettext_noop as _
from tourism.models import (
    Campaign,
    CampaignState,
    CouponSet,
    PaperCoupon,
    PaperSheet,
    SetMedium,
)
from tourism.paper import PaperRefused, record_paper_work

SHEETS_MAX: Final = 500  # in one print: about half a minute of work
COUPONS_MAX: Final = 40  # on one sheet: one A4 page
FACE_YEN: Final = 500  # where the campaign's step is smaller
_PRINTABLE: Final = frozenset(
    {CampaignState.REVIEWED, CampaignState.SCHEDULED, CampaignState.OPEN, CampaignState.PAUSED}
)


class NoPaper(PaperRefused):
    code = "paper-not-offered"
    title = _("この事業には、紙のクーポンがありません")
    next_step = _("紙で使う事業を選んでください。")


class TooMany(PaperRefused):
    code = "paper-too-many"
    title = _("1回に印刷できる枚数をこえています")
    next_step = _("500枚までに分けて印刷してください。")


class FacesBad(PaperRefused):
    code = "paper-faces-bad"
    title = _("1枚の券の金額が正しくありません")
    next_step = _("クーポンの段にある金額を、40枚までで選んでください。")


def default_faces(campaign: Campaign, *, value_yen: int) -> list[int]:
    """Return the coupons of a sheet worth ``value_yen``: equal ones, of the step or 500 yen.

    With tiers: as many of the largest that divides the value as fit on a page.
    """
    tiers = sorted((tier.value_yen for tier in campaign.tiers.all()), reverse=True)
    sizes = [*reversed(tiers)] or [max(campaign.unit_yen, FACE_YEN)]
    for face in sizes:
        if value_yen % face == 0 and value_yen // face <= COUPONS_MAX:
            return [face] * (value_yen // face)
    raise FacesBad


def print_sheets(
    campaign: Campaign,
    *,
    count: int,
    printed_by: User,
    actor: Actor,
    now: datetime,
    faces: Sequence[int] = (),
    sheet_id: UUID | None = None,
) -> list[PaperSheet]:
    """Make ``count`` sheets; the page that shows them is drawn by ``tourism.paper_printing``.

    ``sheet_id`` names a single sheet, where its caller has to find it again.
    """
    if not campaign.has_paper or campaign.state not in _PRINTABLE:
        raise NoPaper
    if not 1 <= count <= SHEETS_MAX:
        raise TooMany
    value, price = _worth(campaign)
    chosen = list(faces) or default_faces(campaign, value_yen=value)
    _check_faces(campaign, chosen, value_yen=value)
    with transaction.atomic():
        sheets = PaperSheet.objects.bulk_create(
            new_sheet(
                campaign,
                value_yen=value,
                price_yen=price,
                printed_by=printed_by,
                now=now,
                sheet_id=sheet_id,
            )
            for _one in range(count)
        )
        PaperCoupon.objects.bulk_create(
            PaperCoupon(sheet=sheet, number=number, face_yen=face)
            for sheet in sheets
            for number, face in enumerate(chosen, start=1)
        )
        record_paper_work("paper.print", campaign, campaign.pk, actor=actor, now=now, sheets=count)
    return sheets


def new_sheet(
    campaign: Campaign,
    *,
    value_yen: int,
    printed_by: User,
    now: datetime,
    price_yen: int = 0,
    sheet_id: UUID | None = None,
) -> PaperSheet:
    """Return a sheet that is not kept yet."""
    return PaperSheet(
        id=sheet_id or uuid7(),
        campaign=campaign,
        serial=make_reference(),
        value_yen=value_yen,
        price_yen=price_yen,
        expires_on=campaign.ends_on,
        printed_by=printed_by,
        printed_at=now,
    )


def _worth(campaign: Campaign) -> tuple[int, int]:
    """Return what a sheet is worth and what it costs."""
    on_paper = CouponSet.objects.filter(campaign=campaign, medium=SetMedium.PAPER).first()
    if on_paper is not None:
        return on_paper.value_yen, on_paper.price_yen
    return campaign.per_person_yen, 0


def _check_faces(campaign: Campaign, faces: Sequence[int], *, value_yen: int) -> None:
    allowed = {tier.value_yen for tier in campaign.tiers.all()}
    is_right = all(
        face in allowed if allowed else face > 0 and face % campaign.unit_yen == 0 for face in faces
    )
    if not is_right or sum(faces) != value_yen or not 1 <= len(faces) <= COUPONS_MAX:
        raise FacesBad
