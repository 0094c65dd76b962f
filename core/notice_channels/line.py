"""A notice as a message of the city's LINE account (Messaging API, push message).

``X-Line-Retry-Key`` makes LINE take a message once, however often it comes: 409 says that it came.
"""

from http import HTTPStatus
from typing import Final

import requests
from django.conf import settings

from core.notice_channels import Address, DeliveryFailed, Message, refused_by_peer

_PATH: Final = "/v2/bot/message/push"
_TIMEOUT_SECONDS: Final = 10


def send(message: Message, address: Address) -> None:
    """Push one text to one LINE user; raise :class:`DeliveryFailed`."""
    text = f"{message.subject}\n{message.body}\n{message.link}"
    try:
        answer = requests.post(
            f"{settings.LINE_API}{_PATH}",
            json={"to": address.values["user"], "messages": [{"type": "text", "text": text}]},
            headers={
                "Authorization": f"Bearer {settings.LINE_CHANNEL_TOKEN}",
                "X-Line-Retry-Key": str(message.key),
            },
            timeout=_TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as cause:
        raise DeliveryFailed("line-unreachable") from cause
    if answer.status_code not in {HTTPStatus.OK, HTTPStatus.CONFLICT}:
        raise refused_by_peer(answer.status_code)
