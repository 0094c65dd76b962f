"""Who sits where, and whether a family could sit: the state that the repair search moves.

A family may take an option if every slot, and every entry of shared seats, would choose all of
the option's members by position among them and those present, the family's own present members
left out.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from childcare.admission.market import NO_GROUP, Market, Option


class Seating:
    """Positions seated in each slot (upwards) and each family's option; ``None`` is in the queue.

    ``vacated`` collects the slots in which somebody left without being pushed out: only there
    can somebody else come in.
    """

    def __init__(
        self, market: Market, seated: list[list[int]], current: Sequence[int | None] | None = None
    ) -> None:
        self.market = market
        self.seated = seated
        self.current = list(current or [None] * len(market.options))
        self.vacated: set[int] = set()

    @classmethod
    def of(cls, market: Market, current: Sequence[int]) -> Self:
        """Return everybody seated as ``current`` says."""
        seated: list[list[int]] = [[] for _ in market.slots]
        for rows, option in zip(market.options, current, strict=True):
            for position in rows[option]:
                insort(seated[market.slot_at[position]], position)
        return cls(market, seated, current)

    def copy(self) -> Self:
        """Return a seating of its own with everybody where they are."""
        twin = type(self)(self.market, [list(present) for present in self.seated], self.current)
        twin.vacated = set(self.vacated)
        return twin

    def own(self, family: int) -> Option:
        """Return the positions in which ``family`` sits now."""
        option = self.current[family]
        return () if option is None else self.market.options[family][option]

    def best_option(self, family: int, *, before: int) -> int:
        """Return the first option before ``before`` that the family may take, else ``before``."""
        options, own = self.market.options[family], self.own(family)
        for index in range(before):
            if self.may_take(options[index], own):
                return index
        return before

    def may_take(self, option: Option, own: Option) -> bool:
        """Say whether all members of ``option`` would be chosen, ``own`` members left out."""
        slot_at, seated, seats = self.market.slot_at, self.seated, self.market.seats
        if len(option) == 1:  # most are
            position = option[0]
            slot = slot_at[position]
            present = seated[slot]
            if len(present) >= seats[slot] and (not present or position < present[0]):
                left = len(present) - sum(slot_at[one] == slot for one in own)
                if left >= seats[slot]:
                    return False
        elif not self._slots_choose(option, own):
            return False
        return not self.market.groups or self._groups_choose(option, own)

    def _slots_choose(self, option: Option, own: Option) -> bool:
        slot_at = self.market.slot_at
        at = 0
        while at < len(option):
            lowest, slot = option[at], slot_at[option[at]]
            members = 1
            while at + members < len(option) and slot_at[option[at + members]] == slot:
                members += 1
            room = self.market.seats[slot] - members
            if self._higher(slot, lowest, own) > room:
                return False
            at += members
        return True

    def _higher(self, slot: int, position: int, own: Option) -> int:
        """Count who sits in ``slot`` at or above ``position`` without being of the family."""
        present = self.seated[slot]
        count = len(present) - bisect_left(present, position)
        return count - sum(one >= position and self.market.slot_at[one] == slot for one in own)

    def _groups_choose(self, option: Option, own: Option) -> bool:
        """Slots choose first; the entry chooses among whom they chose."""
        group_of, slot_at = self.market.group_of, self.market.slot_at
        for group in {group_of[slot_at[one]] for one in option} - {NO_GROUP}:
            slots, seats = self.market.groups[group]
            members = [one for one in option if group_of[slot_at[one]] == group]
            lowest = min(members)
            chosen = len(members)
            for slot in slots:
                here = sum(slot_at[one] == slot for one in members)
                chosen += min(self._higher(slot, lowest, own), self.market.seats[slot] - here)
            if chosen > seats:
                return False
        return True

    def stand_up(self, family: int) -> None:
        """Let ``family`` leave all its seats and wait."""
        self._leave(family)
        self.current[family] = None

    def take(self, family: int, index: int) -> list[int]:
        """Seat ``family`` at option ``index``; return the families that this pushes out.

        A family of which one member is pushed out leaves all its seats and is ``None``.
        """
        self._leave(family)
        option = self.market.options[family][index]
        self.current[family] = index
        slot_at = self.market.slot_at
        for position in option:
            insort(self.seated[slot_at[position]], position)
        displaced: list[int] = []
        for slot in {slot_at[position]: None for position in option}:
            present = self.seated[slot]
            while len(present) > self.market.seats[slot]:
                displaced.append(self._push_out(slot))
            if self.market.groups and self.market.group_of[slot] != NO_GROUP:
                displaced += self._shrink(self.market.group_of[slot])
        return displaced

    def _shrink(self, group: int) -> Iterable[int]:
        slots, seats = self.market.groups[group]
        while sum(len(self.seated[slot]) for slot in slots) > seats:
            lowest = min((self.seated[slot][0], slot) for slot in slots if self.seated[slot])
            yield self._push_out(lowest[1])

    def _push_out(self, slot: int) -> int:
        position = self.seated[slot].pop(0)
        family = self.market.owner[position]
        self._leave(family, but=position)
        self.current[family] = None
        return family

    def _leave(self, family: int, *, but: int | None = None) -> None:
        for position in self.own(family):
            if position == but:
                continue
            slot = self.market.slot_at[position]
            present = self.seated[slot]
            del present[bisect_left(present, position)]
            self.vacated.add(slot)

    def blocking(self, families: Iterable[int]) -> Iterator[int]:
        """Give those of ``families`` that may take a better option than the one they have."""
        for family in families:
            current = self.current[family]
            if current and self.best_option(family, before=current) < current:
                yield family
