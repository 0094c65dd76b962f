"""Who gets what from every address: each (method, route) asked by each kind of caller.

``matrix/`` is the law, a file for each module of views; this file asks. After a change that is
meant, write it anew with ``KAITEKI_WRITE_MATRIX=1 python -m pytest tests/test_matrix.py -n 0`` and
review what it says. Rows of a room's own are made in ``matrix_rows/``: a module each with
``values(world)``, the parameters of its addresses.
The answers: ``sees`` (the person's card or the city's rows are in the answer), ``in`` (let in,
and nothing of them is there), ``login`` (led to the sign-in page), 401, 403, 404, 405.
"""

import importlib
import json
import os
import pkgutil
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import (
    AccountRecovery,
    DataExport,
    Person,
    ProtectiveBlock,
    Role,
    RoleAssignment,
    User,
)
from accounts.people import end_delegation, record_guardian
from core.audit import SYSTEM
from core.permissions import ON_BEHALF_HEADER
from disability_card.issuance import issue_batch
from disability_card.models import (
    Benefit,
    CardState,
    CredentialKind,
    LedgerImport,
    LedgerImportState,
    PaperCard,
    RowEffect,
)
from tests import matrix_rows
from tests.disability_card.factories import make_card, make_person, make_row, make_staff
from tests.disability_card.issuing import CITY, NOW, holder_jwks, make_holding, make_keys
from tests.disability_card.test_scanning import Desk, make_benefit
from tests.test_routes import own_routes

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
TABLES: Final = Path(__file__).with_name("matrix")
WRITING: Final = os.environ.get("KAITEKI_WRITE_MATRIX") == "1"
MARK: Final = "極秘太郎"  # stands in the card's name, the file's, the tablet's and the benefit's
OTHER_CITY: Final = "202011"
# Only where the demo is on, which cannot be together with production.
DEMO: Final = {"web.views.demo", "web.views.demo_sign_in"}
DOOR: Final = {"not-allowed", "sign-in-first", "device-profile", "may-not-act-for",
               "device-not-accepted"}  # fmt: skip
LOGIN: Final = ("/account/login/", "/data-care/login/")


class World:
    """A holder with a card and everything around it, and one caller of each kind."""

    def __init__(self) -> None:
        make_keys()
        self.holder = make_person(name=MARK)
        self.card = make_card(person=self.holder, row=make_row(name=MARK), state=CardState.APPROVED)
        self.holding = make_holding(self.card, label=MARK)
        self.desk = Desk()
        self.desk.device.name = MARK
        self.desk.device.save()
        self.benefit: Benefit = make_benefit(
            self.desk.venue, title={"ja": MARK, "ja-easy": MARK, "en": MARK}
        )
        self.clerk = make_staff(Role.CARD_CLERK)
        self.ledger_import = LedgerImport.objects.create(
            municipality=CITY, file_name=f"{MARK}.csv", file_sha256="0" * 64,
            state=LedgerImportState.CHECKED, submitted_by=self.clerk, submitted_at=NOW,
            summary={"effects": dict.fromkeys(RowEffect, 0), "base": "", "removes_many": False,
                     "cards": 0},
        )  # fmt: skip
        self.export = DataExport.objects.create(
            person=self.holder, content={"name": MARK}, made_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )  # fmt: skip
        self.role = RoleAssignment.objects.filter(user=self.clerk)[0]
        assert self.holder.user is not None
        self.recovery = AccountRecovery.objects.create(
            municipality=CITY, user=self.holder.user, document="handbook",
            requested_by=self.clerk, requested_at=NOW,
        )  # fmt: skip
        self.rooms: dict[str, object] = {}
        for module in pkgutil.iter_modules(matrix_rows.__path__):
            rows = importlib.import_module(f"tests.matrix_rows.{module.name}")
            self.rooms |= rows.values(self)
        self.callers = dict(self._people()) | dict(self._staff())

    def _people(self) -> Iterator[tuple[str, tuple[User | None, dict[str, str]]]]:
        yield "anonymous", (None, {})
        yield "desk", (None, self.desk.headers)
        yield "holder", (self.holder.user, {})
        yield "other resident", (make_person().user, {})
        acting = {ON_BEHALF_HEADER: str(self.holder.pk)}
        yield "acting without being asked", (make_person().user, acting)
        guardian = self._guardian()
        yield "guardian", (guardian.user, acting)
        yield "guardian without acting", (guardian.user, {})
        former = make_person()
        ended = record_guardian(
            child=self.holder, guardian=former, proof="letter", actor=SYSTEM, now=NOW
        )
        end_delegation(ended, actor=SYSTEM, now=NOW)
        yield "former guardian", (former.user, acting)
        blocked = self._guardian()
        ProtectiveBlock.objects.create(
            person=self.holder, blocked=blocked, set_by=self.clerk, set_at=NOW
        )
        yield "blocked guardian", (blocked.user, acting)
        yield "blocked guardian without acting", (blocked.user, {})

    def _guardian(self) -> Person:
        person = make_person()
        record_guardian(child=self.holder, guardian=person, proof="letter", actor=SYSTEM, now=NOW)
        return person

    def _staff(self) -> Iterator[tuple[str, tuple[User | None, dict[str, str]]]]:
        for role in Role:
            yield role.value, (make_staff(role), {})
        yield "all roles of another city", (make_staff(*Role, municipality=OTHER_CITY), {})
        yield "staff without a role", (make_staff(), {})

    def address(self, pattern: str) -> str:
        """Return a concrete address of ``pattern``, about this world's rows."""
        values: dict[str, object] = {
            "card_id": self.card.pk,
            "device_id": self.desk.device.pk if "staff/devices" in pattern else self.holding.pk,
            "handbook_id": self.card.handbook_id,
            "import_id": self.ledger_import.pk,
            "benefit_id": self.benefit.pk,
            "delegation_id": self.holder.delegations.filter(status="active").values_list(
                "pk", flat=True
            )[0],
            "paper_id": self._paper().pk if "paper_id" in pattern else "",
            "change": "suspend",
            "pk": 1,
            "purpose": "insight",
            "export_id": self.export.pk,
            "kind": "json",
            "person_id": self.holder.pk,
            "what": "end-sign-ins",
            "role_id": self.role.pk,
            "recovery_id": self.recovery.pk,
            "municipality": CITY,
            "number": 1,
            "name": "disability-card/1",
            "size": 192,
        }
        plain = re.sub(r"\\|\^|\$", "", pattern)
        plain = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^)]*\))*\)", r"<\1>", plain)
        values |= self.rooms
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), plain)

    def _paper(self) -> PaperCard:
        issue_batch(
            self.holding, kind=CredentialKind.VENUE, holder_jwks=holder_jwks(1), batch=self.card.pk,
            now=NOW,
        )  # fmt: skip
        credential = self.card.credentials.get()
        return PaperCard.objects.create(
            card=self.card, credential=credential, serial="S-1", printed_by=self.clerk,
            printed_at=NOW,
        )  # fmt: skip

    def ask(self, caller: str, method: str, address: str) -> str:
        """Return the kind of answer; what the request changed is undone."""
        user, headers = self.callers[caller]
        client = Client()
        if user is not None:
            client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        kind = "application/json" if address.startswith("/api/") else "text/plain"
        with transaction.atomic():
            answer = client.generic(method, address, b"", content_type=kind, headers=headers)
            transaction.set_rollback(True)
        return kind_of(answer)


