"""Prove that a result passes nobody over: ``python certificate.py MARKET.json RESULT.json``.

Needs Python alone; shares no code with the solver. Exit 0: no family blocks, capacities are kept;
1: a family blocks or a capacity is broken, each printed; 2: the input is not sound. A family
blocks when an option before its own (any, if it has none) could be seated: its present members
left out, every slot and then every entry of shared seats, choosing the largest values among those
left and the option's members, chooses all of those. A held child outranks all others at its slot,
and keeps its seat in every option that does not name it.
"""

import hashlib
import json
import sys
from collections import Counter, defaultdict
from functools import partial
from pathlib import Path
from typing import Any

Members = list[tuple[str, int]]  # (slot, key): a larger key is chosen first


class Checker:
    def __init__(self, market: Any, assignment: list[int]) -> None:
        self.seats, self.held = market["capacity"], market.get("held", {})
        self.shared = market.get("shared", [])
        self.families = list(zip(market["families"], assignment, strict=True))
        self.value = {(child, slot): value for child, slot, value in market["priority"]}
        self.top = 1 + 2 * max((abs(value) for value in self.value.values()), default=0)
        self.present: dict[str, list[int]] = defaultdict(list)
        for family, index in self.families:
            for slot, key in self.members(family, index):
                self.present[slot].append(key)
        self.placed = sum(map(len, self.present.values()))

    def members(self, family: dict[str, Any], index: int) -> Members:
        option = family["options"][index] if index >= 0 else []
        seat = {c: self.held[c] for c in family["children"] if c in self.held} if self.held else {}
        seat |= {child: slot for slot, children in option for child in children}
        return [(slot, self.key(child, slot)) for child, slot in seat.items()]

    def key(self, child: str, slot: str) -> int:
        return int(self.value.get((child, slot), 0) + self.top * (self.held.get(child) == slot))

    def overfull(self) -> list[str]:
        sizes = [([slot], self.seats[slot]) for slot in self.present]
        sizes += [(entry["slots"], entry["seats"]) for entry in self.shared]
        return ["+".join(of) for of, n in sizes if sum(len(self.present[s]) for s in of) > n]

    def are_chosen(self, option: Members, own: Members) -> bool:
        """Let each slot choose, then each shared entry among those: are all members chosen?"""
        asked = {slot for slot, _key in option}
        entries = [entry for entry in self.shared if not asked.isdisjoint(entry["slots"])]
        chosen: dict[str, list[int]] = {}
        for slot in asked.union(*(entry["slots"] for entry in entries)):
            here = Counter(self.present.get(slot, ()))
            here.subtract(key for at, key in own if at == slot)
            here.update(key for at, key in option if at == slot)
            chosen[slot] = sorted(here.elements(), reverse=True)[: self.seats[slot]]
        for entry in entries:
            pool = sorted(((k, s) for s in entry["slots"] for k in chosen[s]), reverse=True)
            for key, slot in pool[entry["seats"] :]:
                chosen[slot].remove(key)
        return all(key in chosen[slot] for slot, key in option)

    def blocking(self) -> list[str]:
        bar = {slot: sorted(keys)[-self.seats[slot]] if self.seats[slot] else self.top * 2
               for slot, keys in self.present.items() if len(keys) >= self.seats[slot]}  # fmt: skip
        found = []
        for family, index in self.families:
            better = range(len(family["options"]) if index < 0 else index)
            own = self.members(family, index) if better else []
            left = {slot for slot, _key in own}
            for option in (self.members(family, at) for at in better):
                # Lower than the last one in, where nobody of the family makes room: not chosen.
                low = (slot not in left and key < bar.get(slot, key) for slot, key in option)
                if not any(low) and self.are_chosen(option, own):
                    found.append(min(family["children"]))
                    break
        return sorted(found)


def demand(is_sound: object, problem: str) -> None:
    if not is_sound:
        raise ValueError(problem)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    demand(len(dict(pairs)) == len(pairs), "a key stands twice in one object")
    return dict(pairs)


def read(text: str) -> Any:
    no_float = partial(demand, None)  # the number is the problem
    return json.loads(text, object_pairs_hook=once, parse_float=no_float, parse_constant=no_float)


def demand_sound(*, capacity: Any, families: Any, priority: Any, held: Any, shared: Any) -> None:
    demand({*map(len, families + shared)} <= {2}, "a family or an entry has an unknown key")
    lists: list[tuple[Any, type]] = [(families, dict), (shared, dict), (priority, list)]
    names = [one["slots"] for one in shared] + [one["children"] for one in families]
    family_of = {child: number for number, one in enumerate(families) for child in one["children"]}
    pool = {slot: number for number, entry in enumerate(shared) for slot in entry["slots"]}
    demand(len(pool) + len(family_of) == sum(map(len, names)), "a name stands twice")
    names += [children for one in families for row in one["options"] for _slot, children in row]
    lists += [*((one["options"], list) for one in families), *((one or "", str) for one in names)]
    ordered = all(type(each) is list and {*map(type, each)} <= {of} for each, of in lists)
    demand(ordered, "a list is not one, or holds what it may not")
    sizes = [*capacity.values(), *(entry["seats"] for entry in shared)]
    demand(all(type(size) is int and size >= 0 for size in sizes), "seats are not 0, 1, 2, ...")
    pairs = {(child, slot) for child, slot, _value in priority}
    demand(len(pairs) == len(priority), "a child has two priorities at one slot")
    slots = {*pool, *held.values(), *(slot for _child, slot in pairs)}
    known = slots <= capacity.keys() and {*held, *dict(pairs)} <= family_of.keys()
    demand(known, "a name is unknown")
    demand({type(value) for _child, _slot, value in priority} <= {int}, "a value is no integer")
    ranks = {(pool.get(slot, slot), value, child) for child, slot, value in priority}
    demand(len({rank[:2] for rank in ranks}) == len(ranks), "two children tie at a slot")
    for number, option in ((at, row) for at, one in enumerate(families) for row in one["options"]):
        asked = [(child, slot) for slot, members in option for child in members]
        is_once = len(dict(asked)) == len(asked) and pairs.issuperset(asked)
        demand(is_once and {family_of[one] for one, _ in asked} == {number}, f"option {option}")


def main(paths: list[str]) -> int:
    say = sys.stdout.write
    try:
        demand(len(paths) == 2, "give two files: MARKET.json RESULT.json")  # noqa: PLR2004
        raw, raw_result = (Path(path).read_bytes() for path in paths)
        market, result = {"held": {}, "shared": []} | read(raw.decode()), read(raw_result.decode())
        demand_sound(**market)  # another key is no argument of it
        demand(result["market_sha256"] == hashlib.sha256(raw).hexdigest(), "not of this market")
        for one, at in zip(market["families"], result["assignment"], strict=True):
            demand(type(at) is int and -1 <= at < len(one["options"]), f"no option {at}")
        checker = Checker(market, result["assignment"])
        blocking, overfull = checker.blocking(), checker.overfull()
        said = {"placed": checker.placed, "blocking_families": []}
        demand(blocking or overfull or result | said == result, f"what is true is {said}")
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as cause:
        say(f"bad input: {type(cause).__name__}: {cause}\n")
        return 2
    say("".join(f"over capacity: {name}\n" for name in overfull))
    say("".join(f"blocks: {name}\n" for name in blocking))
    say(f"{checker.placed} placed, {len(blocking)} blocking, {len(overfull)} over capacity\n")
    return 1 if blocking or overfull else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # any id prints
    sys.exit(main(sys.argv[1:]))
