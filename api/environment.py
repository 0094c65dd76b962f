"""Read the installation's settings from the environment; refuse to start on a half-set one.

Every variable starts with ``KAITEKI_`` and is described in docs/configuration.md. A production
installation has to name its secrets; the demo makes them under ``var/`` at its first start.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[1]


def text(name: str, default: str = "") -> str:
    """Return the variable ``KAITEKI_<name>``, or ``default`` where it is not set."""
    return os.environ.get(f"KAITEKI_{name}", default)


def is_on(name: str) -> bool:
    """Say whether ``KAITEKI_<name>`` is switched on (``1``, ``true``, ``yes`` or ``on``)."""
    return text(name).lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """Return ``KAITEKI_<name>`` as an integer."""
    try:
        return int(text(name) or default)
    except ValueError:
        raise ImproperlyConfigured(f"KAITEKI_{name} must be a whole number") from None


def json_list(name: str) -> list[dict[str, Any]]:
    """Return ``KAITEKI_<name>_FILE``'s list of JSON objects, or an empty one."""
    path = text(f"{name}_FILE")
    if not path:
        return []
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ImproperlyConfigured(f"KAITEKI_{name}_FILE must hold a list of objects")
    return found


def is_production() -> bool:
    """Production has its own, stricter rules; everything else is the demo on one machine."""
    mode = text("MODE", "demo")
    if mode not in {"demo", "production"}:
        raise ImproperlyConfigured("KAITEKI_MODE is either demo or production")
    return mode == "production"


def var_dir() -> Path:
    """Return the folder of everything that is made at run time (database, keys, documents)."""
    return Path(text("VAR", str(BASE_DIR / "var"))).resolve()


def secret(name: str, *, file_name: str) -> str:
    """Return a secret from ``KAITEKI_<name>`` or ``KAITEKI_<name>_FILE``.

    The demo makes one in ``var/secrets/``; production raises ``ImproperlyConfigured``.
    """
    if value := text(name):
        return value
    if path := text(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    if is_production():
        raise ImproperlyConfigured(f"set KAITEKI_{name} or KAITEKI_{name}_FILE")
    made = var_dir() / "secrets" / file_name
    if not made.exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return made.read_text(encoding="utf-8").strip()


def optional_secret(name: str) -> str:
    """Return a secret from ``KAITEKI_<name>`` or ``KAITEKI_<name>_FILE``, else empty."""
    if value := text(name):
        return value
    path = text(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else ""
