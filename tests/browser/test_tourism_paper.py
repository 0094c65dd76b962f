"""Somebody without a phone: paper from the counter, filmed at the shop, lost, moved, settled."""

import io
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from accounts.models import Role
from core.audit import SYSTEM
from tests.browser.film import write_film
from tests.browser.harness import (
    ARGUMENTS,
    CHROMIUM,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets_are_big,
    needs_chromium,
)
from tests.browser.town import SignedIn, Town
from tests.tourism.campaign_factories import make_officer
from tests.tourism.money_factories import make_tourist, yen_in
from tourism.coupon_keys import active_signer
from tourism.ledger_audit import audit_ledger
from tourism.models import AccountKind, PaperSheet, PaperState
from tourism.paper_codes import paper_code
from tourism.settlement import freeze_demo

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]
DOTS = 300  # an inch, as a printer has them
MM = DOTS / 25.4


def first_coupon(pdf: Path, *, face: str) -> bytes:
    """The first coupon's QR as it stands on the printed page, left of its amount."""
    words = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True).stdout
    tops = [
        float(word.attrib["yMin"]) / 72 * DOTS
        for word in ET.fromstring(words).iter("{http://www.w3.org/1999/xhtml}word")
        if word.text == face
    ]
    subprocess.run(["pdftoppm", "-png", "-r", str(DOTS), pdf, pdf.with_suffix("")], check=True)
    (page,) = sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))
    top = tops[0] - 3 * MM
    cut = Image.open(page).crop((int(10 * MM), int(top), int(34 * MM), int(top + 24 * MM)))
    out = io.BytesIO()
    cut.save(out, "PNG")
    return out.getvalue()


@contextmanager
def filming(browser: Browser, film: Path) -> Iterator[Browser]:
    camera = browser.browser_type.launch(
        executable_path=CHROMIUM,
        args=[*ARGUMENTS, "--use-fake-ui-for-media-stream",
              "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"],
    )  # fmt: skip
    try:
        yield camera
    finally:
        camera.close()


def paste(till: Page, town: Town, code: str) -> None:
    till.goto(f"/shop/{town.shop.pk}/sell/")
    till.fill("#id_bill_yen", "2800")
    till.click("#by-text summary")
    till.fill("#id_code", code)
    till.click("#by-text button[type=submit]")


def give_paper(desk: Page, folder: Path) -> Path:
    """Open the person at the counter, give them a sheet with a double tap, print it."""
    desk.check("#id_document_0")
    desk.get_by_role("button", name="操作を始める").click()
    desk.get_by_role("link", name="紙のクーポン").click()
    desk.get_by_role("button", name="この人の紙を作る").dblclick()
    desk.wait_for_selector(".banner-saved")
    for width in (1280, 320):
        desk.set_viewport_size({"width": width, "height": 900})
        assert_no_axe_violations(desk)
        assert_no_sideways_scroll(desk)
        assert_targets_are_big(desk)
    with desk.expect_download() as download:
        desk.get_by_role("link", name="印刷する（PDF）").click()
    pdf = folder / "sheet.pdf"
    download.value.save_as(pdf)
    return pdf


def test_paper_goes_from_the_counter_to_the_shop_is_lost_moved_and_settled(
    town: Town, signed_in: SignedIn, browser: Browser, tmp_path: Path
) -> None:
    town.campaign.has_paper = town.campaign.is_demo = True
    town.campaign.save(update_fields=["has_paper", "is_demo"])
    person = make_tourist(user=None, name="佐久　花")
    desk = signed_in(
        make_officer(Role.COUNTER), f"/staff/people/{person.pk}/",
        viewport={"width": 1280, "height": 900},
    )  # fmt: skip
    pdf = give_paper(desk, tmp_path)
    sheet = PaperSheet.objects.get()  # two taps, one sheet
    assert (sheet.person_id, sheet.value_yen) == (person.pk, 10_000)
    film = write_film(first_coupon(pdf, face="500円"), tmp_path / "paper.y4m", side=640)
    with filming(browser, film) as camera:
        till = signed_in(town.clerk, f"/shop/{town.shop.pk}/sell/", of=camera)
        till.fill("#id_bill_yen", "2,800")
        till.click("#start")
        till.wait_for_selector("form[data-keyed]", timeout=30_000)
        assert "500円" in till.inner_text("h1")
        till.locator("form[data-keyed] button").dblclick()
        till.wait_for_selector(".verdict-ok")
        till.goto(f"/shop/{town.shop.pk}/sell/")  # a copy of the same coupon, a second time
        till.fill("#id_bill_yen", "2,800")
        till.click("#start")
        till.wait_for_selector(".error-summary")
        assert "この紙のクーポンは使えません" in till.inner_text(".error-summary")

    desk.reload()
    assert "9,500円" in desk.inner_text("main table")
    second = sheet.coupons.get(number=2)
    desk.get_by_role("button", name="なくした紙を止めて").click()
    desk.wait_for_selector(".banner-saved")
    new = PaperSheet.objects.get(replaces=sheet)
    assert (new.value_yen, new.person_id) == (9_500, person.pk)
    till = signed_in(town.clerk, f"/shop/{town.shop.pk}/")
    signer = active_signer(sheet.campaign.municipality, now=datetime.now(UTC))
    city = sheet.campaign.municipality
    paste(till, town, paper_code(second.pk, municipality=city, signer=signer))
    till.wait_for_selector(".error-summary")
    paste(till, town, paper_code(new.coupons.get(number=1).pk, municipality=city, signer=signer))
    till.click("form[data-keyed] button")
    till.wait_for_selector(".verdict-ok")
    assert sheet.coupons.filter(state=PaperState.USED).count() == 1
    assert yen_in(town.campaign, AccountKind.WALLET, sheet.pk) == 0
    assert yen_in(town.campaign, AccountKind.WALLET, new.pk) == 9_000
    assert yen_in(town.campaign, AccountKind.SHOP, town.shop.pk) == 1_000
    batch = freeze_demo(town.campaign, made_by=make_officer(), actor=SYSTEM, now=datetime.now(UTC))
    assert batch.lines.get().gross_yen == 1_000
    assert audit_ledger() == []
