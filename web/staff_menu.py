"""The staff's menu: their doors under the city's sections, in the order of a working day.

Which doors there are and who may open them stands in `web.doors`; a door that no section names
comes last, so that a new one is never lost.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from core.actor import Actor
from core.refusals import gettext_noop as _
from web.doors import STAFF, OpenDoor, open_doors

_SECTIONS: Final = (
    ("", ("staff-home",)),
    (
        _("子ども"),
        (
            "staff-childcare-applications",
            "staff-admission",
            "staff-childcare-placing",
            "staff-consultations",
            "staff-seats",
            "staff-operators",
            "staff-rule-sets",
            "nursery",
            "nursery-offers",
        ),
    ),
    (
        _("手帳"),
        ("staff-cards", "staff-ledger", "staff-benefits", "staff-devices-page", "staff-statistics"),
    ),
    (
        _("観光とお店"),
        (
            "staff-campaigns",
            "staff-shop-applications",
            "staff-shops",
            "staff-settlements",
            "staff-money",
            "staff-wallets",
            "staff-risk",
            "staff-listings",
            "insight",
        ),
    ),
    (_("市の窓口"), ("staff-people", "staff-places")),
)
_REST: Final = _("そのほか")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Some doors under one heading; the first section has none."""

    title: str
    doors: list[OpenDoor]


def staff_menu(actor: Actor, *, here: str) -> list[Section]:
    """Return the sections of the menu that hold a door ``actor`` may open."""
    rest = {door.route: door for door in open_doors(STAFF, actor=actor, here=here)}
    found = []
    for title, routes in _SECTIONS:
        doors = [rest.pop(route) for route in routes if route in rest]
        if doors:
            found.append(Section(title=gettext(title) if title else "", doors=doors))
    if rest:
        found.append(Section(title=gettext(_REST), doors=list(rest.values())))
    return found
