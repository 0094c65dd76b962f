"""A passkey in software (WebAuthn Level 3): honest by default, and each lie by request."""

import hashlib
import json
import secrets
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode

USER_PRESENT, USER_VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


class SoftKey:
    """One credential; ``create`` and ``get`` answer as ``navigator.credentials`` does."""

    def __init__(self, *, origin: str = "", verifies_user: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.origin = origin or settings.PUBLIC_URL
        self.verifies_user = verifies_user
        self.counter = 0
        self.user_handle = b""

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        public = options["publicKey"]
        self.user_handle = websafe_decode(public["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big")}  # fmt: skip
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor.encode(cose)
        data = self._data(public["rp"]["id"], HAS_KEY) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client_data("webauthn.create", public["challenge"])
        return self._answer(
            {"clientDataJSON": websafe_encode(client),
             "attestationObject": websafe_encode(attestation)},
        ) | {"clientExtensionResults": {"credProps": {"rk": True}}}  # fmt: skip

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        public = options["publicKey"]
        self.counter += 1
        rp = public.get("rpId") or urlsplit(self.origin).hostname
        data = self._data(str(rp), 0)
        client = self._client_data("webauthn.get", public["challenge"])
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            {"clientDataJSON": websafe_encode(client), "authenticatorData": websafe_encode(data),
             "signature": websafe_encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
             "userHandle": websafe_encode(self.user_handle)},
        )  # fmt: skip

    def _data(self, rp: str, flags: int) -> bytes:
        flags |= USER_PRESENT | (USER_VERIFIED if self.verifies_user else 0)
        digest = hashlib.sha256(rp.encode()).digest()
        return digest + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        ).encode()

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = websafe_encode(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response,
                "authenticatorAttachment": "platform", "clientExtensionResults": {}}  # fmt: skip
