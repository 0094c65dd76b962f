"""One registry of what is kept of a person: each room fills it, disclosure and erasure read it.

個人情報保護法 chapter 5 section 4: 開示 (art. 76), 利用停止・消去 (art. 98).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one room keeps of a person.

    ``export`` returns it as JSON values; ``holds`` returns the reasons (message ids) why the law
    or an open case keeps it; ``erase`` deletes or anonymises it, called only without holds.
    """

    name: str
    title: str  # message id
    export: Callable[[UUID], object]
    holds: Callable[[UUID, datetime], Sequence[str]]
    erase: Callable[[UUID, datetime], None]


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Add what a room keeps; called once by its ``AppConfig.ready()``."""
    if holding.name in _holdings:
        raise ValueError(f"registered twice: {holding.name}")
    _holdings[holding.name] = holding


def holdings() -> Sequence[Holding]:
    """Return what every room keeps, in the order of registration."""
    return tuple(_holdings.values())


def nothing_holds(_person: UUID, _now: datetime) -> Sequence[str]:
    """Say that no law and no open case keeps this."""
    return ()
