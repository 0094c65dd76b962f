"""Send the outbox: which ways each notice goes, one claim a try, and when to try again.

1. A notice that nobody has looked at gets a delivery for each address that the person chose.
2. Deliveries that are due are claimed in small batches: another sender skips them, and a sender
   that dies gives them back when its lease is over.
3. Each is sent outside of any transaction, then marked. A failure waits longer each time; a
   refusal for good, and the eighth failure, end it. Inside the app the notice stands anyway.

A sender that dies between sending and marking sends again; the key of the message is the same, so
that LINE, the push service and the mailbox can tell.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from core.models import Notice, NoticeChannel, NoticeDelivery
from core.notice_channels import Address, DeliveryFailed, Message, line, mail, web_push
from core.outbox import BODY, SUBJECT

BATCH: Final = 20
# Longer than a whole batch can take: each try ends after ten seconds.
LEASE: Final = timedelta(minutes=5)
TRIES_MAX: Final = 8
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=6)
# An older notice is read in the app; nobody is woken for it.
NEWS_FOR: Final = timedelta(days=7)

AddressBook = Callable[[Collection[UUID]], Mapping[UUID, Sequence[Address]]]
Gone = Callable[[Address], None]
Sender = Callable[[Message, Address], None]
_SENDERS: Final[Mapping[str, Sender]] = {
    NoticeChannel.MAIL: mail.send,
    NoticeChannel.LINE: line.send,
    NoticeChannel.WEB_PUSH: web_push.send,
}
_book: list[tuple[AddressBook, Gone]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingReport:
    """What one round did."""

    planned: int
    sent: int
    failed: int
    gave_up: int


def keep_addresses(book: AddressBook, *, gone: Gone) -> None:
    """Say where people's addresses are known, and who forgets one that is dead."""
    _book.append((book, gone))


def addresses_of(people: Collection[UUID]) -> Mapping[UUID, Sequence[Address]]:
    """Return the chosen addresses of each of ``people``."""
    found: dict[UUID, list[Address]] = {}
    for book, _gone in _book:
        for person, addresses in book(people).items():
            found.setdefault(person, []).extend(addresses)
    return found


def send_due(*, now: datetime) -> SendingReport:
    """Plan what is new and send one batch of what is due."""
    planned = plan(now=now)
    claimed = claim(now=now)
    book = addresses_of({one.notice.person_id for one in claimed})
    ends = [_deliver(one, book.get(one.notice.person_id, ()), now=now) for one in claimed]
    return SendingReport(
        planned=planned,
        sent=ends.count("sent"),
        failed=ends.count("failed"),
        gave_up=ends.count("gave-up"),
    )


def plan(*, now: datetime) -> int:
    """Decide for new notices on which ways they go; return for how many."""
    with transaction.atomic():
        new = list(
            Notice.objects.select_for_update(skip_locked=True)
            .filter(planned_at__isnull=True)
            .order_by("created_at")[: BATCH * 10]
        )
        book = addresses_of({one.person_id for one in new})
        NoticeDelivery.objects.bulk_create(
            [
                NoticeDelivery(
                    notice=one, channel=address.channel, target=address.target, due_at=now
                )
                for one in new
                if now - one.created_at < NEWS_FOR
                for address in book.get(one.person_id, ())
                if not (address.channel == NoticeChannel.MAIL and one.mailed_at is not None)
            ],
            ignore_conflicts=True,
        )
        Notice.objects.filter(pk__in=[one.pk for one in new]).update(planned_at=now)
    return len(new)


def claim(*, now: datetime) -> list[NoticeDelivery]:
    """Take a batch of what is due; until the lease is over nobody else takes it."""
    with transaction.atomic():
        rows = list(
            NoticeDelivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("notice")
            .filter(
                sent_at__isnull=True,
                gave_up_at__isnull=True,
                due_at__lte=now,
                channel__in=list(_SENDERS),
            )
            .order_by("due_at", "pk")[:BATCH]
        )
        for row in rows:
            row.tries += 1
            row.due_at = now + LEASE
        NoticeDelivery.objects.bulk_update(rows, ["tries", "due_at"])
    return rows


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after so many failures: 1, 4, 16, 64 minutes ... six hours."""
    wait: timedelta = FIRST_WAIT * 4 ** (tries - 1)
    return min(wait, LONGEST_WAIT)


def _deliver(row: NoticeDelivery, addresses: Sequence[Address], *, now: datetime) -> str:
    address = next(
        (one for one in addresses if (one.channel, one.target) == (row.channel, row.target)), None
    )
    mine = NoticeDelivery.objects.filter(pk=row.pk, tries=row.tries)
    if address is None:  # another way was chosen since, or the account is closed
        mine.update(gave_up_at=now, failure="no-address")
        return "gave-up"
    try:
        _SENDERS[row.channel](_message(row, now=now), address)
    except DeliveryFailed as failure:
        if failure.is_gone:
            for _addresses, gone in _book:
                gone(address)
        is_over = failure.is_final or row.tries >= TRIES_MAX
        mine.update(
            failure=failure.code,
            due_at=now + wait_after(row.tries),
            gave_up_at=now if is_over else None,
        )
        return "gave-up" if is_over else "failed"
    mine.update(sent_at=now, failure="")
    return "sent"


def _message(row: NoticeDelivery, *, now: datetime) -> Message:
    return Message(
        key=row.pk,
        subject=gettext(SUBJECT),
        body=gettext(BODY),
        link=f"{settings.PUBLIC_URL}{row.notice.link}",
        at=now,
    )
