"""Record proofs of identity, and say which count: a proof, never "has a social account"."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.models import IdentityProof, Person, ProofSource, User
from accounts.national_id.provider import IdentityRefused, ProvenPerson
from core import audit
from core.actor import Actor
from core.blind_index import keyed_digest
from core.refusals import Refusal, gettext_noop as _
from jp.eras import read_date

LEVEL_LETTER: Final = 1
LEVEL_PROVEN: Final = 2
Proved = Callable[[Person, ProvenPerson, Actor, datetime], int]
_when_proved: list[tuple[Proved, str]] = []


class IdentityTaken(Refusal):
    """The same identity belongs to another account of this city."""

    code = "identity-taken"
    title = _("この本人確認は、ほかのアカウントで使われています")
    next_step = _("前に使ったメールアドレスでログインするか、窓口でアカウントを1つにしてください。")
    status = HTTPStatus.CONFLICT


def when_proved(callback: Proved, *, found: str) -> None:
    """Have ``callback`` run, in the same transaction, when an identity was proved online.

    It returns how many of its own records it linked to the person (handbooks, households);
    ``found`` is the message id that tells the person so.
    """
    _when_proved.append((callback, found))


def record_online_proof(
    person: Person, proven: ProvenPerson, *, provider: str, actor: Actor, now: datetime
) -> list[str]:
    """Keep the proof, fill the person, and link what is theirs; return what to tell them of it.

    Raises :class:`IdentityTaken` where the identity is another person's.
    """
    try:
        birth_date = read_date(proven.birth_date)
    except ValueError:
        raise IdentityRefused(detail="birth date") from None
    if not proven.name:
        raise IdentityRefused(detail="name")
    claims = {"name": proven.name, "birth_date": proven.birth_date, "address": proven.address,
              "gender": proven.gender}  # fmt: skip
    values = {
        "level": LEVEL_PROVEN,
        "acr": proven.acr,
        "auth_time": proven.auth_time,
        "proofed_at": now,
        "claims": claims,
        "claims_digest": keyed_digest(
            "identity-proof.claims", json.dumps(claims, sort_keys=True).encode()
        ),
    }
    with transaction.atomic():
        known = IdentityProof.objects.filter(provider=provider, subject=proven.subject).first()
        if known is not None and known.person_id != person.pk:
            raise IdentityTaken
        try:
            with transaction.atomic():
                IdentityProof.objects.update_or_create(
                    person=person,
                    source=ProofSource.ONLINE,
                    provider=provider,
                    subject=proven.subject,
                    defaults=values,
                )
        except IntegrityError:
            raise IdentityTaken from None
        person.name, person.birth_date, person.address = proven.name, birth_date, proven.address
        person.proof_level = LEVEL_PROVEN
        person.save(update_fields=["name", "birth_date", "address", "proof_level"])
        audit.record(
            "person.proved",
            actor=actor,
            now=now,
            municipality=person.municipality,
            object_type="person",
            object_id=person.pk,
            reason="online",
        )
        return [found for link, found in _when_proved if link(person, proven, actor, now)]


def record_counter_proof(
    person: Person, *, officer: User, document: str, actor: Actor, now: datetime
) -> IdentityProof:
    """Keep that ``officer`` saw the person and ``document`` (what it was, not its number)."""
    with transaction.atomic():
        proof = IdentityProof.objects.create(
            person=person,
            level=LEVEL_PROVEN,
            source=ProofSource.COUNTER,
            proofed_at=now,
            officer=officer,
            claims={"document": document},
            claims_digest=keyed_digest("identity-proof.claims", document.encode()),
        )
        person.proof_level = LEVEL_PROVEN
        person.save(update_fields=["proof_level"])
        audit.record(
            "person.proved",
            actor=actor,
            now=now,
            municipality=person.municipality,
            object_type="person",
            object_id=person.pk,
            reason="counter",
        )
    return proof


def proof_level_at(person: Person, *, now: datetime, max_age: timedelta | None = None) -> int:
    """Return how well ``person`` is known at ``now``: 0, or the level of the best proof.

    What has run out does not count, nor what is older than ``max_age``. ``Person.proof_level``
    says how well they were ever known, which is enough to show and never enough to give.
    """
    proofs = IdentityProof.objects.filter(person=person).exclude(valid_until__lte=now)
    if max_age is not None:
        proofs = proofs.filter(proofed_at__gt=now - max_age)
    best: int | None = proofs.aggregate(best=Max("level"))["best"]
    return best or 0


def person_of_identity(proven: ProvenPerson, *, provider: str) -> Person | None:
    """Return whose identity this is, if it was proved here before."""
    proof = (
        IdentityProof.objects.select_related("person__user")
        .filter(provider=provider, subject=proven.subject)
        .first()
    )
    return proof.person if proof else None
