"""Read a MARKET file strictly: what is wrong is named by its place, with the mend.

Format (design: exchange format of admission)::

    {"capacity": {slot: seats},
     "families": [{"children": [id, ...], "options": [[[slot, [child, ...]], ...], ...]}],
     "priority": [[child, slot, value], ...],
     "held": {child: slot}?, "shared": [{"slots": [...], "seats": n}]?}

Nothing is guessed and nothing is dropped: a tie decides a child's place, so the file must.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

Placement = tuple[str, tuple[str, ...]]  # slot, children


class BadMarket(ValueError):
    """The file is not a market. The message names the place, what is wrong and the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Children who are placed together, with the options that they accept, best first."""

    children: tuple[str, ...]
    options: tuple[tuple[Placement, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSeats:
    """Slots whose total may not exceed ``seats``, on top of each one's own capacity."""

    slots: tuple[str, ...]
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketFile:
    """A market that was found in order; built by :func:`read_market_file` only."""

    sha256: str
    document: Mapping[str, Any]
    capacity: Mapping[str, int]
    families: Sequence[Family]
    priority: Mapping[tuple[str, str], int]
    held: Mapping[str, str]
    shared: Sequence[SharedSeats]


def read_market_file(raw: bytes) -> MarketFile:
    """Return the market in ``raw``; raise :class:`BadMarket`."""
    document = strict_json(raw)
    known = {"capacity", "families", "priority", "held", "shared"}
    if not isinstance(document, dict):
        _refuse("the file", "is not an object", 'Begin with {"capacity": ...')
    for key in document.keys() - known:
        _refuse(f'"{key}"', "is not a key of a market", f"Leave it out; known: {sorted(known)}")
    for key in sorted({"capacity", "families", "priority"} - document.keys()):
        _refuse(f'"{key}"', "is missing", "Add it")
    capacity = _capacity(document["capacity"])
    families = _families(document["families"], capacity)
    children = {child for family in families for child in family.children}
    held = _held(document.get("held", {}), capacity, children)
    shared = _shared(document.get("shared", []), capacity)
    priority = _priority(document["priority"], capacity, children)
    _refuse_missing(families, priority)
    _refuse_ties(priority, shared)
    _refuse_overfull(held, capacity, shared)
    return MarketFile(
        sha256=hashlib.sha256(raw).hexdigest(), document=document, capacity=capacity,
        families=families, priority=priority, held=held, shared=shared,
    )  # fmt: skip


def strict_json(raw: bytes) -> Any:
    """Parse UTF-8 JSON without duplicate keys, floats, NaN; raise :class:`BadMarket`."""
    try:
        return json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_without_twins,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except UnicodeDecodeError as cause:
        _refuse(f"byte {cause.start}", "is not UTF-8", "Save the file as UTF-8")
    except json.JSONDecodeError as cause:
        _refuse(f"line {cause.lineno} column {cause.colno}", cause.msg, "Mend the JSON there")
    except RecursionError:
        _refuse("the file", "is nested too deep", "Use the documented form")
    except BadMarket:
        raise
    except ValueError as cause:  # an integer of thousands of digits
        _refuse("a number", str(cause), "Use ranks as values")


def _refuse(place: str, problem: str, mend: str) -> NoReturn:
    raise BadMarket(f"{place}: {problem}. {mend}.")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twin = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        _refuse(f'key "{twin}"', "stands twice in one object", "Keep one")
    return found


def _no_float(text: str) -> NoReturn:
    _refuse(f"number {text}", "is not an integer", "Write values and seats as integers")


def _seats(value: object, place: str) -> int:
    if type(value) is not int:
        _refuse(place, f"{value!r} is not an integer", "Write the number of seats")
    if value < 0:
        _refuse(place, f"{value} seats are fewer than none", "Write 0 or more")
    return value


def _text(value: object, place: str) -> str:
    if type(value) is not str or not value:
        _refuse(place, f"{value!r} is not a name", "Write a string that is not empty")
    return value


def _list(value: object, place: str) -> list[Any]:
    if type(value) is not list:
        _refuse(place, "is not a list", "Write [...]")
    return value


def _capacity(given: object) -> dict[str, int]:
    if not isinstance(given, dict):
        _refuse("capacity", "is not an object", "Write {slot: seats}")
    return {
        _text(slot, "capacity"): _seats(seats, f'capacity["{slot}"]')
        for slot, seats in given.items()
    }


def _families(given: object, capacity: Mapping[str, int]) -> list[Family]:
    seen: set[str] = set()
    found = []
    for number, one in enumerate(_list(given, "families")):
        place = f"families[{number}]"
        if not isinstance(one, dict) or one.keys() != {"children", "options"}:
            _refuse(place, 'is not {"children": ..., "options": ...}', "Write those two keys")
        children = tuple(
            _text(child, f"{place}.children")
            for child in _list(one["children"], f"{place}.children")
        )
        if not children:
            _refuse(f"{place}.children", "is empty", "Name at least one child")
        for child in children:
            if child in seen:
                _refuse(f"{place}.children", f'"{child}" stands twice', "Keep one")
            seen.add(child)
        options = tuple(
            _option(row, f"{place}.options[{index}]", children, capacity)
            for index, row in enumerate(_list(one["options"], f"{place}.options"))
        )
        found.append(Family(children=children, options=options))
    return found


