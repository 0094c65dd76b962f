"""The staff's pages, as a member of staff meets them at a desk and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from accounts.models import Role
from core.audit import SYSTEM
from disability_card.benefit_editing import load_examples
from disability_card.imports.columns import OUR_OWN
from disability_card.imports.ledger_writing import write_ledger
from disability_card.ledger_import import approve_import, check_ledger_file
from disability_card.models import Benefit
from tests.browser.harness import (
    OpenPage,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets_are_big,
    follow,
    needs_chromium,
)
from tests.disability_card.factories import CITY, make_card, make_row, make_staff
from tests.disability_card.issuing import NOW, make_keys

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]


def addresses(tmp_path: Path) -> list[str]:
    """Every staff page with something on it; the ledger file has one row with an error."""
    make_keys()
    load_examples(CITY, actor=SYSTEM, now=NOW)
    clerk = make_staff(Role.CARD_CLERK)
    found = []
    for name, row in (("good", make_row()), ("bad", make_row(resident_ref="123456789012"))):
        path = tmp_path / f"{name}.csv"
        write_ledger(path, [row], encoding="cp932")
        checked = check_ledger_file(
            path, file_name=path.name, mapping=OUR_OWN, municipality=CITY, submitted_by=clerk,
            actor=SYSTEM, now=NOW,
        )  # fmt: skip
        found.append(f"/staff/ledger/{checked.pk}/")
        if name == "good":
            approve_import(
                checked, approved_by=make_staff(Role.CARD_APPROVER), actor=SYSTEM, now=NOW
            )
    benefit = Benefit.objects.first()
    assert benefit is not None
    return [
        "/staff/",
        "/staff/ledger/",
        *found,
        "/staff/cards/",
        f"/staff/cards/{make_card().pk}/",
        "/staff/devices/",
        "/staff/benefits/",
        f"/staff/benefits/{benefit.pk}/",
        "/staff/statistics/",
    ]


@pytest.mark.parametrize(
    ("scheme", "width", "lang"),
    [("light", 1280, "ja"), ("dark", 320, "en"), ("light", 320, "ja-easy")],
)
def test_every_staff_page_can_be_read_and_reached(
    page_at: OpenPage, tmp_path: Path, scheme: str, width: int, lang: str
) -> None:
    paths = addresses(tmp_path)
    page = page_at("/staff/", scheme=scheme, width=width, lang=lang, user=make_staff(*Role))
    for path in paths:
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path  # noqa: PT018
        check_page(page)
    page.goto(next(path for path in paths if path.startswith("/staff/cards/") and path[13:]))
    page.fill("[name=reason]", "電話をなくした")
    follow(page.locator("[formaction$='/reissue/']"))
    check_page(page)


def check_page(page: Page) -> None:
    assert_no_axe_violations(page)
    assert_no_sideways_scroll(page)
    assert_targets_are_big(page)
