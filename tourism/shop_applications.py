"""A shop asks to take part; staff look at it and make it a shop, or decline with a reason.

The contact and the bank account stay encrypted; name and place become public when it is accepted.
"""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.db import transaction
from django.db.models import Max

from accounts.members import make_member
from accounts.models import Organisation, OrganisationKind, OrganisationRole, User
from core import audit
from core.actor import Actor
from core.blind_index import blind_index
from core.ids import make_reference
from core.refusals import Refusal, gettext_noop as _
from core.throttles import Limit
from places.models import Place
from tourism.banks import checked_account
from tourism.models import (
    AccountState,
    ApplicationState,
    Shop,
    ShopApplication,
    ShopBankAccount,
    ShopKind,
    ShopState,
)
from tourism.zengin import AccountKind

APPLICATIONS: Final = Limit(name="shop-application", tries=10, seconds=3_600)
_EMAIL: Final = re.compile(r"\A[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}\Z")
_PHONE: Final = re.compile(r"\A0\d{9,10}\Z")
_CORPORATE_NUMBER: Final = re.compile(r"\A\d{13}\Z")
_PLACE_PREFIX: Final = "S"  # of `places.Place.number`: shops of the coupon scheme


class ContactIncomplete(Refusal):
    code = "shop-contact-incomplete"
    title = _("お店の名前・住所・連絡先が足りません")
    next_step = _("お店の名前、住所、電話番号、メールアドレスを書いてください。")


class CorporateNumberBad(Refusal):
    code = "shop-corporate-number-bad"
    title = _("法人番号が正しくありません")
    next_step = _("13けたの数字で書くか、個人のお店なら空にしてください。")


