"""The outbox is sent on the ways that people chose: once, again after a failure, never for ever."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.management import call_command
from django.db import connection, connections
from pytest_django import Settings

from accounts.models import Person, PushSubscription, User
from accounts.notice_choices import (
    BROWSERS_MAX,
    NoLineAccount,
    NotAPushService,
    Ways,
    add_browser,
    choose_ways,
    ways_of,
)
from core.models import Notice, NoticeDelivery
from core.notice_delivery import (
    LEASE,
    TRIES_MAX,
    SendingReport,
    _deliver,
    claim,
    plan,
    send_due,
    wait_after,
)
from core.outbox import put_notice
from tests.core.push_peer import Browser, Peer, running_peer
from tests.disability_card.factories import CITY, NOW, make_person

pytestmark = pytest.mark.django_db
SENSITIVE = ("手帳", "障害", "障がい", "handbook", "保育", "佐久 はな子", "counter.start")


@pytest.fixture
def peer(settings: Settings) -> Iterator[Peer]:
    with running_peer() as running:
        settings.WEB_PUSH_SERVICES = (running.address,)
        settings.LINE_API, settings.LINE_CHANNEL_TOKEN = running.address, "channel-token"
        yield running


def make_notice(person: Person, *, now: datetime = NOW) -> Notice:
    return put_notice(
        municipality=CITY,
        person_id=person.pk,
        kind="counter.start",
        link="/my/data/",
        dedupe_key=f"n:{Notice.objects.count()}",
        now=now,
    )


def make_line_person() -> Person:
    person = make_person(name="佐久 はな子")
    SocialAccount.objects.create(user=person.user, provider="line", uid="U4af4980629")
    choose_ways(person, Ways(mail=False, line=True), now=NOW)
    return person


def make_browser(person: Person, peer: Peer, number: int = 1) -> Browser:
    browser = Browser()
    endpoint = f"{peer.address}/push/{number}"
    add_browser(person, endpoint=endpoint, **browser.keys(), label="Chrome", now=NOW)
    return browser


def test_a_mail_says_that_there_is_news_and_nothing_else() -> None:
    person = make_person(name="佐久 はな子")
    make_notice(person)
    assert send_due(now=NOW).sent == 1
    (sent,) = mail.outbox
    assert person.user is not None
    assert sent.to == [person.user.email]
    assert "/my/data/" in sent.body
    for word in SENSITIVE:
        assert word not in f"{sent.subject} {sent.body}"


def test_a_notice_is_sent_once() -> None:
    make_notice(make_person())
    for _ in range(3):
        send_due(now=NOW)
    assert len(mail.outbox) == 1


def test_line_gets_one_push_with_a_retry_key_and_no_sensitive_word(peer: Peer) -> None:
    make_notice(make_line_person())
    assert send_due(now=NOW).sent == 1
    (call,) = peer.calls
    assert call.path == "/v2/bot/message/push"
    assert call.headers["Authorization"] == "Bearer channel-token"
    assert call.headers["X-Line-Retry-Key"] == str(NoticeDelivery.objects.get().pk)
    told = json.loads(call.body)
    assert told["to"] == "U4af4980629"
    for word in SENSITIVE:
        assert word not in call.body.decode()
    assert not mail.outbox


def test_line_that_has_it_already_counts_as_sent(peer: Peer) -> None:
    peer.answers = [500, 409]
    make_notice(make_line_person())
    assert send_due(now=NOW).failed == 1
    assert send_due(now=NOW + wait_after(1)).sent == 1
    assert len({call.headers["X-Line-Retry-Key"] for call in peer.calls}) == 1


def test_each_browser_of_a_person_is_told(peer: Peer) -> None:
    person = make_person()
    browsers = [make_browser(person, peer, number) for number in (1, 2)]
    choose_ways(person, Ways(mail=False, web_push=True), now=NOW)
    make_notice(person)
    assert send_due(now=NOW).sent == 2
    for browser, call in zip(browsers, sorted(peer.calls, key=lambda one: one.path), strict=True):
        plain = browser.open(call.body).decode()
        assert "/my/data/" in plain
        assert not [word for word in SENSITIVE if word in plain]


def test_a_browser_that_is_gone_is_forgotten(peer: Peer) -> None:
    person = make_person()
    make_browser(person, peer)
    choose_ways(person, Ways(mail=False, web_push=True), now=NOW)
    make_notice(person)
    peer.answers = [410]
    assert send_due(now=NOW).gave_up == 1
    assert not PushSubscription.objects.exists()


def test_a_failure_waits_longer_each_time_and_ends_after_eight(peer: Peer) -> None:
    make_notice(make_line_person())
    peer.answers = [503] * 20
    at = NOW
    for tries in range(1, TRIES_MAX):
        assert send_due(now=at) == SendingReport(
            planned=1 if tries == 1 else 0, sent=0, failed=1, gave_up=0
        )
        assert send_due(now=at + wait_after(tries) - timedelta(seconds=1)).failed == 0
        at += wait_after(tries)
    assert send_due(now=at).gave_up == 1
    assert send_due(now=at + timedelta(days=1)) == SendingReport(
        planned=0, sent=0, failed=0, gave_up=0
    )
    assert len(peer.calls) == TRIES_MAX
    assert NoticeDelivery.objects.get().failure == "http-503"


def test_waits_grow_fourfold_up_to_six_hours() -> None:
    minutes = [wait_after(tries).total_seconds() / 60 for tries in range(1, 8)]
    assert minutes == [1, 4, 16, 64, 256, 360, 360]


def test_a_refusal_for_good_is_not_tried_again(peer: Peer) -> None:
    make_notice(make_line_person())
    peer.answers = [400]
    assert send_due(now=NOW).gave_up == 1
    assert send_due(now=NOW + timedelta(days=1)).failed == 0


def test_a_sender_that_died_gives_its_work_back() -> None:
    make_notice(make_person())
    plan(now=NOW)
    assert len(claim(now=NOW)) == 1  # ... and dies
    assert send_due(now=NOW + LEASE - timedelta(seconds=1)).sent == 0
    assert send_due(now=NOW + LEASE).sent == 1
    assert len(mail.outbox) == 1


def test_a_sender_that_comes_back_late_changes_nothing_of_the_next_ones(peer: Peer) -> None:
    make_notice(make_person())
    plan(now=NOW)
    (late,) = claim(now=NOW)
    (next_one,) = claim(now=NOW + LEASE)
    assert (late.pk, next_one.tries) == (next_one.pk, 2)
    _deliver(late, (), now=NOW + LEASE)  # it finds no address any more, and would give up
    row = NoticeDelivery.objects.get()
    assert (row.gave_up_at, row.failure) == (None, "")


def test_nobody_is_woken_for_old_news() -> None:
    make_notice(make_person(), now=NOW - timedelta(days=7))
    assert send_due(now=NOW).sent == 0


def test_who_chose_nothing_reads_it_in_the_app_alone() -> None:
    person = make_person()
    choose_ways(person, Ways(mail=False), now=NOW)
    make_notice(person)
    assert send_due(now=NOW).sent == 0
    assert not NoticeDelivery.objects.exists()


def test_a_choice_counts_for_what_is_still_waiting(peer: Peer) -> None:
    person = make_line_person()
    make_notice(person)
    peer.answers = [500]
    send_due(now=NOW)
    choose_ways(person, Ways(), now=NOW)
    assert send_due(now=NOW + wait_after(1)).gave_up == 1
    assert len(peer.calls) == 1


def test_a_locked_account_is_told_nothing() -> None:
    person = make_person()
    User.objects.update(is_active=False)
    make_notice(person)
    assert send_due(now=NOW).sent == 0


def test_line_cannot_be_chosen_without_a_line_account() -> None:
    person = make_person()
    with pytest.raises(NoLineAccount):
        choose_ways(person, Ways(line=True), now=NOW)
    assert ways_of(person) == Ways()


def test_a_browser_of_an_unknown_service_is_not_kept(peer: Peer) -> None:
    endpoint = "http://169.254.169.254/latest"
    with pytest.raises(NotAPushService):
        add_browser(make_person(), endpoint=endpoint, **Browser().keys(), label="x", now=NOW)


def test_a_browser_belongs_to_who_asked_last(peer: Peer) -> None:
    first, second = make_person(), make_person()
    make_browser(first, peer)
    make_browser(second, peer)
    assert PushSubscription.objects.get().person == second


def test_the_oldest_browser_goes_when_there_are_too_many(peer: Peer) -> None:
    person = make_person()
    for number in range(BROWSERS_MAX + 2):
        make_browser(person, peer, number)
    assert PushSubscription.objects.count() == BROWSERS_MAX


def test_the_command_sends_until_nothing_is_due() -> None:
    person = make_person()
    for _ in range(45):
        make_notice(person)
    out = StringIO()
    Notice.objects.update(created_at=NOW)
    call_command("send_notices", stdout=out)
    assert len(mail.outbox) == 45
    assert "sent 45" in out.getvalue()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_notice_once(peer: Peer) -> None:
    assert connection.vendor == "postgresql"
    person = make_line_person()
    for _ in range(60):
        make_notice(person)

    def work() -> None:
        try:
            for _ in range(8):
                send_due(now=NOW)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    keys = [call.headers["X-Line-Retry-Key"] for call in peer.calls]
    assert len(keys) == len(set(keys)) == 60
    assert NoticeDelivery.objects.filter(sent_at__isnull=False).count() == 60
