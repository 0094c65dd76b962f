"""A reason in words for what stands out: how long it may be."""

from typing import Final

REASON_MAX: Final = 400
