"""Reads a MARKET of single children and prints what PyPI ``matching`` makes of it, with times.

Its solver recurses, so it gets a thread of its own with a 1 GB stack and a high recursion limit.
"""

import json
import resource
import sys
import threading
import time
from typing import Any

from matching.games import HospitalResident


def solve(market: dict[str, Any], out: dict[str, Any]) -> None:
    value = {(child, slot): number for child, slot, number in market["priority"]}
    wishes = {
        family["children"][0]: [option[0][0] for option in family["options"]]
        for family in market["families"]
    }
    lists: dict[str, list[str]] = {}
    for child, slots in wishes.items():
        for slot in slots:
            lists.setdefault(slot, []).append(child)
    # It takes no slot without a seat: such wishes cannot come true.
    none = {slot for slot, seats in market["capacity"].items() if seats == 0}
    wishes = {child: [s for s in slots if s not in none] for child, slots in wishes.items()}
    hospitals = {
        slot: sorted(children, key=lambda child: -value[child, slot])
        for slot, children in lists.items()
        if slot not in none
    }
    start = time.perf_counter()
    game = HospitalResident.create_from_dictionaries(
        {child: slots for child, slots in wishes.items() if slots},
        hospitals,
        {slot: market["capacity"][slot] for slot in hospitals},
    )
    built = time.perf_counter()
    matched = game.solve(optimal="resident")
    out["build_s"], out["solve_s"] = built - start, time.perf_counter() - built
    out["seats"] = {
        resident.name: hospital.name
        for hospital, residents in matched.items()
        for resident in residents
    }


def main() -> None:
    market = json.load(sys.stdin)
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(1_000_000_000)
    out: dict[str, Any] = {}
    thread = threading.Thread(target=solve, args=(market, out))
    thread.start()
    thread.join()
    out["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(out))


if __name__ == "__main__":
    main()
