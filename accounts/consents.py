"""Consent by purpose: given and withdrawn as acts; the last act counts from its very instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.models import Consent, ConsentAct
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What is asked, in the words that were shown; a changed text is a new version."""

    code: str
    version: str
    title: str
    text: str


PURPOSES: Final[Mapping[str, Purpose]] = {
    one.code: one
    for one in (
        Purpose(
            code="insight",
            version="2026-11",
            title=_("町をよくするための集計"),
            text=_(
                "クーポンの使われ方を、名前をのぞいて集計します。10人より少ない数は出しません。"
            ),
        ),
        Purpose(
            code="survey",
            version="2026-11",
            title=_("市からのアンケート"),
            text=_("年に2回まで、アンケートのお知らせを送ります。"),
        ),
    )
}


class UnknownPurpose(Refusal):
    """There is no such purpose."""

    code = "unknown-purpose"
    title = _("その目的はありません")
    next_step = _("画面を新しくしてください。")


class TextChanged(Refusal):
    """The person read another version of the text than the one that counts now."""

    code = "consent-text-changed"
    title = _("同意の文が変わりました")
    next_step = _("新しい文を読んでから、もう一度決めてください。")
    status = HTTPStatus.CONFLICT


def decide(
    person: UUID,
    purpose: str,
    *,
    is_given: bool,
    channel: str,
    actor: Actor,
    now: datetime,
    text_version: str | None = None,
) -> None:
    """Write one act of consent; the same decision twice writes nothing.

    ``text_version`` is the text that the person read, where the caller knows it; whoever withdraws
    need not read the new one first.
    """
    known = PURPOSES.get(purpose)
    if known is None:
        raise UnknownPurpose
    if is_given and text_version not in {None, known.version}:
        raise TextChanged
    if has_consented(person, purpose) == is_given:
        return
    with transaction.atomic():
        Consent.objects.create(
            person_id=person,
            purpose=purpose,
            text_version=known.version,
            act=ConsentAct.GIVEN if is_given else ConsentAct.WITHDRAWN,
            channel=channel,
            at=now,
        )
        audit.record(
            "consent.given" if is_given else "consent.withdrawn",
            actor=actor,
            now=now,
            object_type="person",
            object_id=person,
            facts={"purpose": purpose},
        )


def has_consented(person: UUID, purpose: str) -> bool:
    """Say whether the last act on ``purpose`` gave consent; without any act: no."""
    last = _newest(person, purpose)
    return last is not None and last.act == ConsentAct.GIVEN


def consenting(purpose: str) -> frozenset[UUID]:
    """Return everybody who consents to ``purpose`` now: what insight may look at."""
    acts = Consent.objects.filter(purpose=purpose).order_by("id")
    last = dict(acts.values_list("person_id", "act"))  # the last act of each person stays
    return frozenset(person for person, act in last.items() if act == ConsentAct.GIVEN)


def withdrawn_since(purpose: str, since: datetime) -> frozenset[UUID]:
    """Return who took consent to ``purpose`` back after ``since`` and has not given it again."""
    acts = Consent.objects.filter(purpose=purpose, at__gte=since).order_by("id")
    last = dict(acts.values_list("person_id", "act"))
    return frozenset(person for person, act in last.items() if act == ConsentAct.WITHDRAWN)


def move_consents(kept: UUID, gone: UUID, *, now: datetime) -> None:
    """Let the person's newest word on each purpose count for the record that stays.

    The acts themselves cannot be changed, so the word is written once more there, and the consent
    of the closed record ends: what was copied under its id leaves insight at once. Where both
    records spoke at one instant, taking back wins.
    """
    for purpose in PURPOSES:
        word, other = _newest(kept, purpose), _newest(gone, purpose)
        if other is None:
            continue
        is_newer = word is None or (other.at, other.act == ConsentAct.WITHDRAWN) > (
            word.at,
            word.act == ConsentAct.WITHDRAWN,
        )
        if is_newer and (word is None or word.act != other.act):
            _write_on(other, person=kept, act=ConsentAct(other.act), now=now)
        if other.act == ConsentAct.GIVEN:
            _write_on(other, person=gone, act=ConsentAct.WITHDRAWN, now=now)


def _newest(person: UUID, purpose: str) -> Consent | None:
    return Consent.objects.filter(person_id=person, purpose=purpose).order_by("-id").first()


def _write_on(told: Consent, *, person: UUID, act: ConsentAct, now: datetime) -> None:
    """Write an act that a merge carries over, with the text that the person had read."""
    Consent.objects.create(
        person_id=person,
        purpose=told.purpose,
        text_version=told.text_version,
        act=act,
        channel="merge",
        at=now,
    )
