"""What a solver run says, and its file."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

# Raised whenever another result could come out of the same market.
SOLVER: Final = "kaiteki-admission 2"


class Method(StrEnum):
    """How the result was found, each only where the one before did not settle it."""

    DEFERRED_ACCEPTANCE = "deferred-acceptance"
    REPAIR = "repair"
    EXACT_CORE = "exact-core"
    EXACT_MARKET = "exact-market"
    MINIMUM_BLOCKING = "minimum-blocking"
    FEW_BLOCKING = "few-blocking"  # too large to prove that fewer cannot be
    INTERRUPTED = "interrupted"  # time ran out: nobody was moved, cannot be published


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The RESULT of the exchange format; ``assignment`` is in the order of the market's file."""

    assignment: Sequence[int]
    placed: int  # children with a seat, those who keep theirs among them
    blocking_families: Sequence[str]  # identities, sorted
    method: Method
    market_sha256: str

    def as_json(self) -> bytes:
        """Return the file's bytes: the same result is the same bytes."""
        body: dict[str, Any] = {
            "assignment": list(self.assignment),
            "placed": self.placed,
            "blocking_families": list(self.blocking_families),
            "method": str(self.method),
            "solver": SOLVER,
            "market_sha256": self.market_sha256,
        }
        return (json.dumps(body, separators=(",", ":")) + "\n").encode()
