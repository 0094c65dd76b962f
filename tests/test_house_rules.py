"""House rules no linter knows. Each one is here because it cost somebody a day."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "api",
    "web",
    "disability_card",
    "childcare",
    "tourism",
    "places",
    "accounts",
    "core",
    "signing",
    "jp",
)


def sources() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts and "node_modules" not in path.parts:
                yield path


def calls(attribute: str) -> Iterator[tuple[str, ast.Attribute]]:
    """Every ``something.attribute()`` in our code, with its place."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr=name) as call) if name == attribute:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", call


def test_no_civil_date_is_taken_from_a_utc_instant() -> None:
    """``timezone.now().date()`` is yesterday in Japan until 09:00; use ``jp.clock.civil_date``."""
    found = [place for place, call in calls("date") if isinstance(call.value, ast.Call)]
    found = [place for place in found if not place.startswith("jp/clock.py")]
    assert found == []


def test_the_clock_is_read_only_at_the_edge() -> None:
    """Rules, processes and selectors take ``now``; only doors read the clock."""
    edge = ("/views", "views.py", "admin.py", "management/", "middleware", "authentication.py")
    inside = [place for place, _ in calls("now") if not any(part in place for part in edge)]
    assert inside == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils.py", "helpers.py", "common.py", "services.py", "misc.py"}
    assert [str(path) for path in sources() if path.name in drawers] == []


def test_no_file_holds_more_than_one_idea_can_need() -> None:
    """A file of more than 400 lines is two subjects."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_no_secret_font_or_built_file_is_committed() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    pattern = re.compile(
        r"\.min\.(js|css)$|\.wasm$|\.(ttf|otf|woff2?)$|node_modules/|/vendor/"
        r"|\.sqlite3$|\.pem$|(^|/)uv\.lock$|\.mo$"
    )
    assert [name for name in tracked if pattern.search(name)] == []


def test_no_lock_file_names_an_address() -> None:
    locks = [*sorted((ROOT / "requirements").glob("*.txt")), ROOT / "web" / "package-lock.json"]
    named = [
        f"{lock.name}:{number}"
        for lock in locks
        for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), start=1)
        if "--index-url" in line or '"resolved"' in line or "--find-links" in line
    ]
    assert named == []
