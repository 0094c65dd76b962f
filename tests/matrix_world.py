"""The city that the matrix asks about, and one caller of each kind. Built once for all questions.

Rows of a room's own are made in ``matrix_rows/``: a module each with ``values(world)``, the
parameters of its addresses. Rooms may hang their rows on ``world.holder``, ``world.place_id`` and
the organisations, whose people are among the callers.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any, Final

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.core.cache import cache
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client, RequestFactory

from accounts.actor_middleware import ACTING_FOR, COUNTER_SESSION
from accounts.devices import initialize_device, make_device
from accounts.models import (
    AccountRecovery,
    CounterSession,
    DataExport,
    Delegation,
    DelegationKind,
    DeviceProfile,
    IdentityProof,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationRole,
    Person,
    ProtectiveBlock,
    Role,
    RoleAssignment,
    User,
)
from accounts.people import end_delegation, record_guardian
from accounts.proofs import record_counter_proof
from core.audit import SYSTEM
from core.permissions import COUNTER_HEADER, ON_BEHALF_HEADER
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

MARK: Final = "極秘太郎"  # stands in the card's name, the file's, the tablet's and the benefit's
OTHER_CITY: Final = "202011"
DAY: Final = timedelta(days=1)


def _as_it_is() -> None:
    """Change nothing before asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: signed in as ``user`` in a session that holds ``session``, with ``headers``.

    ``before`` changes the city for this caller alone: it is undone with what the request changed.
    """

    user: User | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    session: Mapping[str, object] = field(default_factory=dict)
    before: Callable[[], object] = _as_it_is


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
        record_counter_proof(
            self.holder, officer=self.clerk, document="known", actor=SYSTEM, now=NOW
        )
        self.ledger_import = LedgerImport.objects.create(
            municipality=CITY, file_name=f"{MARK}.csv", file_sha256="0" * 64,
            state=LedgerImportState.CHECKED, submitted_by=self.clerk, submitted_at=NOW,
            summary={"effects": dict.fromkeys(RowEffect, 0), "base": "", "removes_many": False,
                     "rows": 0, "older": 0,
                     "cards": 0},
        )  # fmt: skip
        self.export = DataExport.objects.create(
            person=self.holder, content={"name": MARK}, made_at=NOW, expires_at=NOW + DAY
        )
        self.role = RoleAssignment.objects.filter(user=self.clerk)[0]
        self.user = User.objects.get(person=self.holder)
        self.recovery = AccountRecovery.objects.create(
            municipality=CITY, user=self.user, document="handbook",
            requested_by=self.clerk, requested_at=NOW,
        )  # fmt: skip
        self.place_id = self.desk.venue.place_id
        self.shop, self.lodging, self.nursery = (
            Organisation.objects.create(municipality=CITY, name=MARK, kind=kind)
            for kind in (OrganisationKind.SHOP, OrganisationKind.LODGING, OrganisationKind.NURSERY)
        )
        self.rooms: dict[str, object] = {}
        for module in pkgutil.iter_modules(matrix_rows.__path__):
            rows = importlib.import_module(f"tests.matrix_rows.{module.name}")
            self.rooms |= rows.values(self)
        self.callers = (
            dict(self._people()) | dict(self._members()) | dict(self._devices())
            | dict(self._staff())
        )  # fmt: skip
        self._cookies = {name: _sign_in(caller) for name, caller in self.callers.items()}
        self._handler = BaseHandler()
        self._handler.load_middleware()

    def _people(self) -> Iterator[tuple[str, Caller]]:
        yield "anonymous", Caller()
        yield "holder", Caller(user=self.user)
        just_now = [{"method": "mfa", "at": (NOW + DAY).timestamp()}]
        yield (
            "holder just signed in",
            Caller(user=self.user, session={AUTHENTICATION_METHODS_SESSION_KEY: just_now}),
        )
        yield (
            "holder with a stale proof",
            Caller(
                user=self.user,
                before=lambda: IdentityProof.objects.update(valid_until=NOW - DAY),
            ),
        )
        yield "locked holder", Caller(
            user=self.user, before=lambda: User.objects.filter(pk=self.user.pk).update(
                is_active=False)
        )  # fmt: skip
        yield "other resident", Caller(user=make_person().user)
        yield "acting without being asked", self._acting(make_person())
        guardian = self._guardian()
        yield "guardian", self._acting(guardian)
        yield "guardian without acting", Caller(user=guardian.user)
        former = make_person()
        ended = record_guardian(
            child=self.holder, guardian=former, proof="letter", actor=SYSTEM, now=NOW
        )
        end_delegation(ended, actor=SYSTEM, now=NOW)
        yield "former guardian", self._acting(former)
        blocked = self._guardian()
        ProtectiveBlock.objects.create(
            person=self.holder, blocked=blocked, set_by=self.clerk, set_at=NOW
        )
        yield "blocked guardian", self._acting(blocked)
        yield "blocked guardian without acting", Caller(user=blocked.user)
        for kind in (DelegationKind.FAMILY, DelegationKind.HELPER):
            agent = make_person()
            Delegation.objects.create(
                principal=self.holder, agent=agent, kind=kind, valid_from=NOW - DAY, proof="invite"
            )
            yield kind.value, self._acting(agent)

    def _acting(self, agent: Person) -> Caller:
        """An app names whom it acts for in each request, a page's session remembers it."""
        return Caller(
            user=agent.user,
            headers={ON_BEHALF_HEADER: str(self.holder.pk)},
            session={ACTING_FOR: str(self.holder.pk)},
        )

    def _guardian(self) -> Person:
        person = make_person()
        record_guardian(child=self.holder, guardian=person, proof="letter", actor=SYSTEM, now=NOW)
        return person

    def _members(self) -> Iterator[tuple[str, Caller]]:
        people = (
            (OrganisationRole.SHOP_OWNER, self.shop, None),
            (OrganisationRole.SHOP_CLERK, self.shop, self.place_id),
            (OrganisationRole.LODGING_CLERK, self.lodging, self.place_id),
            (OrganisationRole.NURSERY_STAFF, self.nursery, self.place_id),
            (OrganisationRole.NURSERY_OWNER, self.nursery, None),
        )
        for role, organisation, place_id in people:
            yield role.value, _member(organisation, role, place_id=place_id)
        stranger = Organisation.objects.create(
            municipality=CITY, name="よその店", kind=OrganisationKind.SHOP
        )
        yield "owner of another shop", _member(stranger, OrganisationRole.SHOP_OWNER)
        yield (
            "clerk who has left",
            _member(
                self.shop, OrganisationRole.SHOP_CLERK, place_id=self.place_id, valid_to=NOW - DAY
            ),
        )

    def _devices(self) -> Iterator[tuple[str, Caller]]:
        for profile in DeviceProfile:
            yield f"device: {profile.value}", Caller(headers=self._device_headers(profile))
        yield "this very desk", Caller(headers=self.desk.headers)

    def _device_headers(self, profile: DeviceProfile) -> dict[str, str]:
        new = make_device(
            municipality=CITY, name="端末", profile=profile, place_id=self.place_id,
            created_by=self.clerk, actor=SYSTEM, now=NOW,
        )  # fmt: skip
        _device, token = initialize_device(new.setup_token, now=NOW)
        return {"Authorization": f"Device {token}"}

    def _staff(self) -> Iterator[tuple[str, Caller]]:
        for role in Role:
            yield role.value, Caller(user=make_staff(role))
        yield "all roles of another city", Caller(user=make_staff(*Role, municipality=OTHER_CITY))
        yield "staff without a role", Caller(user=make_staff())
        yield "counter session", self._at_counter(make_staff(Role.COUNTER), ends_at=NOW + DAY)
        yield "counter session over", self._at_counter(make_staff(Role.COUNTER), ends_at=NOW - DAY)

    def _at_counter(self, officer: User, **override: Any) -> Caller:
        good = {
            "municipality": CITY, "officer": officer, "person": self.holder, "reason": "phone",
            "document": "known", "started_at": NOW - 2 * DAY,
        }  # fmt: skip
        session = CounterSession.objects.create(**(good | override))
        return Caller(
            user=officer,
            headers={COUNTER_HEADER: str(session.pk)},
            session={COUNTER_SESSION: str(session.pk)},
        )

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
        if "childcare" in pattern:  # a shop's application has the same name
            values["application_id"] = self.rooms["nursery_application_id"]
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

    def ask(self, name: str, method: str, address: str) -> HttpResponseBase:
        """Return the answer that the caller of this name gets; what it changed is undone.

        The request goes through all the middleware, but not through ``Client``, which would load
        it anew for each caller and keep a copy of each template's context.
        """
        caller, factory = self.callers[name], RequestFactory()
        factory.cookies = SimpleCookie(self._cookies[name])
        kind = "application/json" if address.startswith("/api/") else "text/plain"
        request = factory.generic(method, address, b"", content_type=kind, headers=caller.headers)
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # as Client does
        with transaction.atomic():
            caller.before()
            answer = self._handler.get_response(request)
            transaction.set_rollback(True)
        cache.clear()  # sessions and limits stand there too
        return answer


def _sign_in(caller: Caller) -> str:
    if caller.user is None:
        return ""
    client = Client()
    client.force_login(caller.user)
    session = client.session
    session.update(caller.session)
    session.save()
    return client.cookies.output(header="", attrs=[], sep=";")


def _member(organisation: Organisation, role: OrganisationRole, **override: Any) -> Caller:
    user = make_person().user
    assert user is not None
    Membership.objects.create(
        **({"organisation": organisation, "user": user, "role": role, "valid_from": NOW - DAY}
           | override)
    )  # fmt: skip
    return Caller(user=user)
