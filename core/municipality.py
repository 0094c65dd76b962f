"""What a city of this installation chose for itself: its name, its accent, its rules.

The file is ``settings.MUNICIPALITIES_FILE``; it is read once a process.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """One city: ``code`` is its six-digit 全国地方公共団体コード with check digit."""

    code: str
    name: Mapping[str, str]
    app_name: Mapping[str, str]
    prefecture_code: str
    accent: str
    accent_dark: str
    office: Mapping[str, str]
    attendant_rule: bool

    @property
    def issuer(self) -> str:
        """The issuer identifier of the city's credentials, and the root of its public URLs."""
        return f"{settings.PUBLIC_URL}/{self.code}"


@lru_cache(maxsize=1)
def all_municipalities() -> Mapping[str, Municipality]:
    """Return every city of this installation by its code."""
    with settings.MUNICIPALITIES_FILE.open("rb") as file:
        tables: dict[str, dict[str, Any]] = tomllib.load(file)
    return {code: Municipality(code=code, **table) for code, table in tables.items()}


def municipality(code: str) -> Municipality:
    """Return the city with ``code``; ``KeyError`` where this installation has no such city."""
    return all_municipalities()[code]
