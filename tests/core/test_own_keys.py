"""Keys of the installation: made once in the demo, never in production."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from core.own_keys import own_key


def key_in(path: Path) -> PrivateKeyTypes:
    return own_key(
        path, setting="KAITEKI_X_FILE", make=lambda: ec.generate_private_key(ec.SECP256R1())
    )


def test_the_demo_makes_a_key_once_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "x.pem"
    first = key_in(path)
    assert key_in(path).public_key() == first.public_key()
    assert path.stat().st_mode & 0o077 == 0


def test_production_makes_none_and_names_the_setting(tmp_path: Path, settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(RuntimeError, match="KAITEKI_X_FILE"):
        key_in(tmp_path / "x.pem")
