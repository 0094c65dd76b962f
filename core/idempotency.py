"""``Idempotency-Key``: a request sent twice has one effect and the first answer.

The key is unique per actor in the database and stored in the same transaction as the effect. A
second request with another body is refused; one that comes while the first still runs waits for
it on PostgreSQL and SQLite alike, because the unique row is locked until the first commits.
Answers that hold a secret or a credential are never stored: such endpoints do not use this.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.models import IdempotencyKey
from core.permissions import actor_of
from core.refusals import Refusal, gettext_noop as _

KEY_CHARS_MAX = 100
KEPT_HOURS = 48  # longer than any phone tries again
HEADER = "Idempotency-Key"


class KeyReused(Refusal):
    """The same key came with another body."""

    code = "idempotency-key-reused"
    title = _("同じ番号で、ちがう内容が送られました")
    next_step = _("新しい Idempotency-Key で送ってください。")


class KeyInUse(Refusal):
    """The first request with this key has not ended."""

    code = "idempotency-key-in-use"
    title = _("同じ内容を、いま処理しています")
    next_step = _("少し待ってから、同じ Idempotency-Key で送ってください。")
    status = HTTPStatus.CONFLICT


class BadKey(Refusal):
    """The header is not a key."""

    code = "idempotency-key-bad"
    title = _("Idempotency-Key が正しくありません")
    next_step = _("1文字から100文字の英数字を使ってください。")
    status = HTTPStatus.BAD_REQUEST


KEY_REFUSALS = (KeyReused, KeyInUse, BadKey)


def once(
    effect: Callable[[], tuple[int, Any]],
    *,
    key: str | None,
    actor: str,
    request_body: object,
    now: datetime,
) -> tuple[int, Any]:
    """Run ``effect`` once for ``key`` and return its (status, JSON answer), or the first one.

    Without a key the effect just runs. A refusal rolls everything back and stores nothing.
    """
    if key is None:
        with transaction.atomic():
            return effect()
    if not 1 <= len(key) <= KEY_CHARS_MAX or not key.isascii() or not key.isprintable():
        raise BadKey
    content = json.dumps(request_body, sort_keys=True, separators=(",", ":"), default=str)
    request_hash = hashlib.sha256(content.encode()).digest()
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = IdempotencyKey.objects.create(
                    actor=actor, key=key, request_hash=request_hash, created_at=now
                )
        except IntegrityError:
            return _first_answer(actor, key, request_hash)
        row.status, row.answer = effect()
        row.save(update_fields=["status", "answer"])
        return row.status, row.answer


def answer_once(
    request: Request,
    effect: Callable[[], Mapping[str, Any]],
    *,
    now: datetime,
    status: int = HTTPStatus.OK,
) -> Response:
    """Answer a REST request with what ``effect`` returns, once for its ``Idempotency-Key``."""
    actor = actor_of(request)
    made, answer = once(
        # As it will be sent: ids and times are text by then.
        lambda: (int(status), json.loads(JSONRenderer().render(dict(effect())))),
        key=request.headers.get(HEADER),
        actor=f"{actor.kind}:{actor.user_id or actor.device_id}:{actor.on_behalf_of or ''}",
        request_body={"path": request.path, "body": request.data},
        now=now,
    )
    return Response(answer, status=made)


def _first_answer(actor: str, key: str, request_hash: bytes) -> tuple[int, Any]:
    first = IdempotencyKey.objects.get(actor=actor, key=key)
    if not constant_time_compare(bytes(first.request_hash), request_hash):
        raise KeyReused
    if first.status is None:
        raise KeyInUse
    return first.status, first.answer


def forget_old_answers(*, now: datetime) -> int:
    """Delete the answers that nobody may ask for again; return how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=now - timedelta(hours=KEPT_HOURS))
    return old.delete()[0]
