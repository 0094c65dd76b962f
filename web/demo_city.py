"""The demo city: its people, a ledger of 6,000 generated rows, venues with example benefits.

Data go in through the real doors: the importer with a second person's approval, the letter's
code, the set-up of a device. Nothing here runs in production.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from accounts.devices import NewDevice, make_device
from accounts.models import DeviceProfile, Role, RoleAssignment, User
from accounts.people import person_of
from core.audit import SYSTEM
from core.municipality import municipality
from core.refusals import gettext_noop as _
from disability_card.benefit_editing import load_examples
from disability_card.handbook import discount_of
from disability_card.imports.columns import OUR_OWN
from disability_card.imports.ledger_writing import write_ledger
from disability_card.key_roll_over import make_first_keys
from disability_card.ledger_generation import LedgerGenerator
from disability_card.ledger_import import approve_import, check_ledger_file
from disability_card.ledger_row import LedgerRow
from disability_card.linking import link_by_letter, make_linking_codes
from disability_card.models import Card, Handbook, LedgerImport, SigningKey
from disability_card.trust_publication import publish_trust_list, trust_list
from jp.ages import age_on
from jp.clock import civil_date
from places.models import Place
from places.search_index import index_missing
from signing import jws
from web.demo_applications import prepare_applications
from web.demo_campaigns import LODGING_CLERK, SHOP_OWNER, prepare_campaigns
from web.demo_counts import prepare_counts
from web.demo_facilities import prepare_facilities
from web.demo_money import prepare_money
from web.demo_places import prepare_places
from web.demo_rounds import prepare_rounds
from web.demo_rule_sets import prepare_rule_sets
from web.demo_visitors import prepare_visitors

CITY: Final = settings.DEFAULT_MUNICIPALITY
LEDGER_ROWS: Final = 6_000
_ADULT: Final = 18
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """One of the people whom a visitor of the demo may be."""

    key: str
    name: str
    does: str
    starts_at: str
    email: str = ""
    roles: tuple[Role, ...] = ()


PEOPLE: Final = (
    DemoPerson(
        key="holder",
        name=_("手帳を持つ人"),
        does=_("電話で手帳を見せる"),
        starts_at="/my/",
        email="holder@demo.example",
    ),
    DemoPerson(
        key="desk", name=_("お店の受付"), does=_("手帳を確認する"), starts_at="/desk/setup/"
    ),
    DemoPerson(
        key="parent",
        name=_("保護者"),
        does=_("保育園をさがして申しこむ、子どもの手帳を見せる"),
        starts_at="/my/",
        email="parent@demo.example",
    ),
    DemoPerson(
        key="tourist",
        name=_("旅行に来た人"),
        does=_("見どころを見る、クーポンを使う"),
        starts_at="/tourism/",
        email="tourist@demo.example",
    ),
    DemoPerson(
        key="shop",
        name=_("お店の人"),
        does=_("クーポンを受けとる、支払いを見る"),
        starts_at="/shop/own/",
        email=SHOP_OWNER,
    ),
    DemoPerson(
        key="lodging",
        name=_("宿の受付"),
        does=_("泊まる人にクーポンのコードを出す"),
        starts_at="/lodging/",
        email=LODGING_CLERK,
    ),
    DemoPerson(
        key="staff",
        name=_("市の職員"),
        does=_("入園の審査と決定、手帳、クーポン、統計"),
        starts_at="/staff/",
        email="staff@demo.example",
        roles=tuple(Role),
    ),
)
# Whoever submits a ledger cannot approve it, in the demo too.
SECOND_CLERK: Final = DemoPerson(
    key="second",
    name=_("市の職員（2人め）"),
    does=_("台帳・点数表・入所・クーポンを承認する"),
    starts_at="/staff/",
    email="second@demo.example",
    roles=(
        Role.CARD_CLERK,
        Role.CARD_APPROVER,
        Role.CHILDCARE_CLERK,
        Role.CHILDCARE_APPROVER,
        Role.CAMPAIGN_CLERK,
        Role.CAMPAIGN_APPROVER,
    ),
)
TEACHER: Final = DemoPerson(
    key="teacher",
    name=_("保育園の先生"),
    does=_("園の一日、空き、見学の日を書く"),
    starts_at="/nursery/",
    email="teacher@demo.example",
)
EVERYBODY: Final = (*PEOPLE, SECOND_CLERK, TEACHER)


def demo_user(person: DemoPerson, *, now: datetime) -> User:
    """Return the account of a demo person, made at first need with its roles."""
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(person.email, is_staff=bool(person.roles))
        for role in person.roles:
            RoleAssignment.objects.create(user=user, role=role, municipality=CITY, valid_from=now)
    person_of(user, municipality=CITY)
    return user


def demo_desk(*, now: datetime) -> NewDevice:
    """Return a front desk of the demo bath house, to be set up by its one-time token."""
    staff = demo_user(PEOPLE[-1], now=now)
    place = Place.objects.get(municipality=CITY, number="D001")
    return make_device(
        municipality=CITY,
        name="デモの受付",
        profile=DeviceProfile.FRONT_DESK,
        place_id=place.pk,
        created_by=staff,
        actor=SYSTEM,
        now=now,
    )


def prepare(*, now: datetime, say: Say = lambda _line: None) -> None:
    """Make whatever of the demo city is not there yet; a second run finds everything."""
    if not SigningKey.objects.filter(municipality=CITY).exists():
        say("Making the city's keys ...")
        make_first_keys(CITY, now=now)
    if jws.parse_text(trust_list(CITY)).payload["iss"] != municipality(CITY).issuer:
        publish_trust_list(CITY, now=now)  # the demo moved to another port
    for person in EVERYBODY:
        if person.email:
            demo_user(person, now=now)
    load_examples(CITY, actor=SYSTEM, now=now)
    say("Looking after places, nurseries and applications ...")
    prepare_places(municipality=CITY, now=now)
    prepare_rule_sets(
        municipality=CITY,
        submitted_by=demo_user(PEOPLE[-1], now=now),
        published_by=demo_user(SECOND_CLERK, now=now),
        now=now,
    )
    prepare_visitors(municipality=CITY, now=now)
    prepare_facilities(
        municipality=CITY,
        first=demo_user(PEOPLE[-1], now=now),
        second=demo_user(SECOND_CLERK, now=now),
        teacher=demo_user(TEACHER, now=now),
        now=now,
    )
    prepare_rounds(municipality=CITY, now=now)
    prepare_campaigns(
        municipality=CITY,
        first=demo_user(PEOPLE[-1], now=now),
        second=demo_user(SECOND_CLERK, now=now),
        now=now,
        say=say,
    )
    prepare_money(
        municipality=CITY,
        first=demo_user(PEOPLE[-1], now=now),
        second=demo_user(SECOND_CLERK, now=now),
        tourist=demo_user(next(one for one in PEOPLE if one.key == "tourist"), now=now),
        now=now,
    )
    if not LedgerImport.objects.filter(municipality=CITY).exists():
        say(f"Importing a generated ledger of {LEDGER_ROWS:,} rows ...")
        _import_ledger(now=now)
    if not Card.objects.filter(municipality=CITY).exists():
        _link_holders(now=now)
    # After the ledger: one of them is of somebody whom the demo's identity provider knows.
    prepare_applications(
        municipality=CITY,
        parent=demo_user(next(one for one in PEOPLE if one.key == "parent"), now=now),
        first=demo_user(PEOPLE[-1], now=now),
        second=demo_user(SECOND_CLERK, now=now),
        now=now,
    )
    prepare_counts(municipality=CITY, now=now)
    index_missing()  # shops and venues are places too


def _import_ledger(*, now: datetime) -> None:
    path = Path(settings.VAR_DIR) / "demo" / "ledger.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    generator = LedgerGenerator(1, now.replace(microsecond=0))
    write_ledger(path, generator.rows(LEDGER_ROWS), encoding="cp932")
    found = check_ledger_file(
        path,
        file_name=path.name,
        mapping=OUR_OWN,
        municipality=CITY,
        submitted_by=demo_user(PEOPLE[-1], now=now),
        actor=SYSTEM,
        now=now,
    )
    approve_import(found, approved_by=demo_user(SECOND_CLERK, now=now), actor=SYSTEM, now=now)


def _link_holders(*, now: datetime) -> None:
    """Link an adult of 第1種 to the holder, and a child to the parent, by letters."""
    today = civil_date(now)
    wanted = {"holder": False, "parent": True}
    rows = Handbook.objects.filter(municipality=CITY, is_gone=False).order_by("pk")
    for handbook in rows.iterator(chunk_size=200):
        row = LedgerRow.from_record(handbook.record)
        is_child = age_on(row.birth_date, day=today) < _ADULT
        who = next((key for key, child in wanted.items() if child == is_child), None)
        if who is None or discount_of(row, attendant_rule=False).caregivers == 0:
            continue
        _link(who, handbook, row, as_guardian=wanted.pop(who), now=now)
        if not wanted:
            return


def _link(
    who: str, handbook: Handbook, row: LedgerRow, *, as_guardian: bool, now: datetime
) -> None:
    person = next(person for person in PEOPLE if person.key == who)
    letter = make_linking_codes([handbook], now=now)[0]
    link_by_letter(
        reference=letter.code.reference,
        secret=letter.secret,
        birth_date=row.birth_date,
        person=person_of(demo_user(person, now=now), municipality=CITY),
        municipality=CITY,
        address="127.0.0.1",
        actor=SYSTEM,
        now=now,
        as_guardian=as_guardian,
    )
