"""Sign with a key that lives in a PKCS#11 token (an HSM, or SoftHSM2 for trying it).

Optional: ``python-pkcs11`` is installed with the extra ``pkcs11``. A session is opened once and
used under a lock, because PKCS#11 sessions hold the state of the operation under way.
"""

import hashlib
import threading
from pathlib import Path
from typing import Any, Final

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec

from signing.es256 import SIGNATURE_BYTES
from signing.keys import PublicKey

_CURVE_OID: Final = "secp256r1"
_OCTET_STRING_HEAD: Final = b"\x04\x41"  # 65 bytes: an uncompressed point of P-256


class Pkcs11Signer:
    """The private key with label ``key_label`` in the token ``token_label``."""

    def __init__(
        self, library: Path, *, token_label: str, pin: str, key_label: str, kid: str
    ) -> None:
        self._session: Any = _open(library, token_label, pin=pin, rw=False)
        self._lock = threading.Lock()
        kind = pkcs11.KeyType.EC
        self._key: Any = self._session.get_key(
            object_class=pkcs11.ObjectClass.PRIVATE_KEY, key_type=kind, label=key_label
        )
        public = self._session.get_key(
            object_class=pkcs11.ObjectClass.PUBLIC_KEY, key_type=kind, label=key_label
        )
        self.kid = kid
        self.public_key: PublicKey = _public_key(bytes(public[pkcs11.Attribute.EC_POINT]))

    def sign(self, signing_input: bytes) -> bytes:
        """Return r||s, 64 bytes (ES256). PKCS#11's plain ECDSA signs a digest we make."""
        digest = hashlib.sha256(signing_input).digest()
        with self._lock:
            signature = bytes(self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))
        if len(signature) != SIGNATURE_BYTES:
            raise RuntimeError("the token did not answer with r||s of P-256")
        return signature

    def close(self) -> None:
        """End the session with the token."""
        self._session.close()


def generate_in_token(library: Path, *, token_label: str, pin: str, key_label: str) -> None:
    """Make a P-256 key pair inside the token, the private half not extractable."""
    with _open(library, token_label, pin=pin, rw=True) as session:
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC,
            {pkcs11.Attribute.EC_PARAMS: pkcs11.util.ec.encode_named_curve_parameters(_CURVE_OID)},
            local=True,
        )
        parameters.generate_keypair(
            store=True,
            label=key_label,
            private_template={
                pkcs11.Attribute.SENSITIVE: True,
                pkcs11.Attribute.EXTRACTABLE: False,
            },
        )


def has_key(library: Path, *, token_label: str, pin: str, key_label: str) -> bool:
    """Return whether the token holds a private key with this label."""
    with _open(library, token_label, pin=pin, rw=False) as session:
        wanted = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
            pkcs11.Attribute.LABEL: key_label,
        }
        return any(True for _ in session.get_objects(wanted))


def _open(library: Path, token_label: str, *, pin: str, rw: bool) -> Any:
    """Open a session; the second of a process is logged in by the first.

    PKCS#11 (v2.40, section 5.6) logs in the application and not the session, and refuses a
    second log-in; so a process that signs with two keys of one token logs in once.
    """
    token = pkcs11.lib(str(library)).get_token(token_label=token_label)
    try:
        return token.open(user_pin=pin, rw=rw)
    except pkcs11.exceptions.UserAlreadyLoggedIn:
        return token.open(rw=rw)


def _public_key(ec_point: bytes) -> PublicKey:
    """Read CKA_EC_POINT: the point, in an OCTET STRING as the standard says or without."""
    point = ec_point.removeprefix(_OCTET_STRING_HEAD)
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
