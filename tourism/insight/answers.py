"""The four questions about a campaign, each with one answer: told, too few, or not answerable."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tourism.insight import cubes
from tourism.insight.cubes import NOTHING_MORE, Files
from tourism.insight.disclosure import (
    OTHERS,
    PEOPLE_MIN,
    Part,
    Wanted,
    is_spread,
    parts_of,
    people_in,
)
from tourism.insight.effects import Difference, difference
from tourism.models.visitors import AgeBand, Arm, Origin, Party

NOBODY_FILTERED: Final[Wanted] = (None, None, None)


class Told(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    TOO_FEW = "too_few"  # 「人数が足りません」
    NOT_ANSWERABLE = "not_answerable"  # 「この事業では答えられません」


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoCame:
    """People by origin and age band, inside a filter; ``others`` came too, joined with unlike."""

    told: Told
    people: int = 0
    others: int = 0
    origins: Sequence[tuple[str, int]] = ()
    ages: Sequence[tuple[str, int]] = ()
    parties: Sequence[tuple[str, int]] = ()
    table: Sequence[tuple[str, Sequence[int]]] = ()  # an origin, then a number an age band
    parts: Sequence[Part] = ()


def who_came(files: Files, *, wanted: Wanted = NOBODY_FILTERED) -> WhoCame:
    """Say who used a coupon, by what they said of themselves."""
    parts = [part for part in parts_of(cubes.who_came(files)) if part.is_inside(wanted)]
    if not parts:
        return WhoCame(told=Told.TOO_FEW)
    whole = people_in(parts, NOBODY_FILTERED)
    ages = [band.value for band in AgeBand]
    return WhoCame(
        told=Told.ANSWERED,
        people=whole,
        others=people_in(parts, ({OTHERS}, None, None)),
        origins=_counts(parts, [one.value for one in Origin], place=0),
        ages=_counts(parts, ages, place=1),
        parties=_counts(parts, [one.value for one in Party], place=2),
        table=[
            (origin.value, [people_in(parts, ({origin.value}, {age}, None)) for age in ages])
            for origin in Origin
        ],
        parts=parts,
    )


def _counts(parts: Sequence[Part], values: Sequence[str], *, place: int) -> list[tuple[str, int]]:
    found = []
    for value in values:
        wanted: list[set[str] | None] = [None, None, None]
        wanted[place] = {value}
        if number := people_in(parts, wanted):
            found.append((value, number))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """So many people went on from a kind of shop to another, or used no further coupon."""

    first: str
    following: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatNext:
    """Where people went after their first coupon."""

    told: Told
    people: int = 0
    steps: Sequence[Step] = ()

    @property
    def went_on(self) -> int:
        """Return those who used a second coupon somewhere that can be told."""
        return sum(one.people for one in self.steps if one.following not in {NOTHING_MORE, OTHERS})


def what_next(files: Files, *, origins: frozenset[str] | None = None) -> WhatNext:
    """Say what people did after their first coupon; each person counts once."""
    parts = [
        part for part in parts_of(cubes.next_steps(files)) if part.is_inside((None, None, origins))
    ]
    if not parts:
        return WhatNext(told=Told.TOO_FEW)
    pairs = sorted({part.key[:2] for part in parts})
    steps = [
        Step(
            first=first,
            following=following,
            people=people_in(parts, ({first}, {following}, None)),
        )
        for first, following in pairs
    ]
    steps.sort(key=lambda one: (-one.people, one.first, one.following))
    return WhatNext(told=Told.ANSWERED, people=people_in(parts, NOBODY_FILTERED), steps=steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedSpending:
    """What the coupon added, or why that cannot be said."""

    told: Told
    difference: Difference | None = None


def added_spending(files: Files) -> AddedSpending:
    """Compare who drew the coupon with who drew none, by receipts that both kept alike.

    Without receipts in both arms there is no number at all: a guess would be taken for an answer.
    """
    found = cubes.arms(files)
    both = [found.get(arm.value) for arm in (Arm.COUPON, Arm.HOLD_OUT)]
    if any(one is None or one[0].givers == 0 for one in both):
        return AddedSpending(told=Told.NOT_ANSWERABLE)
    (with_coupon, its_shops), (without, other_shops) = (one for one in both if one is not None)
    # Who kept no receipt counts with 0 yen: a mean over many is a single one's sum if few did.
    is_enough = min(with_coupon.givers, without.givers) >= PEOPLE_MIN
    counted = difference(with_coupon, without) if is_enough else None
    if counted is None or not (is_spread(its_shops) and is_spread(other_shops)):
        return AddedSpending(told=Told.TOO_FEW)
    return AddedSpending(told=Told.ANSWERED, difference=counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """People of one kind: how many came, and what they paid of their own a coupon yen."""

    key: tuple[str, ...]
    people: int
    own_yen_each: int
    own_percent_of_coupon: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WhomToInvite:
    """Kinds of people by what they spent of their own; seen, not caused."""

    told: Told
    invitees: Sequence[Invitee] = ()


def whom_to_invite(files: Files) -> WhomToInvite:
    """Rank kinds of visitors by their own yen for each yen of coupon."""
    invitees = [
        Invitee(
            key=part.key,
            people=part.people,
            own_yen_each=round(part.own_yen / part.people / 5) * 5,
            own_percent_of_coupon=round(part.own_yen * 100 / part.coupon_yen / 5) * 5,
        )
        for part in parts_of(cubes.spending(files))
        if part.coupon_yen and OTHERS not in part.key[:1]
    ]
    if not invitees:
        return WhomToInvite(told=Told.TOO_FEW)
    invitees.sort(key=lambda one: (-one.own_percent_of_coupon, -one.people, one.key))
    return WhomToInvite(told=Told.ANSWERED, invitees=invitees)
