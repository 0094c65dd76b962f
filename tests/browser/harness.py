"""Open pages in a real browser and ask what a person would: can I read, reach and press it?

A folder of browser tests imports the fixtures in its ``conftest.py``::

    from tests.browser.harness import browser, page_at, texts_are_compiled

and its tests say ``page = page_at("/", width=320, scheme="dark", lang="en")``. Every page is
watched: a request to a foreign origin, an error on the console or a page that scrolls sideways
fails the test that opened it.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from accounts.models import User
from web.catalogues import compile_catalogues

CHROMIUM: Final = Path("/usr/bin/chromium")
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LANGUAGES: Final = ("ja", "ja-easy", "en")
MODES: Final = ("light", "dark", "forced")
Mode = Literal["light", "dark", "forced"]
TARGET_PX: Final = 44
PATIENCE_MS: Final = 60_000  # for a state that comes at once on an idle machine
SLOW: Final = float(os.environ.get("KAITEKI_SLOW_BROWSER", "1"))
# Whatever fades or slides has arrived; what turns without an end does not count.
_STILL: Final = """document.getAnimations().every((one) => one.playState !== "running"
  || one.effect.getComputedTiming().endTime === Infinity)"""
_STOPS_MAX: Final = 300

expect.set_options(timeout=PATIENCE_MS)

needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="Chromium is missing: apt install chromium"
)


@pytest.fixture(scope="session")
def texts_are_compiled() -> None:
    compile_catalogues(settings.BASE_DIR)


@pytest.fixture(scope="session")
def browser(texts_are_compiled: None) -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django refuses the database beside a loop.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield started
        started.close()


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Open a phone of its own; ``KAITEKI_SLOW_BROWSER=4`` makes it four times slower."""
    given = {"viewport": {"width": 390, "height": 844}, "locale": "ja-JP"} | options
    context = browser.new_context(**given)
    context.set_default_timeout(PATIENCE_MS)
    if SLOW > 1:
        context.on("page", _slow_down)
    return context


def _slow_down(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})


OpenPage = Callable[..., Page]


@pytest.fixture
def page_at(browser: Browser, live_server: Any) -> Iterator[OpenPage]:
    """Give a function that opens ``path`` of a live server in a fresh, watched browser."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        path: str = "/",
        *,
        width: int = 390,
        height: int = 844,
        scheme: Mode = "light",
        lang: str = "ja",
        user: User | None = None,
        scripts: bool = True,
        service_worker: bool = False,
        expect_status: int = 200,
        leads_to: str = "",  # the origin of a provider that the test starts itself
        **more: Any,
    ) -> Page:
        origin = live_server.url
        context = new_context(
            browser,
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            forced_colors="active" if scheme == "forced" else "none",
            java_script_enabled=scripts,
            service_workers="allow" if service_worker else "block",
            base_url=origin,
            **more,
        )
        contexts.append(context)
        cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": lang, "url": origin}]
        if user is not None:
            cookies.append(
                {"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": origin}
            )
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        _watch(page, (origin, leads_to), complaints)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == expect_status, f"{path} answered {answer.status}"
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == [], "\n".join(complaints)


def _watch(page: Page, origins: Sequence[str], complaints: list[str]) -> None:
    def on_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}" not in origins:
            complaints.append(f"foreign request: {request.url}")

    def on_console(message: Any) -> None:
        refused = "Content Security Policy" in message.text
        if refused or (message.type == "error" and "Failed to load resource" not in message.text):
            complaints.append(f"console: {message.text}")

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))


def session_of(user: User) -> str:
    """Return the session cookie of ``user``, signed in."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


# -- waiting for a state, never for a time -------------------------------------------------------


def follow(place: Locator) -> None:
    """Press what leads to another page, and wait until that page stands with its scripts."""
    with place.page.expect_navigation():
        place.click()


def wait_until(page: Page, claim: str) -> None:
    """Ask until ``claim`` holds in the page, whose own policy lets no polled function in."""
    until = time.monotonic() + PATIENCE_MS / 1_000
    while not page.evaluate(claim):
        assert time.monotonic() < until, f"never came true: {claim}"
        page.wait_for_timeout(50)


def wait_for_the_worker(page: Page) -> None:
    """The service worker has kept its pages and answers for the next that is opened.

    A page that was still loading when the worker claimed its clients is left out, until a reload.
    """
    wait_until(
        page, "navigator.serviceWorker.ready.then((one) => one.active.state === 'activated')"
    )


def wait_for_page(page: Page) -> None:
    """Wait for the page that a click brought: at first it is a document without a root."""
    page.wait_for_load_state()


# -- what a person would ask -----------------------------------------------------------------