def kind_of(answer: Any) -> str:
    status: int = answer.status_code
    assert status < 500
    content = b"".join(answer) if answer.streaming else answer.content
    if status == 302 and answer["Location"].startswith(LOGIN):
        return "login"
    if status in {401, 403} and "problem+json" in answer["Content-Type"]:
        return str(status) if json.loads(content)["code"] in DOOR else "in"
    if status in {401, 403, 404, 405}:
        return str(status)
    escaped = MARK.encode("unicode_escape")
    return "sees" if MARK.encode() in content or escaped in content else "in"


def questions() -> list[tuple[str, str]]:
    found = [("GET", "data-care/")]
    for pattern, view in own_routes():
        if getattr(view, "__module__", "") in DEMO:
            continue
        rest = getattr(view, "cls", None)
        if rest is None:
            found += [("GET", pattern), ("POST", pattern)]
        else:
            found += [
                (name, pattern)
                for name in ("GET", "POST", "PUT", "PATCH", "DELETE")
                if hasattr(rest, name.lower())
            ]
    return found


def file_of(pattern: str) -> str:
    """Return the name of the file in which the answers of ``pattern`` stand."""
    return (
        next((view.__module__ for known, view in own_routes() if known == pattern), "api.urls")
        + ".json"
    )


@cache
def table() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in TABLES.glob("*.json"):
        found |= json.loads(path.read_text())
    return found


@pytest.mark.parametrize(("method", "pattern"), questions())
def test_each_caller_gets_what_the_table_says(method: str, pattern: str) -> None:
    world = World()
    address = world.address(pattern)
    given: dict[str, list[str]] = {}
    for caller in world.callers:
        given.setdefault(world.ask(caller, method, address), []).append(caller)
    told = {kind: ", ".join(callers) for kind, callers in sorted(given.items())}
    if WRITING:
        table()[f"{method} {pattern}"] = told
    else:
        assert told == table()[f"{method} {pattern}"]


def test_the_table_speaks_of_every_address_and_of_no_other() -> None:
    asked = {f"{method} {pattern}": file_of(pattern) for method, pattern in questions()}
    if WRITING:
        known = dict(table())
        TABLES.mkdir(exist_ok=True)
        for path in TABLES.glob("*.json"):
            path.unlink()
        for name in sorted(set(asked.values())):
            kept = {ask: known[ask] for ask in sorted(asked) if asked[ask] == name and ask in known}
            (TABLES / name).write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
        for gone in known.keys() - asked.keys():
            del table()[gone]
    assert table().keys() == asked.keys()
