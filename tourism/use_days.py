"""When a coupon was used: the instant of the sale, also of one that came home later.

A sale over the network is used when it is posted. One without a network is posted when its till
comes home, perhaps after midnight; it was used when the server made the code that was read. That
second is the city's own, stands signed in the code, and the upload demands that it lies within
the lease: no clock of a device decides on which day a coupon counts. What money does (periods,
cuts, freezes) keeps to `Redemption.at`.
"""

from datetime import datetime
from typing import Final

from django.db.models.functions import Coalesce

from tourism.models import Redemption

USED_AT: Final = Coalesce("offline_sale__shown_at", "at")


def used_at(redemption: Redemption) -> datetime:
    """Return when this redemption's coupon was used."""
    sale = getattr(redemption, "offline_sale", None)
    return redemption.at if sale is None or sale.shown_at is None else sale.shown_at
