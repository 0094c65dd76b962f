"""Give coupons to a person: by signing up, by a letter's code, by a stay, by buying a set.

One call is one transaction, and the database's clock decides the day. Issue-capped: the claim
posts BUDGET -> WALLET (a bought set also BUYER -> WALLET). Redemption-capped: the wallet is an
allowance and no money moves. Locks are taken as everywhere: the person's wallet first (before it
only the person, where sets are counted).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, Sum

from accounts.models import Person
from accounts.proofs import proof_level_at
from core import audit
from core.actor import Actor
from core.blind_index import blind_index
from core.database_clock import database_now
from core.ids import digest_of, make_reference
from core.throttles import Limit
from jp.clock import civil_date
from tourism import ledger
from tourism.claim_rules import (
    Claimant,
    ClaimCodeNotAccepted,
    ClaimLocked,
    ClaimOtherWay,
    Conditions,
    HouseholdCap,
    NotDrawn,
    PersonCap,
    refusal_to_claim,
)
from tourism.ledger import Move
from tourism.models import (
    AccountKind,
    Campaign,
    CampaignState,
    CapKind,
    ClaimBy,
    CouponSet,
    Grant,
    GrantState,
    SetMedium,
    StudyArm,
    TxnKind,
    Wallet,
    WalletState,
)
from tourism.models.visitors import Arm
from tourism.refusals import BudgetExhausted
from tourism.set_limits import demand_set_left, lock_buyer, sheets_given

WHOLE: Final = 10_000  # basis points
WRONG_CODES_AN_HOUR: Final = 10
WRONG_CODES: Final = Limit(name="claim-wrong", tries=WRONG_CODES_AN_HOUR, seconds=3_600)
CLAIMS_A_MINUTE: Final = Limit(name="coupon-claim", tries=3, seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who claims, and who does it for them (an officer at the counter, or they themselves)."""

    person: Person
    actor: Actor
    now: datetime  # the caller's, for limits and the audit trail
    is_assisted: bool = False


def claim_by_sign_in(campaign: Campaign, asking: Asking) -> Wallet:
    """Give the campaign's value per person to whoever meets its conditions."""
    CLAIMS_A_MINUTE.count(str(asking.person.pk), now=asking.now)
    if campaign.claim_by != ClaimBy.SIGN_IN:
        raise ClaimOtherWay
    _demand_conditions(campaign, asking)
    _demand_luck(campaign, asking)
    with transaction.atomic():
        today = _demand_conditions(campaign, asking)
        return _fill(campaign, asking, yen=campaign.per_person_yen, way=ClaimBy.SIGN_IN,
                     today=today, key=f"sign_in:{campaign.pk}:{asking.person.pk}")  # fmt: skip


def claim_by_code(code: str, asking: Asking, *, municipality: str) -> Wallet:
    """Give what a letter or a lodging promised, once; wrong codes are counted, then locked."""
    CLAIMS_A_MINUTE.count(str(asking.person.pk), now=asking.now)
    _demand_unlocked(asking)
    try:
        with transaction.atomic():
            return _claim_grant(code, asking, municipality=municipality)
    except ClaimCodeNotAccepted:
        WRONG_CODES.note(str(asking.person.pk), now=asking.now)
        raise


def sell_set(coupon_set: CouponSet, asking: Asking, *, key: str) -> Wallet:
    """Sell one set to a person: BUYER -> WALLET the price, BUDGET -> WALLET what is added.

    The caller took the money; ``key`` makes a repeated call one sale.
    """
    campaign = coupon_set.campaign
    if campaign.claim_by != ClaimBy.SALE or coupon_set.medium != SetMedium.DIGITAL:
        raise ClaimOtherWay
    with transaction.atomic():
        lock_buyer(asking.person.pk)
        today = _demand_conditions(campaign, asking)
        before = Wallet.objects.select_for_update().filter(
            campaign=campaign, person=asking.person
        ).first()  # fmt: skip
        sale_key = f"sale:{key}"
        if before and ledger.has_happened(TxnKind.SALE, sale_key):
            return before
        demand_set_left(coupon_set, asking.person.pk)
        wallet = _wallet_for(campaign, asking, way=ClaimBy.SALE, today=today)
        bought = ledger.account_of(campaign.pk, AccountKind.BUYER)
        _post_into(
            wallet, coupon_set.value_yen, kind=TxnKind.SALE, key=sale_key,
            paid=Move(account=bought, yen=-coupon_set.price_yen),
        )  # fmt: skip
        wallet.sets += 1
        _add(wallet, coupon_set.value_yen, valid_until=_last_day(campaign, today=today))
        _record(wallet, "coupon.buy-set", asking, yen=coupon_set.value_yen)
        return wallet


