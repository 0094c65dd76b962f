"""Which table speaks for which room of the registry (``core.privacy``)."""

from collections.abc import Mapping
from typing import Final

from core.refusals import gettext_noop as _
from web.own_record.account_fields import ACCOUNT
from web.own_record.card_fields import CARDS
from web.own_record.childcare_fields import FAMILIES, VISITS
from web.own_record.coupon_fields import ANSWERS, REFUNDS, SHEETS, SHOP_APPLICATIONS, WALLETS
from web.own_record.parts import Part

# By the name of the holding. Where a room keeps a list, ``Part`` says what one of it is.
ROOMS: Final[Mapping[str, Part]] = {
    "account": Part(label=_("アカウント"), fields=ACCOUNT),
    "disability-cards": Part(label=_("カード"), fields=CARDS),
    "childcare-applications": Part(label=_("家族"), fields=FAMILIES),
    "nursery-visits": Part(label=_("見学"), fields=VISITS),
    "coupon-refunds": Part(label=_("払いもどし"), fields=REFUNDS),
    "coupon-wallets": Part(label=_("クーポン"), fields=WALLETS),
    "coupon-paper": Part(label=_("クーポンの紙"), fields=SHEETS),
    "shop-applications": Part(label=_("お店の申しこみ"), fields=SHOP_APPLICATIONS),
    "visitor-answers": Part(label=_("答え"), fields=ANSWERS),
}
