"""Record proofs of identity, and say which count: a proof, never "has a social account"."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
from jp.text import fold_name

LEVEL_LETTER: Final = 1
LEVEL_PROVEN: Final = 2
Proved = Callable[[Person, ProvenPerson, Actor, datetime], int]
_when_proved: list[tuple[Proved, str]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class StandsAs:
    """Who somebody is in one record that is theirs: a handbook, or what was proved before."""

    name: str
    birth_date: date


_held_as: list[Callable[[Person], Iterable[StandsAs]]] = []


class IdentityTaken(Refusal):
    """The same identity belongs to another account of this city."""

    code = "identity-taken"
    title = _("この本人確認は、ほかのアカウントで使われています")
    next_step = _("前に使ったメールアドレスでログインするか、窓口でアカウントを1つにしてください。")
    status = HTTPStatus.CONFLICT


class AnotherPerson(Refusal):
    """The proof names somebody else than the handbooks and proofs that this account holds."""

    code = "identity-of-another-person"
    title = _("このアカウントに登録されている人と、本人確認の名前か生まれた日がちがいます")
    next_step = _("何も変えていません。本人確認の書類を持って、窓口へ来てください。")
    status = HTTPStatus.CONFLICT


def held_as(callback: Callable[[Person], Iterable[StandsAs]]) -> None:
    """Have ``callback`` say who a person is in the records of its room that are theirs."""
    _held_as.append(callback)


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

    Raises :class:`IdentityTaken` where the identity is another person's, and
    :class:`AnotherPerson`, which alone is audited, where it is not who the person is here.
    """
    try:
        birth_date = read_date(proven.birth_date)
    except ValueError:
        raise IdentityRefused(detail="birth date") from None
    if not proven.name:
        raise IdentityRefused(detail="name")
    with transaction.atomic():
        person.refresh_from_db(from_queryset=Person.objects.select_for_update())
        known = IdentityProof.objects.filter(provider=provider, subject=proven.subject).first()
        if known is not None and known.person_id != person.pk:
            raise IdentityTaken
        told = StandsAs(name=proven.name, birth_date=birth_date)
        found: list[str] | None = None
        if _is_who_stands_here(person, told, is_known=known is not None):
            found = _keep_online_proof(
                person, proven, provider=provider, birth_date=birth_date, actor=actor, now=now
            )
        else:
            _record_proof_event(person, actor=actor, now=now, reason="online", outcome="refused")
    if found is None:  # outside the transaction, which would take the audit row back
        raise AnotherPerson
    return found


def _is_who_stands_here(person: Person, told: StandsAs, *, is_known: bool) -> bool:
    """Say whether a proof names the person whom this account's records name.

    The handbooks that are held decide: the ledger knows a new name first. Without one it is what
    was proved or joined before; there a birth date never changes, and a name only where the
    provider proved this very identity here before (``is_known``: a marriage).
    """
    held = [one for callback in _held_as for one in callback(person)]
    if held:
        return all(_are_same(one, told) for one in held)
    if person.birth_date not in {None, told.birth_date}:
        return False
    return is_known or not person.name or fold_name(person.name) == fold_name(told.name)


def _are_same(one: StandsAs, other: StandsAs) -> bool:
    is_one_name = fold_name(one.name) == fold_name(other.name)
    return is_one_name and one.birth_date == other.birth_date


def _keep_online_proof(
    person: Person,
    proven: ProvenPerson,
    *,
    provider: str,
    birth_date: date,
    actor: Actor,
    now: datetime,
) -> list[str]:
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
    if fold_name(person.name) != fold_name(proven.name):
        person.name_kana = ""  # the reading of another name
    person.name, person.birth_date, person.address = proven.name, birth_date, proven.address
    person.proof_level = LEVEL_PROVEN
    person.save(update_fields=["name", "name_kana", "birth_date", "address", "proof_level"])
    _record_proof_event(person, actor=actor, now=now, reason="online")
    return [found for link, found in _when_proved if link(person, proven, actor, now)]


def _record_proof_event(
    person: Person, *, actor: Actor, now: datetime, reason: str, outcome: str = "done"
) -> None:
    audit.record(
        "person.proved" if outcome == "done" else "person.proof-refused",
        actor=actor,
        now=now,
        municipality=person.municipality,
        object_type="person",
        object_id=person.pk,
        outcome=outcome,
        reason=reason,
    )


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
        _record_proof_event(person, actor=actor, now=now, reason="counter")
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
