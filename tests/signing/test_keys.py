"""Keys as files and JWKs, and their names."""

from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from signing import es256, keys
from signing.faults import BadToken
from signing.keys import PemSigner, generate_key, key_from_jwk, public_jwk


def test_a_pem_file_signs_and_its_public_half_verifies(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(keys.private_pem(generate_key()))
    signer = PemSigner.from_file(path, kid="2026-1")
    signature = signer.sign(b"x")
    assert len(signature) == 64
    assert es256.verify(signer.public_key, signature, b"x")


def test_a_pem_with_a_password_needs_it() -> None:
    pem = keys.private_pem(generate_key(), password=b"secret")
    assert PemSigner.from_pem(pem, kid="k", password=b"secret").kid == "k"
    with pytest.raises(TypeError):
        PemSigner.from_pem(pem, kid="k")


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()]
)
def test_a_key_of_another_kind_is_refused(key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with pytest.raises(ValueError, match="P-256"):
        PemSigner.from_pem(pem, kid="k")


def test_a_jwk_comes_back_as_the_same_key_and_pyjwt_writes_the_same() -> None:
    public = generate_key().public_key()
    jwk = public_jwk(public)
    assert key_from_jwk(jwk) == public
    oracle = jwt.algorithms.ECAlgorithm.to_jwk(public, as_dict=True)
    assert {name: oracle[name] for name in jwk} == jwk


def test_a_private_jwk_comes_back_as_the_same_key() -> None:
    key = generate_key()
    again = keys.key_from_private_jwk(keys.private_jwk(key))
    assert again.private_numbers() == key.private_numbers()


def test_the_thumbprint_is_the_one_of_rfc_7638() -> None:
    from joserfc.jwk import ECKey  # noqa: PLC0415  the oracle of this one test

    public = generate_key().public_key()
    named = public_jwk(public) | {"kid": "x", "use": "sig"}
    assert keys.thumbprint(named) == ECKey.import_key(public).thumbprint()


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "OKP"},
        {"crv": "P-384"},
        {"crv": None},
        {"x": "AAAA"},
        {"y": 7},
        {"y": "あ" * 43},
        {"x": "A" * 43},
        {"d": "AAAA"},
    ],
)
def test_what_is_no_public_p256_key_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadToken):
        key_from_jwk(public_jwk(generate_key().public_key()) | change)


@pytest.mark.parametrize("jwk", [None, [], "key", {}])
def test_what_is_no_jwk_is_refused(jwk: object) -> None:
    with pytest.raises(BadToken):
        key_from_jwk(jwk)
