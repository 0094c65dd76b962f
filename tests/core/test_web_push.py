"""Web Push: the published example to the byte, and what a push service gets to see."""

import base64
import json
from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_django import Settings

from core.ids import uuid7
from core.models import NoticeChannel
from core.notice_channels import Address, DeliveryFailed, Message
from core.notice_channels.web_push import (
    Subscription,
    application_server_key,
    encrypt,
    is_known_service,
    send,
    unb64,
)
from tests.core.push_peer import Browser, Peer, running_peer

NOW = datetime.now(UTC)
# RFC 8291, appendix A
_PLAIN = b"When I grow up, I want to be a watermelon"
_AS_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
_UA_PUBLIC = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)
_AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
_SALT = "DGv6ra1nlYgDCS1FRnbzlw"
_RECORD = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)


def test_the_example_of_rfc_8291_comes_out_to_the_byte() -> None:
    to = Subscription(
        endpoint="https://updates.push.services.mozilla.com/p",
        public_key=unb64(_UA_PUBLIC),
        auth=unb64(_AUTH),
    )
    own = ec.derive_private_key(int.from_bytes(unb64(_AS_PRIVATE)), ec.SECP256R1())
    assert encrypt(_PLAIN, to=to, salt=unb64(_SALT), own=own) == unb64(_RECORD)


@pytest.fixture
def peer(settings: Settings) -> Peer:  # type: ignore[misc]
    with running_peer() as running:
        settings.WEB_PUSH_SERVICES = (running.address,)
        yield running


def message() -> Message:
    return Message(
        key=uuid7(), subject="お知らせがあります", body="読めます。", link="http://x/my/", at=NOW
    )


def address_at(peer: Peer, browser: Browser) -> Address:
    values = {"endpoint": f"{peer.address}/push/1", **browser.keys()}
    return Address(channel=NoticeChannel.WEB_PUSH, target="1", values=values)


def test_a_browser_reads_what_the_push_service_cannot(peer: Peer) -> None:
    browser, told = Browser(), message()
    send(told, address_at(peer, browser))
    (call,) = peer.calls
    assert told.subject.encode() not in call.body
    assert json.loads(browser.open(call.body)) == {
        "title": told.subject,
        "body": told.body,
        "link": told.link,
    }
    assert call.headers["Content-Encoding"] == "aes128gcm"
    assert int(call.headers["TTL"]) > 0


def test_the_push_service_can_tell_that_it_is_us(peer: Peer) -> None:
    send(message(), address_at(peer, Browser()))
    scheme, _, rest = peer.calls[0].headers["Authorization"].partition(" ")
    token, _, key = rest.removeprefix("t=").partition(", k=")
    assert (scheme, key) == ("vapid", application_server_key())
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(key))
    claims = jwt.decode(token, public, algorithms=["ES256"], audience=peer.address)
    assert claims["sub"].startswith("mailto:")
    assert claims["exp"] - NOW.timestamp() <= 24 * 3_600


@pytest.mark.parametrize(
    ("status", "is_final", "is_gone"),
    [(404, True, True), (410, True, True), (413, True, False), (429, False, False),
     (500, False, False), (302, True, False)],
)  # fmt: skip
def test_what_an_answer_means(peer: Peer, status: int, is_final: bool, is_gone: bool) -> None:
    peer.answers = [status]
    with pytest.raises(DeliveryFailed) as failure:
        send(message(), address_at(peer, Browser()))
    assert (failure.value.is_final, failure.value.is_gone) == (is_final, is_gone)
    assert len(peer.calls) == 1


def test_a_dead_peer_is_tried_again(peer: Peer, settings: Settings) -> None:
    settings.WEB_PUSH_SERVICES = ("http://127.0.0.1:9",)
    values = {"endpoint": "http://127.0.0.1:9/x", **Browser().keys()}
    with pytest.raises(DeliveryFailed) as failure:
        send(message(), Address(channel=NoticeChannel.WEB_PUSH, target="1", values=values))
    assert not failure.value.is_final


@pytest.mark.parametrize(
    ("endpoint", "is_known"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("https://web.push.apple.com/x", True),
        ("https://push.apple.com/x", False),
        ("https://evilpush.apple.com.example/x", False),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://fcm.googleapis.com@127.0.0.1/x", False),
        ("https://user:pw@fcm.googleapis.com/x", False),
        ("https://127.0.0.1/x", False),
        ("http://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_known_push_services_are_called(endpoint: str, is_known: bool) -> None:
    assert is_known_service(endpoint) is is_known


@pytest.mark.parametrize("change", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "!"}])
def test_a_subscription_that_is_none_is_gone_and_nothing_is_called(
    peer: Peer, change: dict[str, str]
) -> None:
    good = address_at(peer, Browser())
    bad = Address(channel=good.channel, target="1", values={**good.values, **change})
    with pytest.raises(DeliveryFailed) as failure:
        send(message(), bad)
    assert failure.value.is_gone
    assert peer.calls == []


def test_the_key_of_a_browser_must_lie_on_the_curve() -> None:
    off = b"\x04" + base64.b16decode("AB" * 64)
    with pytest.raises(ValueError, match="EC key"):
        Subscription(endpoint="https://fcm.googleapis.com/x", public_key=off, auth=bytes(16))
