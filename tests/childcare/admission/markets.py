"""Small markets to read, and ways to run them."""

import json
from typing import Any

from childcare.admission.result import Result
from childcare.admission.solve import load_market, solve


def as_bytes(market: dict[str, Any]) -> bytes:
    return json.dumps(market).encode()


def solved(market: dict[str, Any]) -> Result:
    return solve(load_market(as_bytes(market))).result


def make_market(**override: Any) -> dict[str, Any]:
    """Two children who want one seat, and a second choice for both: ``a`` comes first at ``s``."""
    market = {
        "capacity": {"s": 1, "t": 1},
        "families": [
            {"children": ["a"], "options": [[["s", ["a"]]], [["t", ["a"]]]]},
            {"children": ["b"], "options": [[["s", ["b"]]], [["t", ["b"]]]]},
        ],
        "priority": [["a", "s", 2], ["b", "s", 1], ["a", "t", 2], ["b", "t", 1]],
    }
    return market | override


def make_market_without_stable_result() -> dict[str, Any]:
    """A pair and a child who chase one another round two seats (Roth 1984, in the small)."""
    return {
        "capacity": {"s": 1, "t": 1},
        "families": [
            {"children": ["p1", "p2"], "options": [[["s", ["p1"]], ["t", ["p2"]]]]},
            {"children": ["x"], "options": [[["s", ["x"]]], [["t", ["x"]]]]},
        ],
        "priority": [["p1", "s", 2], ["x", "s", 1], ["x", "t", 2], ["p2", "t", 1]],
    }
