"""The installable app: its files, its version, its icons. Drawn and counted here, never stored."""

import hashlib
import io
import math
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.templatetags.static import static
from PIL import Image, ImageDraw

from web.doors import address_of
from web.icons import PETAL_POINTS, PETALS

ICON_SIZES: Final = (180, 192, 512)
# Drawn so much larger and then reduced: Pillow's polygons have hard edges.
_OVERSAMPLING: Final = 4
_WEB: Final = Path(__file__).resolve().parent / "static"
_ALWAYS: Final = (
    "vendor/design-tokens/tokens.css",
    "vendor/fflate/browser.js",
    "vendor/qrcode-generator/qrcode.js",
)
_PAGES: Final = ("home", "card", "desk", "offline", "about-card", "wallet-kept", "till-offline")


def shell_files() -> list[str]:
    """Return the static files that pages need without a network, as addresses."""
    own = sorted(
        str(path.relative_to(_WEB))
        for kind in ("css", "js")
        for path in (_WEB / "web" / kind).rglob(f"*.{kind}")
    )
    fetched = [name for name in _ALWAYS if (_WEB / name).exists()]
    return [static(name) for name in (*fetched, *own)]


def shell_pages() -> list[str]:
    """Return the pages that open without a network; none holds anything personal."""
    return [address for route in _PAGES if (address := address_of(route))]


def service_worker() -> str:
    """Return the service worker's source, with the shell's list and version before it."""
    source = (_WEB / "web" / "sw.js").read_text(encoding="utf-8")
    files = [*shell_files(), address_of("city-style")]
    digest = hashlib.sha256(source.encode())
    for address in files:
        path = _WEB / address.removeprefix(settings.STATIC_URL)
        digest.update(address.encode() + (path.read_bytes() if path.is_file() else b""))
    listed = ", ".join(f'"{address}"' for address in files)
    pages = ", ".join(f'"{address}"' for address in shell_pages())
    return (
        f'const VERSION = "{digest.hexdigest()[:16]}";\nconst SHELL = [{listed}];\n'
        f'const PAGES = [{pages}];\nconst OFFLINE = "{address_of("offline")}";\n{source}'
    )


@lru_cache(maxsize=16)
def icon_png(*, size: int, colour: str, maskable: bool) -> bytes:
    """Return the mark on white as a PNG; a maskable one keeps to the safe middle."""
    big = size * _OVERSAMPLING
    picture = Image.new("RGB", (big, big), "#ffffff")
    draw = ImageDraw.Draw(picture)
    scale = big / 48 * (0.62 if maskable else 0.86)
    for petal in range(PETALS):
        turn = math.tau * petal / PETALS
        draw.polygon(
            [
                (
                    big / 2 + scale * (x * math.cos(turn) - y * math.sin(turn)),
                    big / 2 + scale * (x * math.sin(turn) + y * math.cos(turn)),
                )
                for x, y in PETAL_POINTS
            ],
            fill=colour,
        )
    written = io.BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(written, "PNG", optimize=True)
    return written.getvalue()
