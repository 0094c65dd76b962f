"""The application's role on PostgreSQL sells a coupon and cannot undo one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from tests.conftest import APPEND_ONLY
from tests.tourism.money_factories import (
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_wallet,
)
from tourism.ledger_audit import audit_ledger
from tourism.redemption import redeem

pytestmark = pytest.mark.django_db
ROLE = "kaiteki_app_of_a_test"


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def as_application() -> Iterator[None]:
    """Be the application's role; the test's transaction takes it away again."""
    run(f"CREATE ROLE {ROLE}")
    call_command("grant_application", ROLE)
    call_command("grant_application", ROLE)  # as after the next migration
    run(f"SET LOCAL ROLE {ROLE}")
    yield
    run("RESET ROLE")


@pytest.mark.postgres
def test_the_application_s_role_sells_a_coupon_and_cannot_undo_one() -> None:
    wallet, shop = make_wallet(make_money_campaign()), make_money_shop()
    redeem(make_sale(wallet, shop))  # the shop's account
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with as_application():
        assert redeem(make_sale(wallet, shop)).left_yen == 9_000
        assert audit_ledger() == []
        for table in APPEND_ONLY:
            for statement in (
                f"DELETE FROM {table}",
                f"TRUNCATE {table} CASCADE",
                f"DROP TRIGGER {table}_change ON {table}",
                f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            ):
                with (
                    pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
                    transaction.atomic(),
                ):
                    run(statement)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            run("UPDATE tourism_posting SET amount_yen = 1")


@pytest.mark.postgres
def test_a_role_that_can_act_as_the_owner_or_is_none_gets_nothing() -> None:
    run(f"CREATE ROLE {ROLE} SUPERUSER")
    for role in (ROLE, "kaiteki_nobody"):
        with pytest.raises(CommandError):
            call_command("grant_application", role)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has roles")
def test_sqlite_has_no_roles() -> None:
    with pytest.raises(CommandError, match="SQLite"):
        call_command("grant_application", ROLE)
