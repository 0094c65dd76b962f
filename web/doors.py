"""The doors of the city's pages: which there are, in which order, under which words.

A door whose page does not exist in this installation is left out, and so is one that the reader
may not open. Titles are message ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from core import policy
from core.actor import Actor
from core.refusals import gettext_noop as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One page to go to: ``route`` is its name in the URL table, ``action`` who may open it."""

    route: str
    icon: str
    title: str
    text: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDoor:
    """A door as a page shows it, in the reader's language."""

    route: str
    address: str
    icon: str
    title: str
    text: str
    is_current: bool
    count: int | None = None

    @property
    def label(self) -> str:
        """The word in a menu."""
        return self.title


_LODGING: Final = Door(
    route="lodging",
    icon="home",
    title=_("宿のチェックイン"),
    text=_("泊まる人にクーポンのコードを出す"),
    action="coupon.attest-stay",
)
HOME: Final = (
    Door(route="childcare", icon="family", title=_("子ども"), text=_("保育園をさがす・点数を試す")),
    Door(route="about-card", icon="card", title=_("手帳"), text=_("障害者手帳を電話で見せる")),
    Door(route="tourism", icon="mountain", title=_("観光"), text=_("見どころ・使えるクーポン")),
    Door(route="benefits", icon="ticket", title=_("割引"), text=_("手帳で割引が受けられるところ")),
    Door(route="desk", icon="shop", title=_("お店"), text=_("手帳の確認・クーポン")),
    Door(
        route="tills",
        icon="ticket",
        title=_("お店のクーポン"),
        text=_("クーポンを受ける・きょうの一覧"),
        action="coupon.sales",
    ),
    _LODGING,
)
# Where people go who work with the app: on their own page, since there they arrive.
MY_WORK: Final = (
    Door(
        route="staff-home",
        icon="document",
        title=_("職員の画面"),
        text=_("あなたを待っている仕事"),
        action="staff.home",
    ),
    Door(
        route="own-shops-page",
        icon="shop",
        title=_("わたしのお店"),
        text=_("クーポンを受ける・支払いを見る"),
        action="shop.own",
    ),
    _LODGING,
    Door(
        route="nursery",
        icon="family",
        title=_("わたしの園"),
        text=_("一日のようす・空き・見学の日"),
        action="facility.home",
    ),
    Door(
        route="nursery-offers",
        icon="check",
        title=_("入園が内定した子ども"),
        text=_("受け入れられるかどうかを返事する"),
        action="childcare.offer.list",
    ),
)
MY_CARDS: Final = (
    Door(
        route="card-link",
        icon="plus",
        title=_("手帳を登録する"),
        text=_("手紙のコードか、窓口で"),
    ),
    Door(
        route="card-devices", icon="phone", title=_("手帳の入っている電話"), text=_("止める・消す")
    ),
    Door(route="benefits", icon="ticket", title=_("割引"), text=_("手帳で割引が受けられるところ")),
)
MY_ACCOUNT: Final = (
    Door(
        route="my-notices",
        icon="bell",
        title=_("お知らせ"),
        text=_("全部読む・受け取り方をえらぶ"),
    ),
    Door(
        route="my-members",
        icon="people",
        title=_("はたらく人とPIN"),
        text=_("店員にPINを渡す・やめた人を終わりにする"),
        action="organisation.member.list",
    ),
    Door(
        route="my-account",
        icon="person",
        title=_("ログインの方法"),
        text=_("パスキー・認証アプリ・ログアウト"),
    ),
    Door(
        route="my-family",
        icon="family",
        title=_("家族とかわりの人"),
        text=_("子どもを加える・手伝ってもらう"),
    ),
    Door(
        route="my-data",
        icon="document",
        title=_("わたしのデータ"),
        text=_("だれが見たか・同意・受け取る・消す"),
    ),
    Door(
        route="identity", icon="card", title=_("本人確認"), text=_("手紙がなくても手帳を登録できる")
    ),
)
# What staff do for who stands at the counter, in each service.
AT_COUNTER: Final = (
    Door(
        route="staff-cards",
        icon="card",
        title=_("手帳"),
        text=_("手帳をさがして、カードを作る・止める"),
        action="staff.handbook.search",
    ),
    Door(
        route="childcare-applications",
        icon="family",
        title=_("保育園の申しこみ"),
        text=_("聞きながら、かわりに書く"),
        action="childcare.application.read",
    ),
    Door(
        route="coupons",
        icon="ticket",
        title=_("クーポン"),
        text=_("この人のクーポンを受け取る"),
        action="coupon.claim",
    ),
    Door(
        route="counter-paper",
        icon="printer",
        title=_("紙のクーポン"),
        text=_("電話がない人に、紙をわたす・なくした紙を止める"),
        action="paper.give",
    ),
)
SITE: Final = (
    Door(route="home", icon="home", title=_("はじめの画面")),
    Door(route="my", icon="person", title=_("マイページ")),
    Door(route="card", icon="qr", title=_("手帳を見せる")),
    Door(route="childcare-applications", icon="family", title=_("保育園の申しこみ")),
    Door(
        route="nursery-offers",
        icon="family",
        title=_("入園が内定した子ども"),
        action="childcare.offer.list",
    ),
    Door(route="nursery", icon="family", title=_("わたしの園"), action="facility.home"),
    Door(route="staff-home", icon="document", title=_("職員の画面"), action="staff.home"),
)
STAFF: Final = (
    Door(route="staff-home", icon="home", title=_("きょう"), action="staff.home"),
    Door(
        route="staff-childcare-applications",
        icon="document",
        title=_("申しこみの審査"),
        action="staff.childcare.application.list",
    ),
    Door(
        route="staff-childcare-placing",
        icon="family",
        title=_("内定のあと"),
        action="staff.childcare.placing",
    ),
    Door(
        route="staff-consultations",
        icon="family",
        title=_("広域の協議"),
        action="staff.childcare.consultation.list",
    ),
    Door(route="staff-cards", icon="card", title=_("手帳"), action="staff.handbook.search"),
    Door(route="staff-campaigns", icon="ticket", title=_("クーポン"), action="campaign.list"),
    Door(
        route="staff-shop-applications",
        icon="document",
        title=_("お店の申しこみ"),
        action="shop.application.list",
    ),
    Door(route="staff-shops", icon="shop", title=_("お店"), action="shop.list"),
    Door(route="staff-settlements", icon="yen", title=_("精算"), action="settlement.list"),
    Door(
        route="staff-admission",
        icon="people",
        title=_("入所の決定"),
        action="staff.childcare.round.list",
    ),
    Door(
        route="staff-wallets",
        icon="search",
        title=_("クーポンをしらべる"),
        action="coupon.block-wallet",
    ),
    Door(route="staff-risk", icon="alert", title=_("気になる利用"), action="risk.list"),
    Door(route="staff-people", icon="person", title=_("人"), action="staff.person.search"),
    Door(route="staff-ledger", icon="upload", title=_("台帳の取り込み"), action="ledger.list"),
    Door(route="staff-benefits", icon="ticket", title=_("割引"), action="staff.benefit.list"),
    Door(route="staff-devices-page", icon="phone", title=_("確認の端末"), action="device.list"),
    Door(route="staff-rule-sets", icon="document", title=_("点数表"), action="staff.rule-set.list"),
    Door(route="staff-places", icon="map", title=_("場所の一覧"), action="place.import.list"),
    Door(route="staff-seats", icon="family", title=_("保育園の定員"), action="capacity.list"),
    Door(
        route="staff-operators",
        icon="people",
        title=_("園の運営者"),
        action="staff.childcare.operator.list",
    ),
    Door(route="staff-statistics", icon="chart", title=_("統計"), action="staff.statistics"),
    Door(route="staff-listings", icon="mountain", title=_("見どころと催し"), action="listing.list"),
    Door(route="insight", icon="chart", title=_("わかったこと"), action="insight.ask"),
    Door(route="staff-money", icon="yen", title=_("お金の流れ"), action="money.audit"),
)


def address_of(route: str) -> str:
    """Return the address of a page without arguments; empty where there is none."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def open_doors(doors: Sequence[Door], *, actor: Actor, here: str = "") -> list[OpenDoor]:
    """Return those of ``doors`` that exist and that ``actor`` may open."""
    current = _current(doors, here)
    return [
        OpenDoor(
            route=door.route,
            address=address,
            icon=door.icon,
            title=gettext(door.title),
            text=gettext(door.text) if door.text else "",
            is_current=door is current,
        )
        for door in doors
        if (address := address_of(door.route)) and _may_open(door, actor)
    ]


def _may_open(door: Door, actor: Actor) -> bool:
    return not door.action or policy.may(actor, door.action)


def _current(doors: Sequence[Door], here: str) -> Door | None:
    """Return the door with the longest address that ``here`` stands under."""
    under = [
        (len(address), place, door)
        for place, door in enumerate(doors)
        if (address := address_of(door.route))
        and (here == address or (here.startswith(address) and address != "/"))
    ]
    return max(under)[2] if under else None
