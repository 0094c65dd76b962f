"""The bank account of a shop: changed by two officers, counted after a hold, the owner told."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import IntegrityError, transaction

from accounts.models import Membership, OrganisationRole, Person, User
from accounts.two_people import are_one
from core import audit
from core.actor import Actor
from core.outbox import mail_notice, put_notice
from core.refusals import Refusal, gettext_noop as _
from tourism.models import AccountState, Shop, ShopBankAccount
from tourism.shop_applications import BankFields

HOLD: Final = timedelta(hours=24)
NOTICE: Final = "shop-account-changed"


class AccountWaiting(Refusal):
    code = "shop-account-waiting"
    title = _("まだ確認されていない口座の変更があります")
    next_step = _("先の変更を、べつの人が確認するか取り下げてください。")
    status = HTTPStatus.CONFLICT


class AccountNeedsSecondPerson(Refusal):
    code = "shop-account-needs-second-person"
    title = _("口座を入力した人とはべつの人が、確認してください")
    next_step = _("ほかの担当の人に、通帳の写しと見くらべてもらってください。")
    status = HTTPStatus.CONFLICT


class AccountDecided(Refusal):
    code = "shop-account-decided"
    title = _("この口座の変更は、もう決まっています")
    next_step = _("お店のページで、いまの口座をたしかめてください。")
    status = HTTPStatus.CONFLICT


def propose_account(
    shop: Shop, bank: BankFields, *, proposed_by: User, actor: Actor, now: datetime
) -> ShopBankAccount:
    """Enter another account as the first officer."""
    account = bank.checked()
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = ShopBankAccount.objects.create(
                    shop=shop, account=account, proposed_by=proposed_by, proposed_at=now
                )
        except IntegrityError:
            raise AccountWaiting from None
        _record("shop.account.propose", made, actor=actor, now=now)
    return made


def approve_account(
    account: ShopBankAccount, *, approved_by: User, actor: Actor, now: datetime
) -> ShopBankAccount:
    """Approve an account as the second officer; it counts 24 hours later, the owners are told."""
    with transaction.atomic():
        locked = _proposed(account)
        if are_one(locked.proposed_by_id, approved_by.pk, now=now):
            raise AccountNeedsSecondPerson
        locked.state, locked.approved_by = AccountState.APPROVED, approved_by
        locked.approved_at, locked.counts_from = now, now + HOLD
        locked.save()
        _record("shop.account.approve", locked, actor=actor, now=now)
        tell_owners(locked.shop, kind=NOTICE, dedupe_key=f"{NOTICE}:{locked.pk}", now=now)
    return locked


def refuse_account(account: ShopBankAccount, *, actor: Actor, now: datetime) -> ShopBankAccount:
    """Take a proposed account back."""
    with transaction.atomic():
        locked = _proposed(account)
        locked.state = AccountState.REFUSED
        locked.save(update_fields=["state"])
        _record("shop.account.refuse", locked, actor=actor, now=now)
    return locked


def account_at(shop: Shop, *, at: datetime) -> ShopBankAccount | None:
    """Return the account that counts at an instant: the newest approved one behind its hold."""
    return (
        ShopBankAccount.objects.filter(shop=shop, state=AccountState.APPROVED, counts_from__lte=at)
        .order_by("-counts_from")
        .first()
    )


def tell_owners(shop: Shop, *, kind: str, dedupe_key: str, now: datetime) -> None:
    """Put a notice to each owner, and mail it to the address that we knew before."""
    owners = Membership.objects.filter(
        organisation=shop.organisation,
        role=OrganisationRole.SHOP_OWNER,
        valid_from__lte=now,
        valid_to__isnull=True,
    ).select_related("user")
    people = {
        person.user_id: person
        for person in Person.objects.filter(user__in=[owner.user_id for owner in owners])
    }
    for owner in owners:
        notice = put_notice(
            municipality=shop.municipality,
            person_id=people[owner.user_id].pk,
            kind=kind,
            link=f"/shop/own/{shop.pk}/",
            dedupe_key=f"{dedupe_key}:{owner.pk}",
            now=now,
        )
        if notice.mailed_at is None:
            mail_notice(notice, address=owner.user.email, now=now)


def _proposed(account: ShopBankAccount) -> ShopBankAccount:
    locked = ShopBankAccount.objects.select_for_update().get(pk=account.pk)
    if locked.state != AccountState.PROPOSED:
        raise AccountDecided
    return locked


def _record(action: str, account: ShopBankAccount, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=account.shop.municipality,
        object_type="shop-account",
        object_id=account.pk,
    )
