"""The printed record of one's own data speaks words: no field's name, no code, no ISO date."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.utils.translation import override

from accounts.consents import decide
from accounts.own_data import export_data
from accounts.proofs import record_counter_proof
from childcare.applying.content import Siblings
from core import privacy
from core.audit import SYSTEM
from disability_card.ledger_row import ReturnReason
from disability_card.models import HoldingState
from tests.childcare.applying.factories import (
    fact,
    make_child,
    make_clerk,
    make_draft,
    make_family,
    make_submitted,
)
from tests.childcare.published import published
from tests.disability_card.factories import NOW, make_card, make_mental_row, make_person
from tourism.models import RefundWay, SheetState, WalletState
from web.own_record.parts import Part, Row, Table
from web.own_record.pdf import record_blocks
from web.own_record.reader import Reader
from web.own_record.rooms import ROOMS

pytestmark = pytest.mark.django_db

_CODE = re.compile(r"[a-z]+(?:[_.-][a-z0-9]+)*")
_ISO = re.compile(r"\d{4}-\d{2}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}")
# Keys whose values are a table of their own: `sayings` reads them whole.
_SAID_WHOLE = {
    "account": {"purpose", "act", "action", "who"},
    "childcare-applications": set[str](),
}


def make_record() -> Mapping[str, Any]:
    """The collected data of a parent with a card, a draft, an application and a consent."""
    published()
    parent = make_person(name="デモ 親", address="佐久市中込1")
    family = make_family(applicant=parent)
    make_submitted(make_child(family), facts=[fact("activity", "work"), fact("hours_month", 160)])
    make_draft(
        make_child(family, name="デモ 弟"),
        facts=[fact("care", "light")],
        siblings=Siblings(box="C", one_alone="elder"),
    )
    card = make_card(
        person=parent,
        row=make_mental_row(returned_on=NOW.date(), return_reason=ReturnReason.MOVED_OUT),
    )
    card.holdings.create(
        held_by=parent,
        label="Android · Chrome",
        device_key_thumbprint="x" * 43,
        state=HoldingState.ACTIVE,
        created_at=NOW,
    )
    decide(parent.pk, "insight", is_given=True, channel="page", actor=SYSTEM, now=NOW)
    record_counter_proof(parent, officer=make_clerk(), document="passport", actor=SYSTEM, now=NOW)
    made = export_data(parent, actor=SYSTEM, now=NOW)
    return {**made.content, **coupon_data()}


def coupon_data() -> dict[str, Any]:
    """What the coupons' rooms export, in their own shape."""
    bank = {"bank_code": "0143", "bank_kana": "ハチジュウニ", "kind": "1", "number": "1234567"}
    return {
        "coupon-wallets": [
            {
                "campaign": "デモ",
                "number": "K-1",
                "state": WalletState.ACTIVE,
                "granted_yen": 3000,
                "remaining_yen": 0,
                "spent": [
                    {
                        "at": NOW.isoformat(), "shop": "デモそば", "bill_yen": 1200,
                        "coupon_yen": 500,
                    }
                ],
            }
        ],
        "coupon-refunds": [
            {"number": "K-1", "refund_yen": 800, "way": RefundWay.BANK, "account": bank}
        ],
        "coupon-paper": [
            {
                "serial": "P-1", "state": SheetState.HANDED, "handed_at": None,
                "coupons": [{"number": 1, "face_yen": 500, "state": "used"}],
            }
        ],
        "shop-applications": [
            {"shop": "デモそば", "state": "accepted", "open_days": "月火", "bank": bank}
        ],
        "visitor-answers": {
            "profiles": [
                {"campaign": "no-such", "origin": "kanto", "age_band": "20-29", "party": "alone"}
            ],
            "receipts": [{"shop": str(uuid4()), "bill_yen": 900, "on": "2026-12-01"}],
        },
    }  # fmt: skip


def lines(content: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    with override(language):
        return [
            row
            for block in record_blocks(content, Reader(language=language))
            for row in [(block.heading, ""), *block.rows]
        ]


@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
def test_no_field_name_no_code_and_no_iso_date_is_printed(language: str) -> None:
    said = lines(make_record(), language)
    names = {name for room in ROOMS.values() for name in _named(room)}
    for label, value in said:
        assert label not in names
        if language != "en":  # there a word may look like a code
            assert not _CODE.fullmatch(label)
            assert not _CODE.fullmatch(value), (label, value)
        assert not _ISO.search(value), (label, value)
        assert not _UUID.search(value), (label, value)
    labels = {label for label, _value in said}
    assert not labels & {"そのほか", "Other"}  # every field has a word of its own


def test_the_words_are_those_of_the_pages() -> None:
    said = lines(make_record(), "ja")
    assert ("生まれた日", "2025年6月10日（令和7年）") in said
    assert ("手帳の種類", "精神障害者保健福祉手帳") in said
    assert ("手帳を返した理由", "市の外へ引っこした") in said
    assert ("のこり", "0円") in said
    assert ("お店での代金", "1,200円") in said
    assert ("2026年11月20日（令和8年） 12:00", "町をよくするための集計: 同意した") in said
    assert ("見せたもの", "パスポート") in said
    assert ("開いている曜日", "月曜日、火曜日") in said
    assert ("保護者1: していること", "働いている") in said


def test_a_field_that_nobody_named_is_still_disclosed() -> None:
    kept = {"account": {"email": "a@example.jp", "new_field": {"deep": ["見える"]}}, "later": [{}]}
    assert ("そのほか", "見える") in lines(kept, "ja")


def test_every_field_that_a_room_exports_has_words() -> None:
    for holding in privacy.holdings():
        known = _named(ROOMS[holding.name]) | _SAID_WHOLE.get(holding.name, set())
        assert set(_exported(holding)) <= known, holding.name


def _exported(holding: privacy.Holding) -> Iterator[str]:
    """Yield the keys that the module's exporting functions write."""
    tree = ast.parse(inspect.getsource(sys.modules[holding.export.__module__]))
    wanted = {holding.export.__name__, "_child", "_application"}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name in wanted:
            for node in ast.walk(function):
                if isinstance(node, ast.Dict):
                    yield from (
                        str(one.value) for one in node.keys if isinstance(one, ast.Constant)
                    )


def _named(part: Part) -> set[str]:
    found: set[str] = set()
    for name, node in part.fields.items():
        found.add(name)
        match node:
            case Part():
                found |= _named(node)
            case Row() | Table():
                pass
    return found