def _option(
    given: object, place: str, children: tuple[str, ...], capacity: Mapping[str, int]
) -> tuple[Placement, ...]:
    placements = [_placement(row, place, children, capacity) for row in _list(given, place)]
    placed = [child for _slot, members in placements for child in members]
    if not placed:
        _refuse(place, "places nobody", "Leave it out: -1 stands for it")
    if len(set(placed)) != len(placed):
        _refuse(place, "places a child twice", "Give each child one slot")
    return tuple(placements)


def _placement(
    given: object, place: str, children: tuple[str, ...], capacity: Mapping[str, int]
) -> Placement:
    if type(given) is not list or len(given) != 2:  # noqa: PLR2004  a pair
        _refuse(place, "a placement is not [slot, [child, ...]]", "Write the pair")
    slot, members = given
    if type(slot) is not str or slot not in capacity:
        _refuse(place, f"slot {slot!r} is unknown", "Add it to capacity")
    for child in _list(members, place):
        if child not in children:
            _refuse(place, f"child {child!r} is not of this family", "Add it to its children")
    if not members:
        _refuse(place, f'a placement at "{slot}" has no child', "Leave it out")
    return slot, tuple(members)


def _held(given: object, capacity: Mapping[str, int], children: set[str]) -> dict[str, str]:
    if not isinstance(given, dict):
        _refuse("held", "is not an object", "Write {child: slot}")
    for child, slot in given.items():
        if child not in children:
            _refuse(f'held["{child}"]', "no family has this child", "Add it to its family")
        if type(slot) is not str or slot not in capacity:
            _refuse(f'held["{child}"]', f"slot {slot!r} is unknown", "Add it to capacity")
    return given


def _shared(given: object, capacity: Mapping[str, int]) -> list[SharedSeats]:
    taken: set[str] = set()
    found = []
    for number, one in enumerate(_list(given, "shared")):
        place = f"shared[{number}]"
        if not isinstance(one, dict) or one.keys() != {"slots", "seats"}:
            _refuse(place, 'is not {"slots": ..., "seats": ...}', "Write those two keys")
        slots = _list(one["slots"], f"{place}.slots")
        if not slots:
            _refuse(f"{place}.slots", "is empty", "Name the slots that share")
        for slot in slots:
            if type(slot) is not str or slot not in capacity:
                _refuse(f"{place}.slots", f"slot {slot!r} is unknown", "Add it to capacity")
            if slot in taken:
                _refuse(f"{place}.slots", f'"{slot}" shares twice', "Keep it in one entry")
            taken.add(slot)
        found.append(SharedSeats(slots=tuple(slots), seats=_seats(one["seats"], f"{place}.seats")))
    return found


def _priority(
    given: object, capacity: Mapping[str, int], children: set[str]
) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    rows = _list(given, "priority")
    for number, row in enumerate(rows):
        if type(row) is not list or len(row) != 3:  # noqa: PLR2004  a triple
            _refuse(f"priority[{number}]", "is not [child, slot, value]", "Write the three")
        child, slot, value = row
        if type(value) is not int:
            _refuse(f"priority[{number}]", f"value {value!r} is not an integer", "Write ranks")
        if type(child) is not str or child not in children:
            _refuse(f"priority[{number}]", f"child {child!r} is unknown", "Add its family")
        if type(slot) is not str or slot not in capacity:
            _refuse(f"priority[{number}]", f"slot {slot!r} is unknown", "Add it to capacity")
        found[child, slot] = value
    if len(found) != len(rows):
        pairs = Counter((row[0], row[1]) for row in rows)
        child, slot = next(pair for pair, times in pairs.items() if times > 1)
        _refuse("priority", f'child "{child}" stands twice at slot "{slot}"', "Keep one value")
    return found


def _refuse_missing(families: Sequence[Family], priority: Mapping[tuple[str, str], int]) -> None:
    for number, family in enumerate(families):
        for index, option in enumerate(family.options):
            for slot, members in option:
                for child in members:
                    if (child, slot) not in priority:
                        _refuse(
                            f"families[{number}].options[{index}]",
                            f'child "{child}" has no priority at slot "{slot}"',
                            "Add it to priority",
                        )


def _refuse_ties(priority: Mapping[tuple[str, str], int], shared: Sequence[SharedSeats]) -> None:
    pool_of = {slot: entry.slots[0] for entry in shared for slot in entry.slots}
    seen: dict[tuple[str, int], str] = {}
    for (child, slot), value in priority.items():
        pool = pool_of.get(slot, slot)
        other = seen.setdefault((pool, value), child)
        if other != child:  # a child is not compared with itself
            _refuse(
                f'priority at slot "{slot}"',
                f'children "{other}" and "{child}" both have {value}',
                "Break the tie: the rule set must end in a unique number",
            )


def _refuse_overfull(
    held: Mapping[str, str], capacity: Mapping[str, int], shared: Sequence[SharedSeats]
) -> None:
    kept = Counter(held.values())
    for slot, count in kept.items():
        if count > capacity[slot]:
            _refuse(
                f'capacity["{slot}"]', f"{capacity[slot]} seats for {count} held children",
                "Count held seats into the capacity",
            )  # fmt: skip
    for number, entry in enumerate(shared):
        count = sum(kept[slot] for slot in entry.slots)
        if count > entry.seats:
            _refuse(
                f"shared[{number}]", f"{entry.seats} seats for {count} held children",
                "Count held seats into the shared seats",
            )  # fmt: skip
