"""Who may do what in places: one table, read by API, pages, tests and docs."""

from core.policy import Rules

POLICY: dict[str, Rules] = {}
