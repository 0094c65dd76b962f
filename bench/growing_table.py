"""Prints the cost of one online verification (us) at 1,000 and at N issued credentials."""

import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after setup
from django.db import transaction  # noqa: E402

from core.ids import uuid7  # noqa: E402
from disability_card.models import (  # noqa: E402
    Credential,
    CredentialKind,
    CredentialState,
    HoldingState,
    StatusList,
    Venue,
)
from disability_card.models.card import Holding  # noqa: E402
from disability_card.scanning import scan  # noqa: E402
from tests.disability_card.issuing import make_offerable_card  # noqa: E402
from tests.disability_card.test_scanning import make_bath_house  # noqa: E402
from tests.disability_card.wallet import Phone  # noqa: E402

SCANS = 300


def fill(card_id: UUID, *, until: int) -> None:
    """Add credentials, in lists of 2^17 at 70 %, until there are so many."""
    now, have = datetime.now(UTC), Credential.objects.count()
    a_list = int(2**17 * 0.7)
    number = 1_000 + StatusList.objects.count()
    while have < until:
        number += 1
        listed = StatusList.objects.create(municipality="202177", number=number)
        part = min(a_list, until - have)
        with transaction.atomic():
            Credential.objects.bulk_create(
                (
                    Credential(
                        card_id=card_id,
                        kind=CredentialKind.VENUE,
                        batch=uuid7(),
                        status_list=listed,
                        status_index=index,
                        state=CredentialState.ISSUED,
                        issued_at=now,
                        exp=now + timedelta(days=14),
                    )
                    for index in range(part)
                ),
                batch_size=5_000,
            )
        have += part


def cost(phone: Phone, venue: Venue) -> float:
    """Return the median microseconds of one verification."""
    device, times = uuid7(), []
    for _ in range(SCANS):
        text = phone.show(now=datetime.now(UTC))
        start = time.perf_counter()
        found = scan(text, venue=venue, device_id=device, challenge=None, now=datetime.now(UTC))
        times.append(time.perf_counter() - start)
        assert found.verdict is not None
    return statistics.median(times) * 1e6


def main() -> None:
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    from tests.disability_card.issuing import make_phone  # noqa: PLC0415

    setup_test_environment()
    call_command("migrate", verbosity=0)
    card = make_offerable_card()
    phone = make_phone(Client(), card)
    venue = make_bath_house()
    holding = Holding.objects.get(card=card, state=HoldingState.ACTIVE)
    assert holding.card_id == card.pk
    fill(card.pk, until=1_000)
    cost(phone, venue)
    small = cost(phone, venue)
    fill(card.pk, until=int(sys.argv[1]))
    cost(phone, venue)
    large = cost(phone, venue)
    print(f"{small:.1f} {large:.1f}")


if __name__ == "__main__":
    main()
