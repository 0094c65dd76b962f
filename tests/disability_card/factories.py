"""Data for tests of the card: functions with a good default, so a test shows what it is about."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from accounts.models import Device, DeviceProfile, Person, Role, RoleAssignment, User
from disability_card.handbook_index import identity_index, key_index, record_digest, resident_index
from disability_card.ledger_row import ChangeKind, HandbookType, LedgerRow
from disability_card.models import Card, CardState, Handbook
from jp.clock import JST

CITY = "202177"
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # noon in Japan
AS_OF = datetime(2026, 1, 1, 9, 0, tzinfo=JST)
_numbers = count(1)


def make_row(**override: Any) -> LedgerRow:
    """A physical handbook of 第1種 without an end."""
    number = next(_numbers)
    good = LedgerRow(
        resident_ref=f"{number:010d}",
        handbook_type=HandbookType.PHYSICAL,
        handbook_number=f"長野県第{number:06d}号",
        issuer_code="200000",
        issuer_name="長野県",
        name="佐久　はな子",
        name_kana="サク　ハナコ",
        birth_date=date(1960, 4, 1),
        addr_lgcode=CITY,
        addr_text="長野県佐久市中込1番地",
        postal_code="3850051",
        first_issued_on=date(2020, 4, 1),
        issued_on=date(2024, 4, 1),
        overall_grade="2",
        fare_class=1,
        part_codes=("体幹",),
        part_grades=("2",),
        changed_on=date(2024, 4, 1),
        change_kind=ChangeKind.NEW,
        as_of=AS_OF,
    )
    return replace(good, **override)


def make_mental_row(**override: Any) -> LedgerRow:
    """A mental handbook, 2級 and so 第2種, good until the end of March 2028."""
    good: dict[str, Any] = {
        "handbook_type": HandbookType.MENTAL,
        "overall_grade": "2",
        "fare_class": 2,
        "part_codes": (),
        "part_grades": (),
        "issued_on": date(2026, 4, 1),
        "valid_until": date(2028, 3, 31),
    }
    return make_row(**(good | override))


def make_handbook(row: LedgerRow | None = None, **override: Any) -> Handbook:
    row = row or make_row()
    good: dict[str, Any] = {
        "municipality": CITY,
        "key_index": key_index(row.key),
        "resident_index": resident_index(row.resident_ref),
        "identity_index": identity_index(name=row.name, birth_date=row.birth_date),
        "record": row.to_record(),
        "record_digest": record_digest(row),
        "as_of": row.as_of,
        "changed_on": row.changed_on,
        "updated_at": NOW,
    }
    return Handbook.objects.create(**(good | override))


def make_user(**override: Any) -> User:
    good = {"email": f"person{next(_numbers)}@example.jp"}
    return User.objects.create_user(**(good | override))


def make_person(**override: Any) -> Person:
    """A person with an account; ``user=None`` for a child."""
    if "user" not in override:
        override["user"] = make_user()
    good = {"municipality": CITY}
    return Person.objects.create(**(good | override))


def make_card(**override: Any) -> Card:
    row = override.pop("row", None)
    if "handbook" not in override:
        override["handbook"] = make_handbook(row)
    if "person" not in override:
        override["person"] = make_person()
    good: dict[str, Any] = {
        "municipality": CITY,
        "state": CardState.ACTIVE,
        "linked_by": "letter",
        "created_at": NOW,
        "state_changed_at": NOW,
    }
    return Card.objects.create(**(good | override))


def make_staff(*roles: Role, municipality: str = CITY, **override: Any) -> User:
    user = make_user(is_staff=True, **override)
    for role in roles:
        RoleAssignment.objects.create(
            user=user,
            role=role,
            municipality=municipality,
            valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        )
    return user


def make_device(**override: Any) -> Device:
    good: dict[str, Any] = {
        "municipality": CITY,
        "name": "窓口のタブレット",
        "profile": DeviceProfile.FRONT_DESK,
    }
    if "created_by" not in override:
        override["created_by"] = make_staff(Role.DEVICE_MANAGER)
    return Device.objects.create(**(good | override))
