"""The installable app: manifest, icons, service worker."""

import io
import re

import pytest
from django.test import Client
from PIL import Image

from web import shell
from web.icons import PETAL_POINTS


def test_the_manifest_names_the_city_and_its_icons() -> None:
    manifest = Client().get("/manifest.webmanifest", {"lang": "en"}).json()
    assert manifest["name"] == "Saku City City app"
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        picture = Image.open(io.BytesIO(Client().get(icon["src"]).content))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_an_icon_of_another_size_is_not_drawn() -> None:
    assert Client().get("/icons/9999.png").status_code == 404


def test_a_maskable_icon_keeps_inside_the_safe_circle() -> None:
    picture = Image.open(io.BytesIO(shell.icon_png(size=512, colour="#B3256E", maskable=True)))
    white = [
        picture.getpixel((x, y))
        for x in range(0, 512, 8)
        for y in range(0, 512, 8)
        if (x - 256) ** 2 + (y - 256) ** 2 > (512 * 0.4) ** 2
    ]
    assert set(white) == {(255, 255, 255)}


def test_the_petal_is_the_same_on_both_sides() -> None:
    assert {(-x, y) for x, y in PETAL_POINTS} == set(PETAL_POINTS)


def test_the_accent_is_the_citys() -> None:
    style = Client().get("/city.css")
    assert style["Content-Type"].startswith("text/css")
    assert "--accent:#B3256E;--accent-on-black:#F29BC1" in style.content.decode()


@pytest.mark.django_db
def test_whatever_the_service_worker_keeps_exists_and_is_for_everybody() -> None:
    source = Client().get("/sw.js").content.decode()
    pages = re.findall(r'"([^"]+)"', source.split("PAGES = [")[1].split("]")[0])
    assert "/" in pages
    assert not [path for path in pages if path.startswith(("/api", "/my", "/staff", "/account"))]
    for path in pages:
        answer = Client().get(path)
        assert answer.status_code == 200
        assert "no-store" not in answer.get("Cache-Control", "")
    files = re.findall(r'"([^"]+)"', source.split("SHELL = [")[1].split("]")[0])
    assert "/static/web/js/frame.js" in files
    assert not [path for path in files if not path.startswith(("/static/", "/city.css"))]


def test_the_version_follows_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    before = shell.service_worker()
    monkeypatch.setattr(shell, "_ALWAYS", ())
    assert shell.service_worker().splitlines()[0] != before.splitlines()[0]


def test_the_service_worker_is_asked_for_anew_each_time() -> None:
    assert "no-cache" in Client().get("/sw.js")["Cache-Control"]
