"""Make a market with a seed, in the shape of published numbers, and nobody real in it.

From what cities publish: about 26 children and 5 class ages a facility (さいたま市: 8,000 children,
311 facilities), four to six wishes a family, near ones mostly, popular ones more often; two in
ten children apply with a brother or sister; three in a hundred hold a seat and ask for another.
The seats are about as many as the children, and short for the 1-year-olds, as everywhere.
"""

import json
import math
import random
from collections import Counter
from dataclasses import dataclass, field

from childcare.admission.options import (
    OneAlone,
    SiblingBox,
    SiblingForm,
    Wishes,
    joint_options,
    single_options,
)

CLASS_AGES = (0, 1, 2, 3, 4, 5)
AGE_WEIGHTS = (22, 38, 14, 18, 5, 3)
# Seats a child of the class age: 1-year-olds are short, 4 and 5 are not.
SEATS_A_CHILD = (1.05, 0.85, 1.0, 1.05, 1.3, 1.4)
CHILDREN_A_FACILITY = 8_000 / 311


@dataclass
class Drawn:
    """A market while it is drawn."""

    families: list[dict[str, object]] = field(default_factory=list)
    pairs: list[tuple[str, str, int]] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    demand: Counter[int] = field(default_factory=Counter)


def make_market(
    children: int,
    *,
    facilities: int | None = None,
    siblings: float = 0.2,
    transfers: float = 0.03,
    seed: int = 1,
) -> dict[str, object]:
    """Return a MARKET of ``children``; ``siblings`` is the share that applies with another."""
    rng = random.Random(seed)
    count = facilities or max(2, round(children / CHILDREN_A_FACILITY))
    city = _City(rng, count)
    drawn = Drawn()
    made = 0
    while made < children:
        is_pair = rng.random() < siblings / (2 - siblings) and made + 2 <= children
        size = (3 if rng.random() < 0.05 and made + 3 <= children else 2) if is_pair else 1
        _draw_family(rng, city, drawn, size=size, transfers=transfers)
        made += size
    capacity = _capacity(rng, city, drawn)
    market: dict[str, object] = {
        "capacity": capacity,
        "families": drawn.families,
        "priority": _priority(drawn),
    }
    if drawn.held:
        market["held"] = drawn.held
    return market


def as_bytes(market: dict[str, object]) -> bytes:
    """Return the file of ``market``."""
    return json.dumps(market, separators=(",", ":")).encode()


class _City:
    """Facilities on a plane, some liked more than others."""

    def __init__(self, rng: random.Random, count: int) -> None:
        self.points = [(rng.random(), rng.random()) for _ in range(count)]
        self.appeal = [rng.lognormvariate(0, 0.5) for _ in range(count)]
        # The home looks among the nearest two dozen only, in cells so that large cities stay fast.
        self.side = max(1, int((count / 6) ** 0.5))
        self.cells: dict[tuple[int, int], list[int]] = {}
        for number, point in enumerate(self.points):
            self.cells.setdefault(self.cell(point), []).append(number)

    def cell(self, point: tuple[float, float]) -> tuple[int, int]:
        return (
            min(self.side - 1, int(point[0] * self.side)),
            min(self.side - 1, int(point[1] * self.side)),
        )

    def wishes(self, rng: random.Random, home: tuple[float, float], count: int) -> list[int]:
        across, down = self.cell(home)
        near = [
            one
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for one in self.cells.get((across + dx, down + dy), ())
        ] or list(range(len(self.points)))

        def cost(one: int) -> float:
            x, y = self.points[one]
            far = math.hypot(x - home[0], y - home[1]) * self.side
            return far - 0.4 * self.appeal[one] + rng.gauss(0, 0.25)

        return sorted(near, key=cost)[:count]


def _draw_family(
    rng: random.Random, city: _City, drawn: Drawn, *, size: int, transfers: float
) -> None:
    made = drawn.demand.total()
    home = (rng.random(), rng.random())
    ages = sorted(rng.choices(CLASS_AGES, AGE_WEIGHTS, k=size), reverse=True)
    places = city.wishes(rng, home, rng.choice((2, 3, 4, 5, 5, 6, 8)))
    score = max(0, round(rng.gauss(72, 14)))
    wishes = []
    for number, age in enumerate(ages):
        name = f"c{made + number:06}"
        drawn.demand[age] += 1
        own = places if rng.random() < 0.8 else places[: max(1, len(places) - 1)]
        held = None
        if len(own) > 1 and rng.random() < transfers:
            held = own[-1]
            own = own[:-1]
            drawn.held[name] = f"f{held:04}-{age}"
        for place in own:
            drawn.pairs.append((name, f"f{place:04}-{age}", score))
        if held is not None:
            drawn.pairs.append((name, f"f{held:04}-{age}", score))
        wishes.append(
            Wishes(
                child=name,
                wishes=[(f"f{place:04}", f"f{place:04}-{age}") for place in own],
                held=None if held is None else (f"f{held:04}", f"f{held:04}-{age}"),
            )
        )
    options = single_options(wishes[0]) if size == 1 else joint_options(wishes, _form(rng))
    drawn.families.append({"children": [one.child for one in wishes], "options": options})


def _form(rng: random.Random) -> SiblingForm:
    return SiblingForm(
        box=rng.choices(list(SiblingBox), (4, 3, 3))[0],
        same_first=rng.random() < 0.6,
        one_alone=rng.choice(list(OneAlone)),
    )


def _capacity(rng: random.Random, city: _City, drawn: Drawn) -> dict[str, int]:
    """Give each class of each facility its seats, and every held child its own on top."""
    count = len(city.points)
    capacity = {}
    for age in CLASS_AGES:
        mean = drawn.demand[age] * SEATS_A_CHILD[age] / count
        for place in range(count):
            size = mean * rng.uniform(0.6, 1.4)
            capacity[f"f{place:04}-{age}"] = int(size) + (rng.random() < size % 1)
    for slot in drawn.held.values():
        capacity[slot] += 1
    return capacity


def _priority(drawn: Drawn) -> list[tuple[str, str, int]]:
    """Rank each slot's children by score, with the child's number as the last tie key."""
    slots: dict[str, list[tuple[int, str]]] = {}
    for child, slot, score in drawn.pairs:
        slots.setdefault(slot, []).append((score, child))
    return [
        (child, slot, rank)
        for slot, row in slots.items()
        for rank, (_score, child) in enumerate(sorted(row, key=lambda one: (one[0], one[1])))
    ]
