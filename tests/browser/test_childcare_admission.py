"""The city's round in real Chromium: seats, scores, two approvals, notice, letters, answers."""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from childcare.admission import certificate
from childcare.models import Application, CareAmount, CertificationClass, Round, Run
from childcare.placing.certification import issue_certification
from tests.browser.harness import (
    OpenPage,
    assert_keyboard_reaches_everything,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets_are_big,
    follow,
    needs_chromium,
)
from tests.childcare.admission.rounds import AFTER
from tests.childcare.admission.test_real_failures import april_round, family, nursery
from tests.childcare.applying.factories import (
    make_clerk,
    make_facility,
    make_round,
    make_slot,
    told_by,
)
from tests.childcare.placing.factories import make_waiting_siblings
from tests.disability_card.factories import make_staff

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]


def make_closed_round() -> tuple[Round, list[Application]]:
    """Two seats (eight last year) for three checked children; past its deadline by the real clock."""
    round_ = april_round()
    here = nursery(round_, seats=2)
    last = make_round(fiscal_year=2026, starts_on=date(2026, 4, 1), reference_on=date(2026, 4, 1))
    make_slot(last, here, offered=8)
    rows = [family(round_, here, hours=hours) for hours in (160, 120, 64)]
    Round.objects.filter(pk=round_.pk).update(
        opens_at=AFTER.replace(year=2020), closes_at=AFTER.replace(year=2021)
    )
    return round_, rows


def make_sibling_line() -> str:
    """The address of a line with a family that comes together and one that is passed over."""
    round_, here = make_round(name="きょうだい"), make_facility()
    elder, younger = (make_slot(round_, here, class_age=age, offered=1) for age in (2, 1))
    full = make_slot(round_, make_facility(), class_age=2, offered=0)
    make_waiting_siblings(elder, younger, box="A")
    make_waiting_siblings(full, younger, box="B")
    return f"/staff/childcare/waiting/{younger.pk}/"


def assert_readable(page: Page) -> None:
    expect(page.locator("h1")).to_have_count(1)
    assert_no_axe_violations(page)
    assert_no_sideways_scroll(page)
    assert_targets_are_big(page)


def press(page: Page, name: str) -> None:
    follow(page.get_by_role("button", name=name, exact=True))


def approve(page: Page, address: str) -> None:
    page.goto(address)
    press(page, "承認する")  # unread: the page says what is missing
    expect(page.locator(".error-summary")).to_have_count(1)
    assert_no_axe_violations(page)
    follow(page.get_by_role("link", name="20件の抜き取りを見る"))
    page.goto(address)
    page.get_by_label("20件の抜き取り確認を見ました").check()
    press(page, "承認する")


@pytest.mark.slow
def test_a_round_goes_from_its_seats_to_the_letters_and_the_answers(
    page_at: OpenPage, tmp_path: Path
) -> None:
    round_, (high, _middle, low) = make_closed_round()
    address = f"/staff/admission/{round_.pk}/"
    clerk = page_at(address, width=1280, user=make_staff(Role.CHILDCARE_CLERK))
    correct_the_reference_day(clerk)
    follow(clerk.get_by_role("link", name="席の数を入れる"))
    assert_readable(clerk)
    press(clerk, "席の数を入れる")
    press(clerk, "点数をつける")
    expect(clerk.get_by_role("button", name="席を決める", exact=True)).to_have_count(0)
    press(clerk, "席の理由を書いて通す")  # unwritten: the page says what is missing
    expect(clerk.locator(".error-summary")).to_have_count(1)
    assert_readable(clerk)
    clerk.get_by_label("昨年とちがう理由").fill("園が部屋をへらした")
    press(clerk, "席の理由を書いて通す")
    press(clerk, "席を決める")
    assert_readable(clerk)
    assert_keyboard_reaches_everything(clerk)

    approvers = [make_staff(Role.CHILDCARE_APPROVER) for _person in range(2)]
    pages = [page_at(address, width=1280, user=one) for one in approvers]
    for page in pages:
        page.goto(address)
        expect(page.get_by_text("園が部屋をへらした")).to_have_count(1)
        approve(page, address)
    follow(pages[1].get_by_role("link", name="家族に知らせる"))
    assert_readable(pages[1])
    press(pages[1], "家族に知らせる")
    assert_readable(pages[1])
    assert_verifies(page_at(address, width=1280, user=make_staff(Role.AUDITOR)), tmp_path)

    clerk.goto(address)
    follow(clerk.get_by_role("link", name="通知書を印刷する"))
    for _kind in range(2):
        follow(clerk.get_by_role("button", name="通のファイルを作る").first)
    letters = clerk.locator(".table a")
    expect(letters).to_have_count(2)  # one file of each kind
    for link in letters.all():
        assert link.get_attribute("download") is not None  # it takes a while: the page stays
        href = link.get_attribute("href")
        assert href is not None
        assert clerk.request.get(href).body().startswith(b"%PDF")

    answer_all(clerk, page_at, round_, high=high, low=low)
    line = make_sibling_line()
    for scheme, width, lang in (("dark", 320, "ja-easy"), ("light", 1280, "en")):
        read_all(page_at, round_, low, line, scheme=scheme, width=width, lang=lang)


