"""Measures P19, P20 or P21 in a process with a database of its own; prints one JSON object."""

import json
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import django
from django.conf import settings

# Sessions and limits stand in a cache that is not the database, as in production.
settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
settings.ALLOWED_HOSTS = ["testserver"]
django.setup()

from django.core.handlers.base import BaseHandler  # noqa: E402  after setup
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, reset_queries, transaction  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402

from accounts.app_tokens import tokens_of_new_sign_in  # noqa: E402
from accounts.devices import initialize_device, make_device  # noqa: E402
from accounts.models import CounterSession, DeviceProfile, Person, User  # noqa: E402
from accounts.people import record_guardian  # noqa: E402
from core import audit, audit_seal, policy  # noqa: E402
from core.actor import Actor, ActorKind  # noqa: E402
from core.audit import SYSTEM  # noqa: E402
from core.models import AuditEvent  # noqa: E402
from disability_card.policy import CLERK, COUNTER, GUARDIAN, HOLDER  # noqa: E402

CITY = "202177"
WRITERS = 8
HOUSEHOLDS = 1_000


def make_user(name: str, **more: Any) -> User:
    return User.objects.create_user(f"{name}@bench.example", **more)


# -- P19 ------------------------------------------------------------------------------------------


def knowing_who_asks(is_quick: bool) -> dict[str, Any]:
    """Return microseconds and queries of a request that does nothing, by who asks."""
    now = datetime.now(UTC)
    settings.ROOT_URLCONF = "bench.no_op"
    user = make_user("person")
    Person.objects.create(municipality=CITY, user=user)
    client = Client()
    client.force_login(user)
    cookie = client.cookies.output(header="", attrs=[], sep=";").strip()
    access = tokens_of_new_sign_in(user, client.session, now=now)["access_token"]
    new = make_device(
        municipality=CITY, name="bench", profile=DeviceProfile.TILL, place_id=None,
        created_by=user, actor=SYSTEM, now=now,
    )  # fmt: skip
    _device, token = initialize_device(new.setup_token, now=now)
    asked = {
        "anonymous": ("/anonymous", {}),
        "cookie": ("/known", {"Cookie": cookie}),
        "jwt": ("/known", {"Authorization": f"Bearer {access}"}),
        "device": ("/device", {"Authorization": f"Device {token}"}),
    }
    handler = BaseHandler()
    handler.load_middleware()

    def ask(path: str, headers: dict[str, str]) -> None:
        answer = handler.get_response(RequestFactory().get(path, headers=headers))
        assert answer.status_code == 200

    queries = {name: _queries(partial(ask, *call)) for name, call in asked.items()}
    requests, rounds = (100, 5) if is_quick else (400, 15)
    times: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(rounds):
        for name, call in asked.items():
            start = time.perf_counter()
            for _ in range(requests):
                ask(*call)
            times[name].append((time.perf_counter() - start) / requests * 1e6)
    return {
        "us": {name: statistics.median(measured) for name, measured in times.items()},
        "queries": queries,
    }


def _queries(work: Callable[[], object]) -> int:
    work()
    connection.force_debug_cursor = True
    reset_queries()
    work()
    connection.force_debug_cursor = False
    return len(connection.queries)


# -- P20 ------------------------------------------------------------------------------------------


def writing_the_trail(is_quick: bool) -> dict[str, Any]:
    """Return transactions a second of eight writers with and without an audit row, and sealing."""
    people = [Person.objects.create(municipality=CITY) for _ in range(WRITERS)]
    actor = Actor(kind=ActorKind.USER, user_id=people[0].pk)
    seconds, rounds = (0.7, 3) if is_quick else (2.0, 7)
    rates: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(rounds):
        for audited in (False, True):
            rates[audited].append(_rate(people, actor, audited=audited, seconds=seconds))
    count = AuditEvent.objects.count()
    start = time.perf_counter()
    while audit_seal.seal_new_events(now=datetime.now(UTC)) is not None:
        pass
    sealed = count / (time.perf_counter() - start)
    return {
        "audited": statistics.median(rates[True]),
        "bare": statistics.median(rates[False]),
        "sealed_a_second": sealed,
        "events": count,
    }