def block_wallet(wallet: Wallet, *, reason: str, actor: Actor, now: datetime) -> None:
    """Stop a wallet: from the next statement on it is refused like an unknown one."""
    with transaction.atomic():
        locked = Wallet.objects.select_for_update().get(pk=wallet.pk)
        if locked.state == WalletState.ACTIVE:
            locked.state, locked.blocked_reason = WalletState.BLOCKED, reason
            locked.save(update_fields=["state", "blocked_reason"])
        _audit(locked, "wallet.block", actor=actor, now=now, reason=reason)


def unblock_wallet(wallet: Wallet, *, reason: str, actor: Actor, now: datetime) -> None:
    """Let a blocked wallet be used again."""
    with transaction.atomic():
        locked = Wallet.objects.select_for_update().get(pk=wallet.pk)
        if locked.state == WalletState.BLOCKED:
            locked.state, locked.blocked_reason = WalletState.ACTIVE, ""
            locked.save(update_fields=["state", "blocked_reason"])
        _audit(locked, "wallet.unblock", actor=actor, now=now, reason=reason)


def conditions_of(campaign: Campaign) -> Conditions:
    """Return what a campaign asks of whoever claims."""
    return Conditions(
        is_open=campaign.state == CampaignState.OPEN,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        municipality=campaign.municipality,
        is_for_residents=campaign.residents_only,
        proof_level_min=campaign.proof_level_min,
        age_min=campaign.age_min,
    )


# -- one grant ------------------------------------------------------------------------------------


def _claim_grant(code: str, asking: Asking, *, municipality: str) -> Wallet:
    grant = (
        Grant.objects.select_for_update()
        .select_related("campaign")
        .filter(code_digest=digest_of(normal_code(code)), campaign__municipality=municipality)
        .first()
    )
    if grant is None:
        raise ClaimCodeNotAccepted
    mine = grant.wallet
    if mine is not None and mine.person_id == asking.person.pk:
        return mine  # sent twice: the same answer
    today = civil_date(database_now(connection))
    if grant.state != GrantState.OFFERED or (grant.expires_on and today > grant.expires_on):
        raise ClaimCodeNotAccepted
    campaign = grant.campaign
    _demand_conditions(campaign, asking, has_letter=grant.way == ClaimBy.LETTER)
    _demand_household(grant)
    wallet = _fill(campaign, asking, yen=grant.value_yen, way=ClaimBy(grant.way), today=today,
                   key=f"grant:{grant.pk}")  # fmt: skip
    grant.state, grant.wallet, grant.claimed_at = GrantState.CLAIMED, wallet, wallet.made_at
    grant.save(update_fields=["state", "wallet", "claimed_at"])
    return wallet


def normal_code(typed: str) -> str:
    """Return a claim code as it was made, however it was typed."""
    return "".join(char for char in typed.upper() if char.isalnum())


def _demand_household(grant: Grant) -> None:
    most = grant.campaign.per_household_yen
    if most is None or grant.household is None:
        return
    claimed = Grant.objects.filter(
        campaign=grant.campaign, household=grant.household, state=GrantState.CLAIMED
    ).aggregate(yen=Sum("value_yen"))["yen"]
    if (claimed or 0) + grant.value_yen > most:
        raise HouseholdCap


# -- conditions -----------------------------------------------------------------------------------


def _demand_conditions(campaign: Campaign, asking: Asking, *, has_letter: bool = False) -> date:
    """Return today in Japan by the database's clock, or raise why the person may not claim."""
    today = civil_date(database_now(connection))
    person = asking.person
    refusal = refusal_to_claim(
        conditions_of(campaign),
        Claimant(
            municipality=person.municipality,
            proof_level=proof_level_at(person, now=asking.now),
            birth_date=person.birth_date,
            has_letter=has_letter,
        ),
        today=today,
    )
    if refusal is not None:
        raise refusal
    return today


def _demand_luck(campaign: Campaign, asking: Asking) -> None:
    """Draw the person's lot where the campaign compares; the same lot however often one asks.

    It is kept before anything else is done, so that who gets nothing is known as well.
    """
    if not campaign.hold_out_basis_points:
        return
    lot = int.from_bytes(blind_index("study-arm", str(campaign.pk), str(asking.person.pk)), "big")
    drawn = Arm.HOLD_OUT if lot % WHOLE < campaign.hold_out_basis_points else Arm.COUPON
    kept, _is_new = StudyArm.objects.get_or_create(
        campaign=campaign, person=asking.person, defaults={"arm": drawn, "drawn_at": asking.now}
    )
    if kept.arm == Arm.HOLD_OUT:
        raise NotDrawn


# -- wallets --------------------------------------------------------------------------------------


