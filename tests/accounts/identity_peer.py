"""The npm oidc-provider on loopback as the national identity provider."""

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from tests.private_postgres import free_port

SCRIPT = Path(settings.BASE_DIR) / "web" / "demo_identity_provider.mjs"
SECRET = "a secret of the tests, thirty-two bytes and more"
ACR = "urn:demo:strong"
HANAKO = {"sub": "hanako-1", "name": "佐久　はな子", "birthdate": "1980-05-05",
          "address": "長野県佐久市中込1番地", "gender": "female"}  # fmt: skip
TARO = HANAKO | {"sub": "taro-1", "name": "岩村田　太郎"}


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A running provider and the settings file that names it."""

    issuer: str
    settings_file: Path

    def app(self, provider_id: str) -> dict[str, Any]:
        """The entry of ``KAITEKI_OIDC_PROVIDERS_FILE`` by which people sign in here."""
        return {
            "provider_id": provider_id, "name": provider_id.upper(), "client_id": provider_id,
            "secret": SECRET,
            "settings": {"server_url": self.issuer, "scope": ["openid"], "fetch_userinfo": False},
        }  # fmt: skip

    def go(self, address: str, sub: str) -> str:
        """Walk through the provider as ``sub`` in a browser of its own; return the way back."""
        browser = requests.Session()
        answer = browser.get(address, allow_redirects=False, timeout=60)
        for _ in range(8):
            if answer.status_code == 200:
                where = answer.url
                answer = browser.post(where, data={"sub": sub}, allow_redirects=False, timeout=60)
                continue
            to = answer.headers["Location"]
            to = to if to.startswith("http") else f"{self.issuer}{to}"
            if to.startswith(settings.PUBLIC_URL):
                return to
            answer = browser.get(to, allow_redirects=False, timeout=60)
        raise AssertionError(answer.text)


def door(provider_id: str, public_url: str = settings.PUBLIC_URL) -> dict[str, Any]:
    """This installation as a client of a provider like LINE: a secret, and no proof of identity."""
    return {
        "client_id": provider_id, "client_secret": SECRET, "grant_types": ["authorization_code"],
        "redirect_uris": [f"{public_url}/account/oidc/{provider_id}/login/callback/"],
        "response_types": ["code"], "token_endpoint_auth_method": "client_secret_post",
    }  # fmt: skip


@contextlib.contextmanager
def running_peer(**override: Any) -> Iterator[Peer]:
    """Start the provider and yield it; ``FAULT`` in ``override`` makes it lie."""
    port, key = free_port(), ec.generate_private_key(ec.SECP256R1())
    issuer = f"http://127.0.0.1:{port}"
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    given = {
        "port": port, "issuer": issuer, "client_id": "kaiteki", "alg": "ES256", "acr": ACR,
        "redirect_uri": f"{settings.PUBLIC_URL}/identity/return/",
        "jwk": public | {"kid": "k1", "use": "sig", "alg": "ES256"},
        "people": [HANAKO, TARO],
    } | override.pop("given", {})  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        key_file, file = Path(folder) / "key.pem", Path(folder) / "national-id.json"
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        own: Mapping[str, Any] = {
            "issuer": issuer, "client_id": "kaiteki", "key_file": str(key_file), "key_id": "k1",
            "acr_values": [ACR],
        }  # fmt: skip
        file.write_text(json.dumps(own))
        process = subprocess.Popen(
            ["node", str(SCRIPT)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={"PATH": os.environ["PATH"], **override},
        )  # fmt: skip
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(given))
            process.stdin.close()
            assert process.stdout.readline().strip().endswith("ready")
            yield Peer(issuer=issuer, settings_file=file)
        finally:
            process.terminate()
            process.wait(timeout=60)
            if process.stdout is not None:
                process.stdout.close()
