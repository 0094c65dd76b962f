"""A request sent twice has one effect and the first answer."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections

from core.idempotency import BadKey, KeyReused, once
from core.models import Notice

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def send(key: str | None = "k-1", body: object = "a", **override: Any) -> tuple[int, Any]:
    def effect() -> tuple[int, Any]:
        notice = Notice.objects.create(
            municipality="202177",
            person_id="01a20a91-960b-7a0a-8671-bee2d4934953",
            kind="x",
            link="/",
            dedupe_key=str(Notice.objects.count()) + threading.current_thread().name,
            created_at=NOW,
        )
        return 201, {"id": str(notice.pk)}

    good: dict[str, Any] = {"key": key, "actor": "user-1", "request_body": body, "now": NOW}
    return once(effect, **(good | override))


def test_the_same_key_gets_the_first_answer_and_no_second_effect() -> None:
    assert send() == send()
    assert Notice.objects.count() == 1


def test_the_same_key_with_another_body_is_refused() -> None:
    send()
    with pytest.raises(KeyReused):
        send(body="b")


def test_another_actor_may_use_the_same_key() -> None:
    send()
    send(actor="user-2")
    assert Notice.objects.count() == 2


def test_without_a_key_each_request_has_its_effect() -> None:
    send(None)
    send(None)
    assert Notice.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 101, "ümlaut", "a\nb"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(BadKey):
        send(key)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("key", "effects"), [("k-1", 1), (None, 8)])
def test_eight_at_once_have_one_effect_with_a_key_and_eight_without(
    key: str | None, effects: int
) -> None:
    """The second case is the negative control: the same race without the key."""
    start = threading.Barrier(8)

    def run() -> None:
        start.wait()
        try:
            send(key)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Notice.objects.count() == effects
