"""P10: camera film on the front-desk page -> words on its screen, in real Chromium."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.rows import Result, row
from tests.browser.demo_server import running_demo
from tests.browser.film import write_film
from tests.browser.harness import ARGUMENTS, CHROMIUM


def _phone(page: Page, link: str, url: str) -> Page:
    page.goto(link)
    page.goto(f"{url}/card/phones/")
    page.click("[data-enrol] button")
    page.wait_for_selector(".result .banner-saved")
    page.goto(f"{url}/card/show/")
    page.wait_for_selector("#qr svg")
    return page


@row("P10")
def camera(is_quick: bool) -> Sequence[Result]:
    """Median over many films; each starts when the camera's first frame is on the page."""
    runs = 5 if is_quick else 20
    times = []
    with (
        running_demo() as demo,
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
    ):
        film = Path(folder) / "film.y4m"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        phone = _phone(
            browser.new_context(device_scale_factor=2, viewport={"width": 390, "height": 844})
            .new_page(),
            demo.link("holder"),
            demo.url,
        )  # fmt: skip
        flags = [
            *ARGUMENTS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ]  # fmt: skip
        for seed in range(runs):
            phone.click("#renew")
            write_film(phone.locator(".qr-band").screenshot(), film, seed=seed)
            reader = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            desk = reader.new_context(viewport={"width": 390, "height": 844}).new_page()
            desk.goto(demo.link("desk"))
            desk.wait_for_selector("#state-done:not([hidden])")
            desk.goto(f"{demo.url}/desk/")
            desk.wait_for_selector("#network .when-online:not([hidden])")
            desk.click("#start")
            while not desk.evaluate("document.getElementById('video').videoWidth"):
                desk.wait_for_timeout(5)
            start = time.perf_counter()
            desk.wait_for_selector("#answer:not([hidden]) .verdict-ok", timeout=20_000)
            times.append(time.perf_counter() - start)
            reader.close()
        browser.close()
    ours = statistics.median(times)
    return [
        Result(
            row="P10", what="camera film -> words on the screen, median in Chromium", ours=ours,
            limit=0.7, ratio=ours / 0.7, goal="<= 1", unit="s",
            more={"runs": runs, "slowest_s": round(max(times), 3)},
        )
    ]  # fmt: skip
