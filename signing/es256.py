"""ES256 (RFC 7518 section 3.4) on the hot path: ``cryptography`` called directly.

PyJWT would decode, check and copy once more around the same call; it is the oracle of the tests.
There is no low-s rule: about half of honest signatures are high-s, so the twin (r, n-s) of a valid
signature is valid too, and replay marks are therefore made over the signing input.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SIGNATURE_BYTES: Final = 64
_COORDINATE_BYTES: Final = 32
_ECDSA: Final = ec.ECDSA(hashes.SHA256())


def sign(key: ec.EllipticCurvePrivateKey, signing_input: bytes) -> bytes:
    """Return r||s, 64 bytes, over ``signing_input``."""
    return raw_signature(key.sign(signing_input, _ECDSA))


def verify(key: ec.EllipticCurvePublicKey, signature: bytes, signing_input: bytes) -> bool:
    """Return whether ``signature`` (r||s) over ``signing_input`` was made with ``key``'s twin."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        key.verify(_der(signature), signing_input, _ECDSA)
    except InvalidSignature:
        return False
    return True


def raw_signature(der: bytes) -> bytes:
    """Return the DER signature of ``cryptography`` as r||s."""
    r, s = decode_dss_signature(der)
    return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")


def twin(signature: bytes) -> bytes:
    """Return (r, n-s): the other valid signature that anybody can make from a valid one."""
    s = int.from_bytes(signature[_COORDINATE_BYTES:], "big")
    return signature[:_COORDINATE_BYTES] + (ORDER - s).to_bytes(_COORDINATE_BYTES, "big")


def _der(signature: bytes) -> bytes:
    r = _der_integer(signature[:_COORDINATE_BYTES])
    s = _der_integer(signature[_COORDINATE_BYTES:])
    # Two integers of at most 33 bytes: every length fits one byte.
    return b"\x30%c%b%b" % (len(r) + len(s), r, s)


def _der_integer(unsigned: bytes) -> bytes:
    digits = unsigned.lstrip(b"\0")
    if not digits or digits[0] & 0x80:
        digits = b"\0" + digits
    return b"\x02%c%b" % (len(digits), digits)
