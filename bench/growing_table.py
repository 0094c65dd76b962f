"""A city with N issued credentials, asked to verify: one of the two that row P12 holds together.

`python -m bench.growing_table N` fills its own database, prints ``ready``, and for each line of
standard input prints the median microseconds of one online verification. The phone's cards lie
in the middle: half of the others were issued before them, half after.
"""

import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after setup
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from core.ids import uuid7  # noqa: E402
from disability_card.models import (  # noqa: E402
    Credential,
    CredentialKind,
    CredentialState,
    StatusList,
    Venue,
)
from disability_card.scanning import scan  # noqa: E402
from tests.disability_card.issuing import make_offerable_card, make_phone  # noqa: E402
from tests.disability_card.test_scanning import make_bath_house  # noqa: E402
from tests.disability_card.wallet import Phone  # noqa: E402

SCANS = 60


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
    credentials = int(sys.argv[1])
    setup_test_environment()
    call_command("migrate", verbosity=0)
    card, others = make_offerable_card(), make_offerable_card()
    fill(others.pk, until=credentials // 2)
    phone, venue = make_phone(Client(), card), make_bath_house()
    fill(others.pk, until=credentials)
    cost(phone, venue)
    print("ready", flush=True)
    for _ask in sys.stdin:
        print(f"{cost(phone, venue):.1f}", flush=True)


if __name__ == "__main__":
    main()
