"""Draw status indices: at random, without reuse, from the newest list of the city.

An index must not tell when its credential was issued, nor which others came with it, so the
indices of a batch are drawn from the whole list with the system's random source (Token Status
List, privacy considerations). The list's row is locked while drawing; the unique constraint
``credential_index_is_drawn_once`` stands behind that lock.
"""

import secrets
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from disability_card.models import Credential, StatusList

# Beyond this share most tries hit a taken index, and the untaken ones begin to show.
FULL_AT_PERCENT: Final = 70


def draw_indices(
    municipality: str, *, count: int, last_exp: datetime, is_paper: bool
) -> tuple[StatusList, list[int]]:
    """Return the open list and ``count`` indices of it that nobody has had.

    The caller stores a ``Credential`` for each in the same transaction: until then only the lock
    on the list keeps others away from them.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("draw indices inside the transaction that stores their credentials")
    status_list = _open_list(municipality, is_paper=is_paper)
    drawn: list[int] = []
    while len(drawn) < count:
        tried = [secrets.randbelow(status_list.entries) for _ in range(2 * count)]
        taken = set(
            Credential.objects.filter(status_list=status_list, status_index__in=tried).values_list(
                "status_index", flat=True
            )
        )
        # In the order of drawing: going through a set would favour some indices over others.
        fresh = [index for index in dict.fromkeys(tried) if index not in taken]
        drawn += [index for index in fresh if index not in drawn][: count - len(drawn)]
    status_list.drawn += count
    status_list.last_exp = max(last_exp, status_list.last_exp or last_exp)
    status_list.save(update_fields=["drawn", "last_exp"])
    return status_list, drawn


def _open_list(municipality: str, *, is_paper: bool) -> StatusList:
    """Return the newest list, locked; open the next one when 70 % of it is drawn."""
    lists = StatusList.objects.select_for_update().filter(
        municipality=municipality, is_paper=is_paper, withdrawn_at=None
    )
    newest = lists.order_by("-number").first()
    if newest is not None and newest.drawn * 100 < newest.entries * FULL_AT_PERCENT:
        return newest
    highest = StatusList.objects.filter(municipality=municipality).aggregate(Max("number"))
    number = (highest["number__max"] or 0) + 1
    # Two requests may open the first list at once: the constraint lets one in, the other reads it.
    opened, _ = StatusList.objects.select_for_update().get_or_create(
        municipality=municipality, number=number, defaults={"is_paper": is_paper}
    )
    return opened if opened.is_paper == is_paper else _open_list(municipality, is_paper=is_paper)
