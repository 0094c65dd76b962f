"""What applications of shops and sheets of paper keep of a person, for disclosure and erasure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Person
from core.refusals import gettext_noop as _
from tourism.models import (
    ApplicationState,
    CampaignState,
    PaperSheet,
    ShopApplication,
    ShopState,
)
from tourism.shop_applications import email_index

_CONTACT: Final = ("contact_name", "email", "phone")


def _applications(person_id: UUID) -> QuerySet[ShopApplication]:
    """Return the applications that gave the address by which the person signs in."""
    person = Person.objects.select_related("user").filter(pk=person_id).first()
    if person is None or person.user is None:
        return ShopApplication.objects.none()
    return ShopApplication.objects.filter(email_index=email_index(person.user.email))


def export_applications(person_id: UUID) -> object:
    """Return each application with its contact and its account."""
    return [
        {
            "reference": one.reference,
            "shop": one.shop_name,
            "state": one.state,
            "applied_at": one.applied_at.isoformat(),
            **one.content,
        }
        for one in _applications(person_id).order_by("pk")
    ]


def applications_hold(person_id: UUID, _now: datetime) -> Sequence[str]:
    """A shop that takes part is paid by what it wrote; an open application waits for an answer."""
    rows = _applications(person_id)
    takes_part = rows.filter(state=ApplicationState.ACCEPTED).exclude(shop__state=ShopState.LEFT)
    waits = rows.filter(state__in=[ApplicationState.APPLIED, ApplicationState.UNDER_REVIEW])
    if not (takes_part.exists() or waits.exists()):
        return []
    return [_("お店の申しこみがあります。参加を終えるか、ことわられるまで消せません。")]


def erase_applications(person_id: UUID, _now: datetime) -> None:
    """Forget who wrote it and where they are paid; the shop's name and the decision stay."""
    for one in _applications(person_id):
        one.content = one.content | dict.fromkeys(_CONTACT, "") | {"bank": {}}
        one.email_index = None
        one.save(update_fields=["content", "email_index"])


def export_sheets(person_id: UUID) -> object:
    """Return the sheets that were handed to the person, and what of each was used."""
    rows = PaperSheet.objects.filter(person_id=person_id).select_related("campaign")
    return [
        {
            "campaign": sheet.campaign.name.get("ja", ""),
            "serial": sheet.serial,
            "state": sheet.state,
            "value_yen": sheet.value_yen,
            "price_yen": sheet.price_yen,
            "handed_at": sheet.handed_at.isoformat() if sheet.handed_at else None,
            "coupons": [
                {"number": one.number, "face_yen": one.face_yen, "state": one.state}
                for one in sheet.coupons.all()
            ],
        }
        for sheet in rows.prefetch_related("coupons").order_by("pk")
    ]


def sheets_hold(person_id: UUID, _now: datetime) -> Sequence[str]:
    """As with wallets: else somebody could be handed a second one."""
    rows = PaperSheet.objects.filter(person_id=person_id)
    if not rows.exclude(campaign__state=CampaignState.CLOSED).exists():
        return []
    return [_("わたされた紙のクーポンの事業が終わっていません。終わるまで消せません。")]


def erase_sheets(person_id: UUID, _now: datetime) -> None:
    """Let the sheets be a bearer's."""
    PaperSheet.objects.filter(person_id=person_id).update(person_id=None)
