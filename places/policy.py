"""Who may do what in places: one table, read by API, pages, tests and docs."""

from accounts.models import Role
from core.policy import Rules, anybody, staff

# Whoever keeps a sheet of the city may import it: spots and events, nurseries, all of it.
EDITORS = (Role.TOURISM_EDITOR, Role.CHILDCARE_CLERK, Role.ADMIN)

POLICY: dict[str, Rules] = {
    "place.read": (anybody(),),
    "place.import.list": (staff(*EDITORS),),
    "place.import.submit": (staff(*EDITORS, municipality=None),),
    "place.import.apply": (staff(*EDITORS),),
    "place.export": (staff(*EDITORS, municipality=None),),
}
