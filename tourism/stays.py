"""Codes that give the right to claim: for a stay that a lodging attests, and for letters.

A reservation number proves nothing: people claimed for rooms they never came to. The lodging's
desk attests each guest who stands there, and hands over a code that is good for one claim.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Sum

from core import audit
from core.actor import Actor
from core.blind_index import blind_index
from core.database_clock import database_now
from core.ids import digest_of, secret_code
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date
from tourism.claim_rules import ClaimNotOpen, ClaimOtherWay
from tourism.models import Campaign, CampaignState, ClaimBy, Grant, Shop, ShopState
from tourism.models.campaigns import ShopKind

CODE_CHARACTERS: Final = 12  # 59 bits; wrong ones are counted and locked
GUESTS_MAX: Final = 10  # of one check-in
NIGHTS_MAX: Final = 14
GUESTS_A_DAY_MAX: Final = 300  # of one lodging: more than its rooms is a case for the city


class NotALodging(Refusal):
    """The place takes part in the scheme as something else, or not at all."""

    code = "not-a-lodging"
    title = _("この施設からは、宿泊のクーポンを出せません")
    next_step = _("市のクーポン担当に連絡してください。")
    status = HTTPStatus.FORBIDDEN


class TooManyGuests(Refusal):
    """More check-ins than a house has rooms: nobody is accused, somebody asks."""

    code = "too-many-guests"
    title = _("今日出せる宿泊クーポンの数をこえました")
    next_step = _("市のクーポン担当に連絡してください。")


@dataclass(frozen=True, slots=True, kw_only=True)
class StayCode:
    """One guest's code, in clear for this once, and how long it can be claimed."""

    grant_id: UUID
    code: str
    value_yen: int
    expires_on: date


def attest_check_in(
    campaign: Campaign, *, place_id: UUID, guests: int, nights: int, actor: Actor, now: datetime
) -> Sequence[StayCode]:
    """Attest guests who stand at the desk now; return a code for each.

    The value is the campaign's per person, whatever the nights. A code can be claimed until the
    day of departure, and no later than the campaign's last day.
    """
    if not 1 <= guests <= GUESTS_MAX or not 1 <= nights <= NIGHTS_MAX:
        raise ValueError("the form bounds guests and nights")
    if campaign.claim_by != ClaimBy.STAY:
        raise ClaimOtherWay
    with transaction.atomic():
        lodging = (
            Shop.objects.select_for_update()
            .filter(
                place_id=place_id,
                kind=ShopKind.LODGING,
                state=ShopState.ACTIVE,
                municipality=campaign.municipality,
            )
            .first()
        )
        if lodging is None:
            raise NotALodging
        instant = database_now(connection)
        today = civil_date(instant)
        if campaign.state != CampaignState.OPEN or not (
            campaign.starts_on <= today <= campaign.ends_on
        ):
            raise ClaimNotOpen
        already = Grant.objects.filter(
            campaign=campaign, place_id=place_id, stay_from=today
        ).count()
        if already + guests > GUESTS_A_DAY_MAX:
            raise TooManyGuests
        codes = [
            _offer(campaign, place_id=place_id, today=today, nights=nights, actor=actor,
                   instant=instant)
            for _guest in range(guests)
        ]  # fmt: skip
        audit.record(
            "stay.attest", actor=actor, now=now, municipality=campaign.municipality,
            object_type="campaign", object_id=campaign.pk,
            facts={"place": str(place_id), "guests": guests, "nights": nights},
        )  # fmt: skip
    return codes


def _offer(
    campaign: Campaign, *, place_id: UUID, today: date, nights: int, actor: Actor, instant: datetime
) -> StayCode:
    code = secret_code(CODE_CHARACTERS)
    grant = Grant.objects.create(
        campaign=campaign,
        way=ClaimBy.STAY,
        code_digest=digest_of(code),
        value_yen=campaign.per_person_yen,
        place_id=place_id,
        stay_from=today,
        nights=nights,
        made_by=actor.device_id or actor.user_id,
        offered_at=instant,
        expires_on=min(today + timedelta(days=nights), campaign.ends_on),
    )
    return StayCode(
        grant_id=grant.pk,
        code=code,
        value_yen=grant.value_yen,
        expires_on=grant.expires_on or today,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCode:
    """One letter: for which household, and the code to print, in clear for this once."""

    household: str
    code: str
    value_yen: int


def make_letter_codes(
    campaign: Campaign, households: Sequence[str], *, value_yen: int | None = None, actor: Actor,
    now: datetime,
) -> Sequence[LetterCode]:  # fmt: skip
    """Make a code for each letter; ``households`` are the register's numbers, kept as an index.

    A household that stands twice gets two letters, bounded by the campaign's cap a household.
    """
    if campaign.claim_by != ClaimBy.LETTER:
        raise ClaimOtherWay
    worth = campaign.per_person_yen if value_yen is None else value_yen
    letters = [
        LetterCode(household=household, code=secret_code(CODE_CHARACTERS), value_yen=worth)
        for household in households
    ]
    with transaction.atomic():
        Grant.objects.bulk_create(
            (
                Grant(
                    campaign=campaign,
                    way=ClaimBy.LETTER,
                    code_digest=digest_of(letter.code),
                    household=blind_index("coupon.household", campaign.municipality,
                                          letter.household),
                    value_yen=worth,
                    made_by=actor.user_id,
                    offered_at=now,
                    expires_on=campaign.ends_on,
                )
                for letter in letters
            ),
            batch_size=1_000,
        )  # fmt: skip
        audit.record(
            "letter.make", actor=actor, now=now, municipality=campaign.municipality,
            object_type="campaign", object_id=campaign.pk, facts={"letters": len(letters)},
        )  # fmt: skip
    return letters


def offered_yen(campaign: Campaign) -> int:
    """Return what was promised and not yet claimed."""
    return (
        Grant.objects.filter(campaign=campaign, state="offered").aggregate(yen=Sum("value_yen"))[
            "yen"
        ]
        or 0
    )
