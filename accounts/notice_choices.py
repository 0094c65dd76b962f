"""How a person hears that there is news: the ways they chose, and the addresses behind them."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import NoticeChoice, Person, PushSubscription
from core.models import Notice, NoticeChannel
from core.notice_channels import Address
from core.notice_channels.web_push import Subscription, unb64
from core.refusals import Refusal, gettext_noop as _

BROWSERS_MAX: Final = 10


class NotAPushService(Refusal):
    """The browser's address is not of a push service that this installation calls."""

    code = "push-service-unknown"
    title = _("このブラウザーには、お知らせを送れません")
    next_step = _("メールなど、ほかの方法を選んでください。")


class NoLineAccount(Refusal):
    """LINE was chosen, and no LINE account is connected."""

    code = "line-not-connected"
    title = _("LINEが、つながっていません")
    next_step = _("先に「ログインの方法」で、LINEをつないでください。")
    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways that a person chose, besides the list in the app."""

    mail: bool = True
    line: bool = False
    web_push: bool = False
    letter: bool = False


def ways_of(person: Person) -> Ways:
    """Return what the person chose; at first it is the mail."""
    row = NoticeChoice.objects.filter(person=person).first()
    if row is None:
        return Ways()
    return Ways(mail=row.mail, line=row.line, web_push=row.web_push, letter=row.letter)


def has_line(person: Person) -> bool:
    """Say whether the person's LINE can be told."""
    return bool(settings.LINE_CHANNEL_TOKEN) and _line_user(person) is not None


def notices_of(person: Person) -> QuerySet[Notice]:
    """Return what is new for ``person``; never what is new for whom they act for."""
    return Notice.objects.filter(person_id=person.pk)


def read_notice(notice: Notice, *, now: datetime) -> Notice:
    """Keep when it was first read."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=now)
    notice.refresh_from_db()
    return notice


def choose_ways(person: Person, ways: Ways, *, now: datetime) -> None:
    """Keep the person's choice; it counts from the next notice."""
    if ways.line and _line_user(person) is None:
        raise NoLineAccount
    NoticeChoice.objects.update_or_create(
        person=person, defaults=asdict(ways) | {"changed_at": now}
    )


def add_browser(
    person: Person, *, endpoint: str, p256dh: str, auth: str, label: str, now: datetime
) -> PushSubscription:
    """Keep a browser that asked to be told, and choose this way; the same browser twice is one.

    A browser that was another person's is theirs no longer: whoever holds it now asked last.
    """
    try:
        Subscription(endpoint=endpoint, public_key=unb64(p256dh), auth=unb64(auth))
    except ValueError:
        raise NotAPushService from None
    content = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}
    digest = hashlib.sha256(endpoint.encode()).digest()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        PushSubscription.objects.filter(endpoint_digest=digest).delete()
        kept = PushSubscription.objects.filter(person=person).order_by("-id")[: BROWSERS_MAX - 1]
        PushSubscription.objects.filter(person=person).exclude(
            pk__in=[one.pk for one in kept]
        ).delete()
        made = PushSubscription.objects.create(
            person=person, endpoint_digest=digest, content=content, label=label, created_at=now
        )
        NoticeChoice.objects.update_or_create(
            person=person, defaults={"web_push": True, "changed_at": now}
        )
    return made


def address_book(people: Collection[UUID]) -> Mapping[UUID, Sequence[Address]]:
    """Return the addresses of each of ``people`` on their ways; none of a closed account."""
    found: dict[UUID, list[Address]] = {}
    for person in Person.objects.filter(pk__in=people, merged_into=None).select_related(
        "user", "notice_choice"
    ):
        found[person.pk] = list(_addresses(person))
    return found


def _addresses(person: Person) -> list[Address]:
    ways = ways_of(person)
    found = []
    if ways.letter and person.name and person.address:
        found.append(Address(channel=NoticeChannel.LETTER, target="letter"))
    if person.user is None or not person.user.is_active:
        return found
    if ways.mail:
        found.append(
            Address(channel=NoticeChannel.MAIL, target="mail", values={"email": person.user.email})
        )
    line = _line_user(person) if ways.line and settings.LINE_CHANNEL_TOKEN else None
    if line is not None:
        found.append(Address(channel=NoticeChannel.LINE, target="line", values={"user": line}))
    if ways.web_push:
        found += [
            Address(channel=NoticeChannel.WEB_PUSH, target=str(one.pk), values=one.content)
            for one in PushSubscription.objects.filter(person=person)
        ]
    return found


def forget(address: Address) -> None:
    """Forget a browser whose push service says that it is gone."""
    if address.channel == NoticeChannel.WEB_PUSH:
        PushSubscription.objects.filter(pk=address.target).delete()


def _line_user(person: Person) -> str | None:
    account = SocialAccount.objects.filter(
        user=person.user, provider=settings.LINE_PROVIDER_ID
    ).first()
    return None if account is None else str(account.uid)
