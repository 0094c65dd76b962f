"""Who may do what: one table of actions a room, one engine that reads it.

A rule gives the rows that an actor may touch as a ``Q``; the list of a page and the check of one
row are the same query with another filter, so they cannot drift apart. Deny by default: an
action without rules allows nobody, an unknown action is a programming error (``KeyError``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from core.actor import Actor, ActorKind
from core.refusals import Refusal, gettext_noop as _

M = TypeVar("M", bound=Model)
EVERYTHING = Q()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``name`` is the reason in the audit trail; ``rows`` gives ``None`` where it allows none."""

    name: str
    rows: Callable[[Actor], Q | None]


Rules = Sequence[Rule]
_table: dict[str, Rules] = {}


class NotAllowed(Refusal):
    """The caller may not do this."""

    code = "not-allowed"
    title = _("この操作はできません")
    next_step = _("担当の窓口に相談してください。")
    status = HTTPStatus.FORBIDDEN


def register(table: Mapping[str, Rules]) -> None:
    """Add a room's action table; called once by its ``AppConfig.ready()``."""
    twice = _table.keys() & table.keys()
    if twice:
        raise ValueError(f"actions registered twice: {sorted(twice)}")
    _table.update(table)


def actions() -> Mapping[str, Rules]:
    """Return every action of the installation, for tests and docs."""
    return dict(_table)


def allowing_rule(actor: Actor, action: str) -> Rule | None:
    """Return the first rule by which ``actor`` may do ``action`` at all, or ``None``."""
    return next((rule for rule in _table[action] if rule.rows(actor) is not None), None)


def may(actor: Actor, action: str) -> bool:
    """Say whether ``actor`` may do ``action`` on some row (or on none, where it needs no row)."""
    return allowing_rule(actor, action) is not None


def allowed(actor: Actor, action: str, rows: QuerySet[M]) -> QuerySet[M]:
    """Return those of ``rows`` on which ``actor`` may do ``action``: one query."""
    total: Q | None = None
    for rule in _table[action]:
        part = rule.rows(actor)
        if part is None:
            continue
        if not part:  # an empty Q allows every row, and OR-ing it would lose it
            return rows
        total = part if total is None else total | part
    if total is None:
        return rows.none()
    inside = rows.model._default_manager.filter(total)
    if sum(map(bool, inside.query.alias_refcount.values())) <= 1:  # the row's own columns alone
        return rows.filter(total)
    # By primary key, so that a rule's joins cannot double a row.
    return rows.filter(pk__in=inside.values("pk"))


def reason(actor: Actor, action: str, row: Model) -> str | None:
    """Return the name of the rule by which ``actor`` may do ``action`` on ``row``, or ``None``."""
    manager: Any = type(row)._default_manager
    for rule in _table[action]:
        part = rule.rows(actor)
        if part is not None and manager.filter(part, pk=row.pk).exists():
            return rule.name
    return None


def demand(actor: Actor, action: str, row: Model | None = None) -> str:
    """Return the reason why ``actor`` may do ``action``; raise :class:`NotAllowed` otherwise."""
    if row is None:
        rule = allowing_rule(actor, action)
        found = None if rule is None else rule.name
    else:
        found = reason(actor, action, row)
    if found is None:
        raise NotAllowed
    return found


# -- rules that every room uses ---------------------------------------------------------------


def anybody() -> Rule:
    """Allow everybody, signed in or not: public information."""
    return Rule(name="public", rows=lambda _actor: EVERYTHING)


def signed_in() -> Rule:
    """Allow everybody who is signed in, where the action has no row of its own."""
    return Rule(
        name="signed-in",
        rows=lambda actor: EVERYTHING if actor.kind == ActorKind.USER else None,
    )


def device(profile: str) -> Rule:
    """Allow a device of ``profile``."""
    return Rule(
        name=f"device:{profile}",
        rows=lambda actor: (
            EVERYTHING
            if actor.kind == ActorKind.DEVICE and actor.device_profile == profile
            else None
        ),
    )


def at_counter(path: str) -> Rule:
    """Allow staff in a counter session on the rows of the person whom they serve."""
    return Rule(
        name="counter-session",
        rows=lambda actor: (
            Q(**{path: actor.on_behalf_of})
            if actor.counter_session is not None and actor.on_behalf_of is not None
            else None
        ),
    )


def staff(*roles: str, municipality: str | None = "municipality") -> Rule:
    """Allow who has one of ``roles`` in the row's city.

    ``municipality`` is the path from the row to its city; ``None`` where the action has no row.
    """

    def rows(actor: Actor) -> Q | None:
        cities = actor.cities_of(*roles)
        if not cities:
            return None
        return Q(**{f"{municipality}__in": sorted(cities)}) if municipality else EVERYTHING

    return Rule(name=f"staff:{'|'.join(roles)}", rows=rows)


def member(*roles: str, place: str | None = "place", organisation: str = "organisation") -> Rule:
    """Allow an organisation's own people: on the rows of their place, or of all its places.

    ``place`` and ``organisation`` are the paths from the row to either; ``place=None`` where the
    action has no row.
    """

    def rows(actor: Actor) -> Q | None:
        grants = actor.grants_of(*roles)
        if not grants:
            return None
        if place is None:
            return EVERYTHING
        places = {grant.scope for grant in grants if grant.scope is not None}
        whole = {grant.organisation for grant in grants if grant.scope is None}
        return Q(**{f"{place}__in": sorted(places)}) | Q(
            **{f"{organisation}__in": sorted(whole, key=str)}
        )

    return Rule(name=f"member:{'|'.join(roles)}", rows=rows)