def _rate(people: list[Person], actor: Actor, *, audited: bool, seconds: float) -> float:
    """The business: a child is added to a family, with a guardian, as staff at the counter do it.

    Without: the same process, whose audit row is left out.
    """
    done = [0] * len(people)
    stop = time.perf_counter() + seconds

    def work(place: int, guardian: Person) -> None:
        try:
            while time.perf_counter() < stop:
                with transaction.atomic():
                    Person.objects.select_for_update().get(pk=guardian.pk)
                    child = Person.objects.create(
                        municipality=CITY,
                        name="見本",
                        birth_date=date(2020, 4, 2),
                        address="佐久市",
                    )
                    record_guardian(
                        child=child, guardian=guardian, proof="counter", actor=actor,
                        now=datetime.now(UTC),
                    )  # fmt: skip
                done[place] += 1
        finally:
            connections.close_all()

    real = audit.record
    if not audited:
        audit.record = lambda *_a, **_b: None
    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(people)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    audit.record = real
    return sum(done) / seconds


# -- P21 ------------------------------------------------------------------------------------------


def listing_what_one_may_see(is_quick: bool) -> dict[str, Any]:
    """Return milliseconds of a list by the policy and of the bare query, by who asks."""
    rows = 100_000 if is_quick else 1_000_000
    now = datetime.now(UTC)
    officer = make_user("officer", is_staff=True)
    people = Person.objects.bulk_create(Person(municipality=CITY) for _ in range(HOUSEHOLDS))
    with transaction.atomic():
        CounterSession.objects.bulk_create(
            _sessions(people, officer, rows=rows, now=now), batch_size=2_000
        )
    child, guardian = people[0], Person.objects.create(municipality=CITY, user=make_user("mother"))
    record_guardian(child=child, guardian=guardian, proof="letter", actor=SYSTEM, now=now)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    policy.register({"bench.list": (HOLDER, GUARDIAN, COUNTER, CLERK)})
    actors = {
        "own": Actor(kind=ActorKind.USER, person_id=child.pk),
        "guardian": Actor(kind=ActorKind.USER, person_id=guardian.pk, on_behalf_of=child.pk),
    }
    bare = CounterSession.objects.filter(person=child)
    asked = {"bare": bare} | {
        name: policy.allowed(actor, "bench.list", CounterSession.objects.all())
        for name, actor in actors.items()
    }
    wanted = sorted(one.pk for one in bare)
    assert len(wanted) == rows // HOUSEHOLDS
    for name, mine in asked.items():  # the same rows, by one query, and warm for all alike
        assert sorted(one.pk for one in mine.all()) == wanted, name
        assert _queries(partial(_list_ms, mine)) == 1, name
    told: dict[str, Any] = {"rows": rows} | {name: [] for name in asked}
    names = list(asked)
    for turn in range(9 if is_quick else 31):
        for name in names[turn % 3 :] + names[: turn % 3]:  # nobody is always first
            told[name].append(_list_ms(asked[name]))
    for name in names:
        told[name] = statistics.median(told[name])
    return told


def _sessions(
    people: list[Person], officer: User, *, rows: int, now: datetime
) -> Iterator[CounterSession]:
    for number in range(rows):
        yield CounterSession(
            municipality=CITY, officer=officer, person=people[number % len(people)], reason="b",
            document="b", started_at=now, ends_at=now + timedelta(minutes=15), ended_at=now,
        )  # fmt: skip


def _list_ms(rows: QuerySet[CounterSession]) -> float:
    start = time.perf_counter()
    list(rows.all())
    return (time.perf_counter() - start) * 1e3


WORK = {
    "P19": knowing_who_asks,
    "P20": writing_the_trail,
    "P21": listing_what_one_may_see,
}


def main() -> None:
    call_command("migrate", verbosity=0)
    print(json.dumps(WORK[sys.argv[1]](sys.argv[2] == "quick")))


if __name__ == "__main__":
    main()
