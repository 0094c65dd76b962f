"""The demo's identity provider: npm's oidc-provider on loopback with three people of the ledger."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from accounts.national_id.configured import RETURN_PATH
from disability_card.ledger_row import LedgerRow
from disability_card.life_cycle import LIVE
from disability_card.models import Handbook

_CLIENT: Final = "kaiteki-demo"
_ACR: Final = "urn:demo:my-number-card"
_SCRIPT: Final = Path(__file__).parent / "demo_identity_provider.mjs"
_PEOPLE: Final = 3


def settings_file() -> Path:
    """Return where the demo's provider is named (``KAITEKI_NATIONAL_ID_FILE``).

    One a port: a second demo beside the first has a provider and a key of its own.
    """
    port = urlsplit(settings.PUBLIC_URL).port or 443
    return Path(settings.VAR_DIR) / "demo" / f"national-id-{port}.json"


def start_provider(port: int, *, node: Sequence[str]) -> "subprocess.Popen[str]":
    """Write the settings file and start the provider on ``port``; whoever starts it ends it."""
    file, key_file = settings_file(), settings_file().with_suffix(".pem")
    file.parent.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    issuer = f"http://localhost:{port}"
    file.write_text(
        json.dumps(
            {"issuer": issuer, "client_id": _CLIENT, "key_file": str(key_file), "key_id": "demo",
             "acr_values": [_ACR]}
        ),
        encoding="utf-8",
    )  # fmt: skip
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    given: dict[str, Any] = {
        "port": port,
        "issuer": issuer,
        "client_id": _CLIENT,
        "alg": "ES256",
        "acr": _ACR,
        "redirect_uri": f"{settings.PUBLIC_URL}{RETURN_PATH}",
        "jwk": public | {"kid": "demo", "use": "sig", "alg": "ES256"},
        "people": people_to_prove(),
    }
    process = subprocess.Popen(  # noqa: S603  our own script
        [*node, str(_SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(given))
    process.stdin.close()
    if not process.stdout.readline():  # it says a line when it listens
        raise RuntimeError(f"the identity provider did not start on port {port}")
    return process


def people_to_prove() -> list[dict[str, str]]:
    """Return people of the demo's ledger whose handbook nobody has linked yet."""
    free = Handbook.objects.filter(is_gone=False).exclude(cards__state__in=LIVE).order_by("pk")
    found = []
    for handbook in free[:_PEOPLE]:
        row = LedgerRow.from_record(handbook.record)
        found.append(
            {
                "sub": f"demo-{handbook.pk.hex[-8:]}",
                "name": row.name,
                "birthdate": row.birth_date.isoformat(),
                "address": row.addr_text,
                "gender": "",
            }
        )
    return found