class ApplicationDecided(Refusal):
    code = "shop-application-decided"
    title = _("この申しこみは、もう決まっています")
    next_step = _("申しこみの一覧を、もう一度ひらいてください。")
    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFields:
    """A bank account as a shop writes it; checked by ``tourism.banks``."""

    bank_code: str
    branch_code: str
    kind: str = AccountKind.ORDINARY.value
    number: str
    holder_kana: str
    bank_name: str = ""
    branch_name: str = ""

    def checked(self) -> dict[str, str]:
        """Return the account as it is kept: names from the bank's list, kana as banks write it."""
        return {name: str(value) for name, value in asdict(checked_account(**asdict(self))).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopForm:
    """What a shop writes about itself."""

    shop_name: str
    kind: ShopKind
    address: str
    phone: str
    contact_name: str
    email: str
    bank: BankFields
    shop_kana: str = ""
    corporate_number: str = ""
    is_local: bool = True
    open_days: str = ""  # of 月火水木金土日
    opens: str = ""  # HH:MM
    closes: str = ""

    def __post_init__(self) -> None:
        needed = (self.shop_name, self.address, self.contact_name)
        if not all(text.strip() for text in needed):
            raise ContactIncomplete
        if not _EMAIL.match(self.email) or not _PHONE.match(self.phone.replace("-", "")):
            raise ContactIncomplete
        if self.corporate_number and not _CORPORATE_NUMBER.match(self.corporate_number):
            raise CorporateNumberBad


def apply_shop(
    form: ShopForm,
    *,
    municipality: str,
    actor: Actor,
    now: datetime,
    organisation: Organisation | None = None,
) -> ShopApplication:
    """Keep an application; an owner's further branch names their ``organisation``."""
    content = {
        "shop_kana": form.shop_kana,
        "address": form.address,
        "phone": form.phone.replace("-", ""),
        "contact_name": form.contact_name,
        "email": form.email.strip().lower(),
        "corporate_number": form.corporate_number,
        "is_local": form.is_local,
        "open_days": form.open_days,
        "opens": form.opens,
        "closes": form.closes,
        "bank": form.bank.checked(),
    }
    with transaction.atomic():
        application = ShopApplication.objects.create(
            municipality=municipality,
            reference=make_reference(),
            shop_name=form.shop_name.strip(),
            kind=form.kind,
            content=content,
            email_index=email_index(form.email),
            organisation=organisation,
            applied_at=now,
        )
        _record("shop.apply", application, actor=actor, now=now)
    return application


def email_index(email: str) -> bytes:
    """Return the blind index of a contact's address."""
    return blind_index("shop-application-email", email.strip().lower())


def take_application(
    application: ShopApplication, *, taken_by: User, actor: Actor, now: datetime
) -> ShopApplication:
    """Begin to look at an application; others see who does."""
    with transaction.atomic():
        locked = _undecided(application)
        locked.state, locked.taken_by = ApplicationState.UNDER_REVIEW, taken_by
        locked.save(update_fields=["state", "taken_by"])
        _record("shop.take", locked, actor=actor, now=now)
    return locked


def accept_application(
    application: ShopApplication, *, decided_by: User, actor: Actor, now: datetime
) -> Shop:
    """Make the shop: its place, organisation, owner and first account.

    The first account counts at once: there is no older one that somebody could be cheated of.
    """
    with transaction.atomic():
        locked = _undecided(application)
        content = locked.content
        organisation = locked.organisation or Organisation.objects.create(
            municipality=locked.municipality,
            name=locked.shop_name,
            corporate_number=content["corporate_number"],
            kind=_organisation_kind(locked.kind),
        )
        number = _next_number(locked.municipality)
        shop = Shop.objects.create(
            municipality=locked.municipality,
            number=number,
            place=_open_place(locked, number=number),
            organisation=organisation,
            state=ShopState.ACTIVE,
            state_since=now,
            kind=locked.kind,
            is_local=content["is_local"],
        )
        ShopBankAccount.objects.create(
            shop=shop,
            account=content["bank"],
            state=AccountState.APPROVED,
            proposed_at=locked.applied_at,
            approved_by=decided_by,
            approved_at=now,
            counts_from=now,
        )
        make_member(organisation, email=content["email"], role=OrganisationRole.SHOP_OWNER, now=now)
        locked.state, locked.shop = ApplicationState.ACCEPTED, shop
        locked.decided_by, locked.decided_at = decided_by, now
        locked.save()
        _record("shop.accept", locked, actor=actor, now=now)
    return shop


def decline_application(
    application: ShopApplication, *, note: str, decided_by: User, actor: Actor, now: datetime
) -> ShopApplication:
    """Say no, with the reason that the shop is told."""
    with transaction.atomic():
        locked = _undecided(application)
        locked.state, locked.decision_note = ApplicationState.DECLINED, note[:200]
        locked.decided_by, locked.decided_at = decided_by, now
        locked.save()
        _record("shop.decline", locked, actor=actor, now=now)
    return locked


def _undecided(application: ShopApplication) -> ShopApplication:
    locked = ShopApplication.objects.select_for_update().get(pk=application.pk)
    if locked.state not in {ApplicationState.APPLIED, ApplicationState.UNDER_REVIEW}:
        raise ApplicationDecided
    return locked


def _organisation_kind(kind: str) -> OrganisationKind:
    return OrganisationKind.LODGING if kind == ShopKind.LODGING else OrganisationKind.SHOP


def _next_number(municipality: str) -> int:
    """Return the next shop number of the city; the unique constraint keeps two from one number."""
    last = Shop.objects.filter(municipality=municipality).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _open_place(application: ShopApplication, *, number: int) -> Place:
    content = application.content
    return Place.objects.create(
        municipality=application.municipality,
        number=f"{_PLACE_PREFIX}{number:05}",
        name=application.shop_name,
        name_kana=content["shop_kana"],
        category=str(ShopKind(application.kind).label),
        address=content["address"],
        phone=content["phone"],
        open_days=content["open_days"],
        opens=content["opens"] or None,
        closes=content["closes"] or None,
    )


def _record(action: str, application: ShopApplication, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=application.municipality,
        object_type="shop-application",
        object_id=application.pk,
    )
