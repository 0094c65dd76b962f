"""A family finds a nursery and books a visit: three languages, keyboard, 320 px, no script."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from childcare.models import DayMoment, Facility, MenuDay, Post, VacancySnapshot, VisitDay
from jp.clock import civil_date
from places.search_index import index_missing
from tests.browser.harness import (
    LANGUAGES,
    MODES,
    Mode,
    OpenPage,
    assert_keyboard_reaches_everything,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets_are_big,
    follow,
    needs_chromium,
)
from tests.childcare.facility_factories import make_facility, make_teacher
from tests.places.factories import make_towns

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nursery() -> Facility:
    """Return a nursery that tells everything a page can show."""
    now = timezone.now()
    make_towns()
    facility = make_facility(
        name="デモ園 こまば", name_en="Demo Nursery Komaba", town="岩村田",
        address="長野県佐久市岩村田", latitude="36.274376", longitude="138.479384",
        point_kind="own", is_example=True, terms={"yard": True, "languages": ["ja", "vi"]},
    )  # fmt: skip
    make_facility(name="デモ園 もちづき", name_en="Demo Nursery Mochizuki")
    VacancySnapshot.objects.create(
        facility=facility, class_age=1, as_of=civil_date(now), state="open", seats=2, set_at=now
    )
    words = {"ja": "おはよう", "ja-easy": "おはよう", "en": "Good morning"}
    DayMoment.objects.create(facility=facility, at="07:30", icon="sun", title=words, text=words)
    MenuDay.objects.create(facility=facility, day=civil_date(now), lunch=words)
    Post.objects.create(facility=facility, title=words, text=words, published_at=now)
    VisitDay.objects.create(
        facility=facility, starts_at=now + timedelta(days=3),
        ends_at=now + timedelta(days=3, hours=1), families_max=2,
    )  # fmt: skip
    index_missing()
    return facility


def paths(nursery: Facility) -> list[str]:
    visit = nursery.visit_days.get()
    return [
        "/childcare/",
        "/childcare/?class_age=1&starts_on=2027-04-01&home=岩村田&work=中込&ends=18:30",
        "/childcare/?q=そんざいしない",
        "/childcare/conditions/",
        f"/childcare/facilities/{nursery.pk}/?class_age=1",
        f"/childcare/visits/{visit.pk}/",
        "/childcare/visits/booking/",
        "/childcare/fees/",
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_on_the_nursery_pages(
    page_at: OpenPage, nursery: Facility, mode: Mode, lang: str
) -> None:
    page = page_at("/childcare/", scheme=mode, lang=lang)
    for path in paths(nursery):
        page.goto(path)
        assert_no_axe_violations(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_nursery_page_scrolls_sideways_at_320_px(
    page_at: OpenPage, nursery: Facility, lang: str
) -> None:
    page = page_at("/childcare/", width=320, lang=lang)
    for path in paths(nursery):
        page.goto(path)
        assert_no_sideways_scroll(page)


def test_every_control_is_big_and_reached_by_keyboard(page_at: OpenPage, nursery: Facility) -> None:
    page = page_at("/childcare/")
    for path in paths(nursery):
        page.goto(path)
        assert_targets_are_big(page)
        assert_keyboard_reaches_everything(page)


def test_a_family_finds_a_nursery_and_books_a_visit_without_a_script(
    page_at: OpenPage, nursery: Facility
) -> None:
    page = page_at("/childcare/conditions/", scripts=False)
    page.get_by_label("お子さんの生まれた日").fill("令和7年6月10日")
    page.get_by_label("いつから").select_option("2027-04-01")
    page.get_by_label("家の町か郵便番号").fill("385-0022")
    follow(page.get_by_role("button", name="この条件でさがす"))
    assert "birth" not in page.url
    expect(page.locator(".looked-for")).to_contain_text("1歳児クラス")
    follow(page.get_by_role("link", name="デモ園 こまば"))
    expect(page.locator(".three-facts")).to_contain_text("空き 2人")
    follow(page.get_by_role("link", name="見学を申しこむ"))
    follow(page.get_by_role("button", name="見学を申しこむ"))
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_label("名前").fill("山田花子")
    page.get_by_label("電話番号かメール").fill("0267-00-0000")
    follow(page.get_by_role("button", name="見学を申しこむ"))
    expect(page.get_by_role("heading", level=1)).to_have_text("見学を申しこみました")
    reference = page.locator(".three-facts dd").first.inner_text()
    follow(page.get_by_role("link", name="申しこみを見る・取り消す"))
    page.get_by_label("申しこみの番号").fill(reference)
    follow(page.get_by_role("button", name="申しこみを見る"))
    follow(page.get_by_role("button", name="申しこみを取り消す"))
    expect(page.locator("main")).to_contain_text("取り消しました")


def test_a_teacher_writes_and_a_family_reads(page_at: OpenPage, nursery: Facility) -> None:
    teacher = make_teacher(nursery)
    page = page_at(f"/nursery/{nursery.pk}/", user=teacher, width=320)
    assert_no_axe_violations(page)
    assert_no_sideways_scroll(page)
    page.get_by_text("文を加える").first.click()
    form = page.locator("details[open] form")
    form.get_by_label("題", exact=True).fill("雪で遊びました")
    form.get_by_label("文", exact=True).fill("雪だるまを作りました")
    follow(form.get_by_role("button"))
    page.goto(f"/childcare/facilities/{nursery.pk}/")
    expect(page.locator("main")).to_contain_text("雪だるまを作りました")
