"""A fresh SoftHSM2 token (Debian's package softhsm2) for one test module.

SoftHSM2 reads its settings and finds its tokens once, when the library is initialised; so two
modules in one process share the settings, and the library starts again for each new token.
"""

import os
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import pkcs11
import pytest

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")

needs_softhsm = pytest.mark.skipif(
    not LIBRARY.exists(), reason="SoftHSM2 is missing: apt install softhsm2"
)


def make_token(label: str, *, pin: str) -> None:
    """Make an empty token. Sessions that were open before end."""
    os.environ["SOFTHSM2_CONF"] = str(_settings())
    command = ["softhsm2-util", "--init-token", "--free", "--label", label]
    subprocess.run([*command, "--pin", pin, "--so-pin", pin], check=True, capture_output=True)
    pkcs11.lib(str(LIBRARY)).reinitialize()


@lru_cache(maxsize=1)
def _settings() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kaiteki-softhsm-"))
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    return conf
