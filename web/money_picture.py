"""Draw where a campaign's yen went: the geometry of the auditor's picture.

Five columns on one scale: what was put in, the budget, people, shops, the bank. The height of a
band is its yen; what lies still is hatched. Plain numbers in, rectangles and labels out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.refusals import gettext_noop as _
from tourism.models import AccountKind
from tourism.money_flow import MoneyFlow

WIDTH: Final = 992
HEIGHT: Final = 300
_TOP: Final = 56
_TALL: Final = 200  # px for all that was put in
_BAR: Final = 14
_COLUMNS: Final = (18, 207, 416, 625, 834)
_HELD: Final = 44  # width of a hatched box
_THIN: Final = 2  # what is above zero stays visible
_LABEL_GAP: Final = 22
_LABEL_WIDTH: Final = 170


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle; ``kind`` is its class: ``flow``, ``bar`` or ``held``."""

    kind: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A label and its yen; ``text`` is a message id."""

    x: int
    y: int
    text: str
    yen: int | None = None
    is_tall: bool = False  # the yen stand under the text: a wide band has room below, not beside


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All that stands in the picture."""

    boxes: Sequence[Box]
    words: Sequence[Words]
    heads: Sequence[Words]


def draw(flow: MoneyFlow, *, is_paid: bool = True) -> Picture:
    """Return the picture of a flow; an empty campaign has bars of no height."""
    return _Drawing(flow, bank_word=_("払った") if is_paid else _("銀行に出した")).picture()


class _Drawing:
    def __init__(self, flow: MoneyFlow, *, bank_word: str) -> None:
        self._flow, self._bank_word = flow, bank_word
        self._whole = max(flow.put_in_yen, 1)
        self._boxes: list[Box] = []
        self._words: list[Words] = []

    def picture(self) -> Picture:
        flow, at = self._flow, _COLUMNS
        heads = (_("市の予算"), _("クーポンの予算"), _("市民と旅行者"), _("お店"), _("銀行"))
        self._band(at[0], at[1], _TOP, flow.put_in_yen)
        self._words.append(
            Words(x=at[0] + 26, y=_TOP + _TALL // 2 - 12, text=_("最初に入れた"),
                  yen=flow.put_in_yen, is_tall=True)
        )  # fmt: skip
        self._bar(at[0], _TOP, flow.put_in_yen)
        y = self._held(at[1], _TOP, flow.yen_of(AccountKind.BUDGET), _("まだ配っていない"))
        y = self._middle(y)
        self._shops(y)
        return Picture(
            boxes=self._boxes,
            words=self._words,
            heads=[Words(x=x, y=30, text=text) for x, text in zip(at, heads, strict=True)],
        )

    def _middle(self, y: int) -> int:
        """Draw what people have: claimed and kept, and what lies with shops without a network."""
        flow, at = self._flow, _COLUMNS
        aside = flow.yen_of(AccountKind.LEASE) + flow.yen_of(AccountKind.RESERVE)
        moved = flow.put_in_yen - flow.yen_of(AccountKind.BUDGET) - aside
        self._band(at[1], at[2], y, moved)
        self._bar(at[1], _TOP, flow.put_in_yen)
        if aside:
            below = max(y + self._tall(moved), _TOP + _TALL) + 14
            self._held(at[2], below, aside, _("オフラインの店・そなえ"))
        if flow.through_wallets_yen:
            # What was given out, whether or not it came back: no figure of the table.
            self._word(at[1] + _HELD + 4, y + self._tall(moved) // 2, _("配った"), moved)
        kept = flow.yen_of(AccountKind.WALLET)
        over = flow.yen_of(AccountKind.EXPIRED)
        self._bar(at[2], y, moved)
        if over:
            self._word(at[3] + 26, _TOP - 2, _("期限切れ・市にもどす"), over)
            self._boxes.append(Box(kind="bar", x=at[3], y=_TOP - 8, width=_BAR, height=_THIN))
        return self._held(at[2], y, kept, _("もっている")) + self._tall(over)

    def _shops(self, y: int) -> None:
        flow, at = self._flow, _COLUMNS
        self._band(at[2], at[3], y, flow.spent_yen)
        self._word(
            at[2] + _HELD + 8, y + self._tall(flow.spent_yen) // 2, _("お店で使った"),
            flow.spent_yen,
        )  # fmt: skip
        self._bar(at[3], y, flow.spent_yen)
        owed = max(flow.yen_of(AccountKind.SHOP), 0)
        below = self._held(at[3], y, owed, _("これから払う"))
        self._band(at[3], at[4], below, flow.paid_yen)
        self._bar(at[4], below, flow.paid_yen)
        y = below + self._tall(flow.paid_yen) // 2
        self._word(at[4] + 26, y, self._bank_word, flow.paid_yen)

    def _tall(self, yen: int) -> int:
        """Return a height that keeps a small sum visible."""
        if yen <= 0:
            return 0
        return max(_THIN, min(yen, self._whole) * _TALL // self._whole)

    def _band(self, left: int, right: int, y: int, yen: int) -> None:
        box = Box(kind="flow", x=left + _BAR, y=y, width=right - left - _BAR,
                  height=self._tall(yen))  # fmt: skip
        if box.height:
            self._boxes.append(box)

    def _bar(self, x: int, y: int, yen: int) -> None:
        if yen > 0:
            self._boxes.append(Box(kind="bar", x=x, y=y, width=_BAR, height=self._tall(yen)))

    def _held(self, x: int, y: int, yen: int, text: str) -> int:
        """Draw what lies still at a column; return where the rest goes on."""
        tall = self._tall(yen)
        if tall:
            box = Box(kind="held", x=x + _BAR, y=y, width=_HELD, height=tall)
            self._boxes.append(box)
            self._word(x + _BAR + _HELD + 10, y + max(tall // 2 - 6, 4), text, yen)
        return y + tall

    def _word(self, x: int, y: int, text: str, yen: int) -> None:
        """Write a label with its yen; where another one stands already, a line further down."""
        while any(
            abs(one.x - x) < _LABEL_WIDTH and abs(one.y - y) < _LABEL_GAP * 2 for one in self._words
        ):
            y += _LABEL_GAP
        self._words.append(Words(x=x, y=y, text=text, yen=yen))
