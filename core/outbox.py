"""Notices: put into the outbox with the effect they speak of, delivered afterwards.

``core.notice_delivery`` sends what waits here.

A notice says that there is news and where to read it. It never says what the news is: a mail is
read by whoever holds the phone.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext

from core.models import Notice
from core.refusals import gettext_noop as _

SUBJECT = _("お知らせがあります")
BODY = _("くらしアプリに、お知らせがあります。こちらから読めます。")


def put_notice(
    *, municipality: str, person_id: UUID, kind: str, link: str, dedupe_key: str, now: datetime
) -> Notice:
    """Put one notice into the outbox; the same ``dedupe_key`` is put once."""
    notice, _created = Notice.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "municipality": municipality,
            "person_id": person_id,
            "kind": kind,
            "link": link,
            "created_at": now,
        },
    )
    return notice


def mail_notice(notice: Notice, *, address: str, now: datetime) -> None:
    """Send ``notice`` to ``address``; a failure is counted and tried again later."""
    body = f"{gettext(BODY)}\n\n{settings.PUBLIC_URL}{notice.link}\n"
    try:
        send_mail(gettext(SUBJECT), body, None, [address])
    except OSError:
        notice.mail_failures += 1
        notice.save(update_fields=["mail_failures"])
        return
    notice.mailed_at = now
    notice.save(update_fields=["mailed_at"])