def correct_the_reference_day(clerk: Page) -> None:
    """A wrong day stops with its field named; the right one goes back to the round."""
    follow(clerk.get_by_role("link", name="回の日付を直す"))
    assert_readable(clerk)
    clerk.get_by_label("しめきりの日").fill("2020年1月1日")
    press(clerk, "日付を直す")
    expect(clerk.locator(".error-summary")).to_have_count(1)
    assert_readable(clerk)
    clerk.get_by_label("しめきりの日").fill("2021年1月13日")  # as it stands
    clerk.get_by_label("基準日").fill("2026年12月3日")
    press(clerk, "日付を直す")
    expect(clerk.get_by_text("日付を直して、3人に知らせました。")).to_have_count(1)


def assert_verifies(auditor: Page, folder: Path) -> None:
    """The files of the page and the program of the page, by Python alone."""
    auditor.locator("summary", has_text="自分で確かめる方法").click()
    assert_readable(auditor)
    for link in auditor.locator(".proof-files a").all():
        href = link.get_attribute("href")
        assert href is not None
        (folder / href.rpartition("/")[2]).write_bytes(auditor.request.get(href).body())
    done = subprocess.run(
        [sys.executable, "-I", "certificate.py", "market.json", "result.json"],
        cwd=folder, capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "2 placed, 0 blocking, 0 over capacity\n")
    assert json.loads((folder / "result.json").read_bytes())["placed"] == 2
    assert (folder / "certificate.py").read_bytes() == Path(certificate.__file__).read_bytes()


def answer_all(
    clerk: Page, page_at: OpenPage, round_: Round, *, high: Application, low: Application
) -> None:
    """The nursery confirms, a family accepts on its phone, one declines; the seat goes on."""
    placing = f"/staff/childcare/placing/{round_.pk}/"
    clerk.goto(placing)
    for _offer in range(2):
        follow(clerk.locator("button[value=confirm]").first)
    parent = page_at(f"/childcare/applications/{high.pk}/", user=applicant_of(high))
    assert_readable(parent)
    assert_keyboard_reaches_everything(parent)
    follow(parent.locator("button[value=accept]"))
    expect(parent.locator("button[value=accept]")).to_have_count(0)
    clerk.goto(f"{placing}?tab=family")
    assert_readable(clerk)
    follow(clerk.locator("button[value=decline]"))
    issue_certification(
        high.child, class_code=CertificationClass.THIRD, care_amount=CareAmount.STANDARD,
        need_reason="1", valid_from=date(2027, 4, 1), valid_to=date(2028, 3, 31),
        told=told_by(make_clerk()),
    )  # fmt: skip
    clerk.goto(f"{placing}?tab=admit")
    follow(clerk.locator("main table form button").first)
    clerk.goto(placing)
    follow(clerk.get_by_role("link", name=re.compile("待っている人を見る")))
    assert_readable(clerk)
    follow(clerk.get_by_role("button", name=re.compile("この席を知らせる")))
    high.refresh_from_db()
    low.refresh_from_db()
    assert (high.state, low.state) == ("admitted", "offered")
    assert Run.objects.get().state == "published"


def applicant_of(row: Application) -> User:
    applicant = row.child.household.applicant
    assert applicant is not None
    assert applicant.user is not None
    return applicant.user


def read_all(
    page_at: OpenPage,
    round_: Round,
    low: Application,
    line: str,
    *,
    scheme: str,
    width: int,
    lang: str,
) -> None:
    """Every page of the round and of what follows, as others read it."""
    admission, staff = f"/staff/admission/{round_.pk}/", "/staff/childcare"
    slot = round_.slots.get()
    page = page_at("/staff/", scheme=scheme, width=width, lang=lang, user=make_staff(*Role))
    for path in (
        "/staff/admission/", "/staff/admission/new/", admission, f"{admission}sample/", f"{admission}letters/",
        f"{admission}dates/",
        f"{admission}what-if/?slot={slot.facility_id}:1", f"{staff}/placing/{round_.pk}/",
        f"{staff}/consultations/", f"{staff}/applications/{low.pk}/", line,
    ):  # fmt: skip
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path  # noqa: PT018
        assert_readable(page)
    own = page_at(
        f"/childcare/applications/{low.pk}/", scheme=scheme, width=width, lang=lang,
        user=applicant_of(low),
    )  # fmt: skip
    assert_readable(own)
