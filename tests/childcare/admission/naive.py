"""A checker that knows nothing of the product's: slow and plain."""

import itertools
import random  # noqa: TID251  seeded
from collections import Counter
from typing import Any

Market = dict[str, Any]
Pair = tuple[str, str]  # child, slot


def seats_of(market: Market, family: int, option: int) -> dict[str, str]:
    """Return child -> slot of one family under one option."""
    given = market["families"][family]
    held = market.get("held", {})
    seats = {child: held[child] for child in given["children"] if child in held}
    for slot, children in given["options"][option] if option >= 0 else []:
        for child in children:
            seats[child] = slot
    return seats


def is_within_capacity(market: Market, assignment: list[int]) -> bool:
    taken = Counter(
        slot
        for family, option in enumerate(assignment)
        for slot in seats_of(market, family, option).values()
    )
    return all(taken[slot] <= seats for slot, seats in market["capacity"].items()) and all(
        sum(taken[slot] for slot in entry["slots"]) <= entry["seats"]
        for entry in market.get("shared", [])
    )


def chosen(market: Market, pool: list[Pair]) -> set[Pair]:
    """Take one after another, largest value first, while slot and shared entry have room."""
    value = {(child, slot): number for child, slot, number in market["priority"]}
    held = market.get("held", {})
    shared = market.get("shared", [])
    entry_of = {slot: at for at, entry in enumerate(shared) for slot in entry["slots"]}
    in_slot: Counter[str] = Counter()
    in_entry: Counter[int] = Counter()
    found = set()
    for child, slot in sorted(
        pool, key=lambda pair: (held.get(pair[0]) == pair[1], value.get(pair, 0), pair[0])
    )[::-1]:
        entry = entry_of.get(slot)
        if in_slot[slot] >= market["capacity"][slot]:
            continue
        if entry is not None and in_entry[entry] >= shared[entry]["seats"]:
            continue
        in_slot[slot] += 1
        if entry is not None:
            in_entry[entry] += 1
        found.add((child, slot))
    return found


def blocking(market: Market, assignment: list[int]) -> list[str]:
    """Return the identities of the families that block."""
    seats = [seats_of(market, family, option) for family, option in enumerate(assignment)]
    found = []
    for family, option in enumerate(assignment):
        given = market["families"][family]
        others = [
            pair for other, row in enumerate(seats) if other != family for pair in row.items()
        ]
        for better in range(len(given["options"]) if option < 0 else option):
            members = list(seats_of(market, family, better).items())
            if set(members) <= chosen(market, others + members):
                found.append(min(given["children"]))
                break
    return sorted(found)


def assignments(market: Market) -> list[list[int]]:
    """Return every assignment that keeps within capacity."""
    ranges = [range(-1, len(family["options"])) for family in market["families"]]
    every = (list(one) for one in itertools.product(*ranges))
    return [one for one in every if is_within_capacity(market, one)]


def make_tiny_market(rng: random.Random, *, families: int = 4) -> Market:
    """Draw a market small enough to look at every assignment, with all that the format knows."""
    slots = [f"s{number}" for number in range(rng.randint(1, 4))]
    drawn: list[dict[str, Any]] = []
    held: dict[str, str] = {}
    count = 0
    for _ in range(rng.randint(2, families)):
        size = rng.choice((1, 1, 2, 2, 2, 3))
        children = [f"c{count + number}" for number in range(size)]
        count += size
        options: list[list[list[Any]]] = []
        for _ in range(rng.randint(0, 3)):
            row: dict[str, list[str]] = {}
            for child in [one for one in children if rng.random() < 0.85] or children[:1]:
                row.setdefault(rng.choice(slots), []).append(child)
            option = [[slot, members] for slot, members in row.items()]
            if option not in options:
                options.append(option)
        drawn.append({"children": children, "options": options})
        held.update({child: rng.choice(slots) for child in children if rng.random() < 0.15})
    capacity = {slot: rng.choice((0, 1, 1, 1, 2, 2)) for slot in slots}
    for slot in held.values():
        capacity[slot] += 1
    values = list(range(1_000))
    rng.shuffle(values)
    pairs = sorted(
        {
            (child, slot)
            for family in drawn
            for option in family["options"]
            for slot, members in option
            for child in members
        }
    )
    market: Market = {
        "capacity": capacity,
        "families": drawn,
        "priority": [[child, slot, values.pop()] for child, slot in pairs],
        "held": held,
    }
    if rng.random() < 0.4 and len(slots) > 1:
        sharing = rng.sample(slots, rng.randint(2, len(slots)))
        kept = sum(slot in sharing for slot in held.values())
        total = sum(capacity[slot] for slot in sharing)
        market["shared"] = [{"slots": sharing, "seats": max(kept, rng.randint(1, max(1, total)))}]
    return market
