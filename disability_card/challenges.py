"""The counter's challenge: 96 random bits that bind one showing to one venue, once.

The counter shows ``SKV1:<venue>:<challenge>``; the phone scans it and signs it into its key
binding, so that a screen relayed from elsewhere is of no use here.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from core.ids import ALPHABET
from disability_card.models import VenueChallenge

CHALLENGE_LIVES: Final = timedelta(seconds=120)
_CHARACTERS: Final = 20  # of 32: 100 bits, and 96 of them are asked for


def _digest(challenge: str) -> bytes:
    return hashlib.sha256(f"challenge|{challenge}".encode()).digest()


def make_challenge(device_id: UUID, *, now: datetime) -> tuple[str, datetime]:
    """Return a new challenge of this device and when it ends; old ones are swept."""
    VenueChallenge.objects.filter(expires_at__lte=now).delete()
    challenge = "".join(secrets.choice(ALPHABET) for _ in range(_CHARACTERS))
    expires_at = now + CHALLENGE_LIVES
    VenueChallenge.objects.create(
        digest=_digest(challenge), device_id=device_id, expires_at=expires_at
    )
    return challenge, expires_at


def take_challenge(challenge: str, *, device_id: UUID, now: datetime) -> bool:
    """Use up a challenge of this device; ``False`` if it is unknown, used, or expired.

    One UPDATE decides, so that two requests at once cannot both take it.
    """
    return bool(
        VenueChallenge.objects.filter(
            digest=_digest(challenge),
            device_id=device_id,
            expires_at__gt=now,
            used_at__isnull=True,
        ).update(used_at=now)
    )