def assert_no_axe_violations(page: Page, *, only: Sequence[str] = ()) -> None:
    """axe-core finds nothing, in the state that the page is in now; ``only`` names its rules.

    A page that asks its device first which part to show has no heading for a moment.
    """
    options = {"runOnly": {"type": "rule", "values": list(only)}} if only else None
    wait_for_page(page)
    expect(page.locator("h1:visible")).not_to_have_count(0)
    wait_until(page, _STILL)
    found = Axe().run(page, options=options)
    told = [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
    assert told == [], "\n".join(told)


def assert_readable_in_both_schemes(page: Page) -> None:
    """axe in light, then what a dark scheme can change: only the colours, on the same page.

    Without motion, as a person may ask for it: halfway between two schemes no colour is right.
    """
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert_no_axe_violations(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    wait_until(page, "matchMedia('(prefers-color-scheme: dark)').matches")
    assert_no_axe_violations(page, only=["color-contrast", "link-in-text-block"])
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def assert_no_sideways_scroll(page: Page) -> None:
    """Nothing sticks out of the window, and no text is cut off inside its box."""
    wait_for_page(page)
    wide = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          return [...document.querySelectorAll("body *")]
            .filter((e) => e.getClientRects().length && !e.closest("svg, .visually-hidden, .skip"))
            .filter((e) => {
              for (let up = e; up; up = up.parentElement) {
                const style = getComputedStyle(up);
                if (style.clipPath !== "none" || style.position === "absolute") return false;
              }
              return true;
            })
            .filter((e) => e.getBoundingClientRect().right > width + 1)
            .map((e) => e.outerHTML.slice(0, 120));
        }"""
    )
    assert wide == [], "\n".join(wide)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def assert_targets_are_big(page: Page) -> None:
    """Whatever is pressed measures 44 px, but links inside a sentence (WCAG 2.5.8)."""
    wait_for_page(page)
    small = page.evaluate(
        """(least) => [...document.querySelectorAll(
            "a[href], button, input:not([type=hidden]), select, textarea, summary")]
          .filter((e) => e.checkVisibility() && !e.closest(".skip, .visually-hidden"))
          .filter((e) => {
            const inline = getComputedStyle(e).display === "inline";
            const sentence = e.parentElement.textContent.trim() !== e.textContent.trim();
            if (inline && sentence) return false;
            const box = (e.closest("label") ?? e).getBoundingClientRect();
            return box.height < least - 0.5 || box.width < least - 0.5;
          })
          .map((e) => `${Math.round(e.getBoundingClientRect().height)} px: ${e.outerHTML.slice(0, 120)}`)""",
        TARGET_PX,
    )
    assert small == [], "\n".join(small)


def enlarge_text(page: Page) -> None:
    """Twice the text, with the spacing of WCAG 1.4.12."""
    wait_for_page(page)
    # evaluate, because the page's policy rightly refuses a style element
    page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(`html { font-size: 200% !important }
            * { line-height: 1.5 !important; letter-spacing: .12em !important;
                word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
          document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
        }"""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One control that the Tab key reached."""

    place: int  # its place among all elements of the document
    words: str
    has_ring: bool


def keyboard_walk(page: Page) -> list[Stop]:
    """Press Tab from the top until the page ends; return where the focus stood."""
    wait_for_page(page)
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    stops: list[Stop] = []
    while len(stops) < _STOPS_MAX:
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const e = document.activeElement;
              if (!e || e === document.body) return null;
              const ring = (x) => x && getComputedStyle(x).outlineStyle !== "none"
                && parseFloat(getComputedStyle(x).outlineWidth) >= 2;
              return {
                place: [...document.querySelectorAll("*")].indexOf(e),
                words: (e.getAttribute("aria-label") || e.labels?.[0]?.textContent
                  || e.textContent || "").trim().slice(0, 60),
                has_ring: Boolean(ring(e) || ring(e.closest("label")) || ring(e.closest(".verdict"))),
              };
            }"""
        )
        if stop is None or any(before.place == stop["place"] for before in stops):
            return stops
        stops.append(Stop(**stop))
    raise AssertionError("the Tab key never came to an end")


def assert_keyboard_reaches_everything(page: Page) -> None:
    """Each control once, in the order of reading, with a name and a visible ring."""
    wait_for_page(page)
    stops = keyboard_walk(page)
    places = [stop.place for stop in stops]
    assert places == sorted(places), [stop.words for stop in stops]
    assert all(stop.words for stop in stops), stops
    dark = [stop.words for stop in stops if not stop.has_ring]
    assert dark == [], dark
    controls = page.evaluate(
        """() => [...document.querySelectorAll(
            "a[href], button, input:not([type=hidden]), select, textarea, summary")]
          .filter((e) => e.checkVisibility() && e.tabIndex >= 0)
          .filter((e) => e.type !== "radio" || e.checked
            || !document.querySelector(`input[name="${e.name}"]:checked`))
          .map((e) => [[...document.querySelectorAll("*")].indexOf(e), e.outerHTML.slice(0, 120)])"""
    )
    missed = [words for place, words in controls if place not in places]
    assert missed == [], missed