def _fill(
    campaign: Campaign, asking: Asking, *, yen: int, way: ClaimBy, today: date, key: str
) -> Wallet:
    """Put ``yen`` into the person's wallet, once for ``key``."""
    if campaign.has_paper and way != ClaimBy.STAY:
        lock_buyer(asking.person.pk)
        if sheets_given(Q(campaign=campaign, person_id=asking.person.pk)).exists():
            raise PersonCap  # they have it on paper
    wallet = _wallet_for(campaign, asking, way=way, today=today)
    if way == ClaimBy.SIGN_IN and wallet.granted_yen:
        return wallet  # asked again: the same answer
    if way != ClaimBy.STAY and wallet.granted_yen + yen > campaign.per_person_yen:
        raise PersonCap
    if campaign.cap == CapKind.ISSUE:
        _post_into(wallet, yen, kind=TxnKind.CLAIM, key=key)
    elif ledger.balance_yen(campaign.pk, AccountKind.BUDGET) == 0:
        raise BudgetExhausted
    _add(wallet, yen, valid_until=_last_day(campaign, today=today))
    _record(wallet, "coupon.claim", asking, yen=yen)
    return wallet


def _wallet_for(campaign: Campaign, asking: Asking, *, way: ClaimBy, today: date) -> Wallet:
    """Return the person's wallet of the campaign, locked; a new one where there was none."""
    wallet, is_new = Wallet.objects.select_for_update().get_or_create(
        campaign=campaign,
        person=asking.person,
        defaults={
            "number": make_reference(),
            "way": way,
            "remaining_yen": 0,
            "granted_yen": 0,
            "valid_until": _last_day(campaign, today=today),
            "is_assisted": asking.is_assisted,
            "made_at": database_now(connection),
        },
    )
    if wallet.state == WalletState.BLOCKED:
        raise ClaimCodeNotAccepted
    if not is_new:
        _expire_rest(wallet, today=today)
    return wallet


def _expire_rest(wallet: Wallet, *, today: date) -> None:
    """Value whose day is over does not live on because new value comes."""
    if wallet.remaining_yen and wallet.valid_until is not None and wallet.valid_until < today:
        expire_wallet(wallet)


def expire_wallet(wallet: Wallet) -> int:
    """Move what is left of a locked wallet to EXPIRED; return the yen (0: an allowance ends)."""
    yen, moved = wallet.remaining_yen, 0
    if wallet.campaign.cap == CapKind.ISSUE and yen:
        held = ledger.account_of(wallet.campaign_id, AccountKind.WALLET, wallet.pk)
        expired = ledger.account_of(wallet.campaign_id, AccountKind.EXPIRED)
        last_day = wallet.valid_until or wallet.campaign.ends_on
        ledger.post(
            TxnKind.EXPIRE,
            f"{wallet.pk}:{last_day}",
            [Move(account=held, yen=-yen), Move(account=expired, yen=yen)],
            campaign_id=wallet.campaign_id,
        )
        moved = yen
    wallet.remaining_yen, wallet.state = 0, WalletState.EXPIRED
    wallet.save(update_fields=["remaining_yen", "state"])
    return moved


def _post_into(
    wallet: Wallet, yen: int, *, kind: TxnKind, key: str, paid: Move | None = None
) -> None:
    """Move ``yen`` into the wallet's account: what was paid, and the rest from the budget."""
    held = ledger.account_of(wallet.campaign_id, AccountKind.WALLET, wallet.pk)
    budget = ledger.account_of(wallet.campaign_id, AccountKind.BUDGET)
    moves = [Move(account=held, yen=yen), *([paid] if paid else [])]
    moves.append(Move(account=budget, yen=-yen - (paid.yen if paid else 0)))
    ledger.post(kind, key, moves, campaign_id=wallet.campaign_id)


def _last_day(campaign: Campaign, *, today: date) -> date | None:
    """Return the last day of what is claimed today; ``None``: the campaign's own."""
    return None if campaign.valid_days is None else today + timedelta(days=campaign.valid_days)


def _add(wallet: Wallet, yen: int, *, valid_until: date | None) -> None:
    """Add value to a wallet: all of it is good until the new value's last day."""
    wallet.state, wallet.valid_until = WalletState.ACTIVE, valid_until
    wallet.remaining_yen += yen
    wallet.granted_yen += yen
    wallet.save()


# -- wrong codes and records ----------------------------------------------------------------------


def _demand_unlocked(asking: Asking) -> None:
    seconds = WRONG_CODES.locked_seconds(str(asking.person.pk), now=asking.now)
    if seconds:
        raise ClaimLocked(retry_after_seconds=seconds)


def _record(wallet: Wallet, action: str, asking: Asking, *, yen: int) -> None:
    _audit(wallet, action, actor=asking.actor, now=asking.now, yen=yen)


def _audit(
    wallet: Wallet, action: str, *, actor: Actor, now: datetime, reason: str = "",
    **facts: int | str,
) -> None:  # fmt: skip
    subject: UUID | None = wallet.person_id
    audit.record(
        action, actor=actor, now=now, municipality=wallet.campaign.municipality,
        object_type="wallet", object_id=wallet.pk, reason=reason, facts=dict(facts),
        subject=subject,
    )  # fmt: skip
