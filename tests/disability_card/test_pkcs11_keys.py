"""The whole way with keys that never leave their token: SoftHSM2 from Debian stands for an HSM."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from disability_card import signing_keys
from disability_card.key_roll_over import make_first_keys, roll_key
from disability_card.models import CardState, KeyPurpose, SigningKey
from disability_card.signing_keys import active_key, active_signer
from disability_card.status_publication import status_token
from disability_card.trust_publication import root_thumbprint, trust_list
from signing import jws
from signing.keys import key_from_jwk
from signing.trust import KeyUse, open_trust_list
from tests.disability_card.factories import make_card
from tests.disability_card.issuing import (
    CITY,
    ISSUER,
    NOW,
    issue_venue_cards,
    make_holding,
    make_phone,
)
from tests.disability_card.wallet import header_of
from tests.softhsm_token import LIBRARY, make_token, needs_softhsm

pytestmark = [pytest.mark.softhsm, pytest.mark.django_db, needs_softhsm]

PIN = "246810"


@pytest.fixture(scope="module")
def pin_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The PIN of an empty token."""
    make_token("kaiteki-issue", pin=PIN)
    pin = tmp_path_factory.mktemp("pin") / "pin"
    pin.write_text(PIN)
    yield pin
    signing_keys._load_signer.cache_clear()  # its sessions end with the token


@pytest.fixture(autouse=True)
def keys_in_the_token(settings: Any, pin_file: Path, tmp_path: Path) -> None:
    settings.KEY_BACKEND = "pkcs11"
    settings.PKCS11_LIBRARY = str(LIBRARY)
    settings.PKCS11_TOKEN = "kaiteki-issue"
    settings.PKCS11_PIN_FILE = str(pin_file)
    settings.KEYS_DIR = tmp_path / "keys"


def test_cards_lists_and_roll_over_with_keys_in_a_token(client: Client, tmp_path: Path) -> None:
    make_first_keys(CITY, now=NOW)
    online = SigningKey.objects.exclude(purpose=KeyPurpose.ROOT)
    assert {key.backend for key in online} == {"pkcs11"}
    files = [path.name for path in (tmp_path / "keys").rglob("*.pem")]
    assert files == ["root-1.pem"]

    phone = make_phone(client, make_card(state=CardState.APPROVED))
    issuer = key_from_jwk(active_key(CITY, KeyPurpose.ISSUER, now=NOW).public_jwk)
    for one in phone.venue_cards:
        parsed = jws.parse_text(one.sd_jwt.rstrip("~"))
        jws.check_signature(parsed, issuer)
    status = key_from_jwk(active_key(CITY, KeyPurpose.STATUS, now=NOW).public_jwk)
    jws.check_signature(jws.parse_text(status_token(CITY, 1, now=NOW)), status)

    roll_key(CITY, KeyPurpose.ISSUER, now=NOW)
    later = NOW + timedelta(days=30)
    (card,) = issue_venue_cards(make_holding(make_card(state="active")), count=1, now=later)
    kid = header_of(card)["kid"]
    assert kid.endswith("-2") or not kid.startswith(str(NOW.year))
    told = open_trust_list(trust_list(CITY), pinned={root_thumbprint(CITY, now=NOW)})
    key = told.key(KeyUse.ISSUER, iss=ISSUER, kid=kid)
    jws.check_signature(jws.parse_text(card.rstrip("~")), key.public_key)


def test_a_key_of_a_cut_off_attempt_is_taken() -> None:
    """The token made the key, the machine stopped before the row was stored."""
    make_first_keys(CITY, now=NOW)
    first = active_signer(CITY, KeyPurpose.BUNDLE, now=NOW).public_key
    SigningKey.objects.filter(purpose=KeyPurpose.BUNDLE).delete()
    signing_keys._load_signer.cache_clear()
    make_first_keys(CITY, now=NOW)
    assert active_signer(CITY, KeyPurpose.BUNDLE, now=NOW).public_key == first
