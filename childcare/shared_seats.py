"""Classes that share seats: three ages in one room, of which each could fill it alone.

The nursery says which classes are one group and how many children the group takes; a round offers
at most that, on top of what each class offers. In April a round offers less: who stays keeps a seat
of the group, and only the nursery knows who stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.db import transaction

from childcare.models import ClassCapacity, Facility
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _

GroupKey = tuple[UUID, str]  # facility, name of the group


class SharedSeatsWrong(Refusal):
    """A group needs two classes of its own, and no more seats than they have."""

    code = "shared-seats-wrong"
    title = _("合わせて使う組の数が合いません")
    next_step = _("定員のある組を2つ以上えらび、その定員の合計までの人数を書いてください。")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedGroup:
    """Class ages that are one group, and how many children it takes."""

    class_ages: tuple[int, ...]
    seats: int

    @property
    def name(self) -> str:
        """Return the name of the group, "3-4-5"."""
        return "-".join(map(str, self.class_ages))


def shared_groups(facility: Facility, *, fiscal_year: int) -> list[SharedGroup]:
    """Return the groups as the nursery told them, the youngest first."""
    ages: dict[tuple[str, int], list[int]] = {}
    for row in ClassCapacity.objects.filter(facility=facility, fiscal_year=fiscal_year):
        if row.shared_seats is not None:
            ages.setdefault((row.shared_group, row.shared_seats), []).append(row.class_age)
    return sorted(
        (SharedGroup(class_ages=tuple(sorted(of)), seats=key[1]) for key, of in ages.items()),
        key=lambda group: group.class_ages,
    )


def tell_shared_seats(
    facility: Facility,
    *,
    fiscal_year: int,
    groups: Sequence[SharedGroup],
    actor: Actor,
    now: datetime,
) -> list[SharedGroup]:
    """Take the nursery's groups of a year in the place of those before; it confirms anew.

    Raise :class:`SharedSeatsWrong` where a class stands twice, has no seats of its own, or a
    group is one class alone or larger than its classes together.
    """
    with transaction.atomic():
        rows = {
            row.class_age: row
            for row in ClassCapacity.objects.select_for_update()
            .filter(facility=facility, fiscal_year=fiscal_year)
            .order_by("pk")
        }
        _demand_possible(groups, {age: row.seats for age, row in rows.items()})
        of = {age: group for group in groups for age in group.class_ages}
        for age, row in rows.items():
            group = of.get(age)
            told = ("", None) if group is None else (group.name, group.seats)
            if (row.shared_group, row.shared_seats) == told:
                continue
            row.shared_group, row.shared_seats = told
            row.confirmed_by, row.confirmed_at = None, None
            row.save()
        audit.record(
            "capacity.share",
            actor=actor,
            now=now,
            municipality=facility.municipality,
            object_type="facility",
            object_id=facility.pk,
            facts={"fiscal_year": fiscal_year, "groups": [group.name for group in groups]},
        )
    return list(groups)


def _demand_possible(groups: Sequence[SharedGroup], seats: Mapping[int, int]) -> None:
    named = [age for group in groups for age in group.class_ages]
    if len(named) != len(set(named)) or not seats.keys() >= set(named):
        raise SharedSeatsWrong
    for group in groups:
        total = sum(seats[age] for age in group.class_ages)
        if len(group.class_ages) < 2 or not 1 <= group.seats <= total:  # noqa: PLR2004
            raise SharedSeatsWrong


def groups_of_year(municipality: str, fiscal_year: int) -> dict[GroupKey, list[ClassCapacity]]:
    """Return the city's groups with the rows of their classes."""
    found: dict[GroupKey, list[ClassCapacity]] = {}
    for row in ClassCapacity.objects.filter(
        facility__municipality=municipality, fiscal_year=fiscal_year, shared_seats__isnull=False
    ).select_related("facility__place"):
        found.setdefault((row.facility_id, row.shared_group), []).append(row)
    return found


def proposed_shared(
    groups: Mapping[GroupKey, Sequence[ClassCapacity]], offered: Mapping[tuple[UUID, int], int]
) -> dict[GroupKey, int]:
    """Return what each group could offer: what its classes offer, up to what the group takes."""
    return {
        key: min(
            sum(offered.get((key[0], row.class_age), 0) for row in rows),
            rows[0].shared_seats or 0,
        )
        for key, rows in groups.items()
    }
