"""A key in a PKCS#11 token signs like a key in a file. For real, with Debian's SoftHSM2."""

import threading
from pathlib import Path

import pkcs11
import pytest

from signing import es256, jws
from signing.pkcs11 import Pkcs11Signer, generate_in_token
from tests.softhsm_token import LIBRARY, make_token, needs_softhsm

PIN = "1234"

pytestmark = [pytest.mark.softhsm, needs_softhsm]


@pytest.fixture(scope="module")
def token() -> Path:
    """Return the library, with a fresh token that holds one key pair called ``issuer``."""
    make_token("city", pin=PIN)
    generate_in_token(LIBRARY, token_label="city", pin=PIN, key_label="issuer")
    return LIBRARY


def test_a_token_signs_what_everybody_verifies(token: Path) -> None:
    signer = Pkcs11Signer(token, token_label="city", pin=PIN, key_label="issuer", kid="2026-1")
    try:
        made = jws.sign({"a": 1}, typ="test+jwt", signer=signer)
        opened = jws.open_token(made, typ="test+jwt", key_of=lambda _parsed: signer.public_key)
        assert opened.header["kid"] == "2026-1"
        assert opened.payload == {"a": 1}
    finally:
        signer.close()


def test_threads_share_one_session(token: Path) -> None:
    signer = Pkcs11Signer(token, token_label="city", pin=PIN, key_label="issuer", kid="k")
    good: list[bool] = []

    def sign_some(name: int) -> None:
        for number in range(20):
            text = f"{name} {number}".encode()
            good.append(es256.verify(signer.public_key, signer.sign(text), text))

    threads = [threading.Thread(target=sign_some, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    signer.close()
    assert good == [True] * 80


def test_the_private_key_cannot_be_taken_out(token: Path) -> None:
    with pkcs11.lib(str(token)).get_token(token_label="city").open(user_pin=PIN) as session:
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label="issuer")
        with pytest.raises(pkcs11.AttributeSensitive):
            key[pkcs11.Attribute.VALUE]
