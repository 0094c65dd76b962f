"""Where an application may go from where it stands: one closed table.

Plain Python: no Django, no clock. Who may move it, and what must be true of its papers, is
decided by the processes that call :func:`demand_move`.
"""

from collections.abc import Mapping, Set as AbstractSet
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from core.refusals import Refusal, gettext_noop as _


class ApplicationState(StrEnum):
    """One application's way from the first answer to the first day at the nursery."""

    DRAFT = "draft"  # 下書き
    SUBMITTED = "submitted"  # 申しこみ済み
    DOCUMENTS_MISSING = "documents_missing"  # 書類不足
    UNDER_REVIEW = "under_review"  # 確認中
    VERIFIED = "verified"  # 二人で確認済み
    IN_SELECTION = "in_selection"  # 選考中
    OFFERED = "offered"  # 内定
    CONFIRMED = "confirmed"  # 園が受け入れを確認
    ACCEPTED = "accepted"  # 保護者が承諾
    DECLINED = "declined"  # 辞退
    ADMITTED = "admitted"  # 入園決定
    NOT_PLACED = "not_placed"  # 保留
    WITHDRAWN = "withdrawn"  # 取下げ


_S = ApplicationState
MOVES: Final[Mapping[ApplicationState, AbstractSet[ApplicationState]]] = {
    _S.DRAFT: {_S.SUBMITTED},
    _S.SUBMITTED: {_S.DOCUMENTS_MISSING, _S.UNDER_REVIEW, _S.WITHDRAWN},
    _S.DOCUMENTS_MISSING: {_S.UNDER_REVIEW, _S.WITHDRAWN},
    _S.UNDER_REVIEW: {_S.DOCUMENTS_MISSING, _S.VERIFIED, _S.WITHDRAWN},
    # A change reopens every check, whoever it was told to (吹田 2024).
    _S.VERIFIED: {_S.DOCUMENTS_MISSING, _S.UNDER_REVIEW, _S.IN_SELECTION, _S.WITHDRAWN},
    _S.IN_SELECTION: {_S.VERIFIED, _S.OFFERED, _S.NOT_PLACED, _S.WITHDRAWN},
    _S.OFFERED: {_S.CONFIRMED, _S.NOT_PLACED, _S.DECLINED, _S.WITHDRAWN},
    _S.CONFIRMED: {_S.ACCEPTED, _S.DECLINED, _S.WITHDRAWN},
    _S.ACCEPTED: {_S.ADMITTED, _S.WITHDRAWN},
    _S.DECLINED: set(),
    _S.ADMITTED: set(),
    # A seat that somebody declined goes down the waiting list.
    _S.NOT_PLACED: {_S.OFFERED, _S.WITHDRAWN},
    # Withdrawn in error before the deadline: the same draft is taken up again.
    _S.WITHDRAWN: {_S.DRAFT},
}

# States in which the city still looks at what was submitted: a change there reopens the checks.
BEFORE_SELECTION: Final = frozenset(
    {_S.SUBMITTED, _S.DOCUMENTS_MISSING, _S.UNDER_REVIEW, _S.VERIFIED}
)
# States that still want a seat or have one.
LIVE: Final = frozenset(_S) - {_S.DRAFT, _S.DECLINED, _S.WITHDRAWN}


class NotInThisState(Refusal):
    """The application has gone on, or is not there yet."""

    code = "application-state"
    title = _("この申しこみは、いまこの操作ができません")
    next_step = _("申しこみの今の状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


def may_move(here: str, there: str) -> bool:
    """Say whether an application in ``here`` may go to ``there``."""
    return ApplicationState(there) in MOVES[ApplicationState(here)]


def demand_move(here: str, there: str) -> ApplicationState:
    """Return ``there``; raise :class:`NotInThisState` where no way leads to it."""
    if not may_move(here, there):
        raise NotInThisState(state=str(here))
    return ApplicationState(there)
