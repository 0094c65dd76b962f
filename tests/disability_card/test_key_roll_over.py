"""Keys: the first set, a yearly roll-over that nobody notices, a new root, a stolen key."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from disability_card.issuance import PHONE_LIVES
from disability_card.key_roll_over import (
    KeyNotFound,
    RollOverUnderWay,
    block_key,
    make_first_keys,
    roll_key,
    roll_root,
    withdraw_spent_keys,
)
from disability_card.models import Card, CardState, KeyPurpose, SigningKey, TrustDocument
from disability_card.signing_keys import (
    NoActiveKey,
    active_key,
    active_signer,
    blocked_kids,
    published_keys,
)
from disability_card.trust_publication import (
    NoTrustList,
    publish_trust_list,
    root_rolls,
    root_thumbprint,
    trust_list,
)
from signing.faults import BadToken, Fault
from signing.keys import public_jwk, thumbprint
from signing.trust import KeyUse, TrustList, open_trust_list
from tests.disability_card.factories import make_card
from tests.disability_card.issuing import CITY, ISSUER, issue_venue_cards, make_holding
from tests.disability_card.wallet import header_of, payload_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
START = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
ISSUER_KEY, STATUS_KEY = KeyPurpose.ISSUER, KeyPurpose.STATUS


@pytest.fixture(autouse=True)
def keys_dir(settings: Any, tmp_path: Path) -> Path:
    settings.KEYS_DIR = tmp_path / "keys"
    return Path(settings.KEYS_DIR)


def kid_at(now: datetime, purpose: KeyPurpose = ISSUER_KEY) -> str:
    return active_key(CITY, purpose, now=now).kid


def known_to_a_device(pinned: str) -> TrustList:
    return open_trust_list(trust_list(CITY), pinned={pinned}, root_rolls=root_rolls(CITY))


def active_card() -> Card:
    return make_card(state=CardState.ACTIVE)


# -- the first set ------------------------------------------------------------------------


def test_a_city_starts_with_one_key_for_each_purpose_and_a_trust_list() -> None:
    make_first_keys(CITY, now=START)
    kids = {key.purpose: key.kid for key in SigningKey.objects.all()}
    assert kids["issuer"] == "2026-1"
    assert kids["status"] == "s-2026-1"
    assert kids["bundle"] == "b-2026-1"
    root = SigningKey.objects.get(purpose=KeyPurpose.ROOT)
    assert root.kid == thumbprint(root.public_jwk) == root_thumbprint(CITY, now=START)
    told = known_to_a_device(root.kid)
    assert {(use, kid) for use, _, kid in told.keys} == {
        (KeyUse.ISSUER, "2026-1"),
        (KeyUse.STATUS, "s-2026-1"),
        (KeyUse.BUNDLE, "b-2026-1"),
    }


def test_making_the_keys_again_makes_nothing() -> None:
    make_first_keys(CITY, now=START)
    before = list(SigningKey.objects.order_by("pk").values())
    assert make_first_keys(CITY, now=START + DAY) == []
    assert list(SigningKey.objects.order_by("pk").values()) == before
    assert TrustDocument.objects.count() == 1


def test_key_files_are_read_by_their_owner_only(keys_dir: Path) -> None:
    make_first_keys(CITY, now=START)
    files = sorted(keys_dir.rglob("*.pem"))
    assert [str(file.relative_to(keys_dir)) for file in files] == [
        "202177/2026-1.pem",
        "202177/b-2026-1.pem",
        "202177/offline/root-1.pem",
        "202177/s-2026-1.pem",
    ]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert [path for path in keys_dir.rglob("*") if path.is_file() and path not in files] == []


def test_a_key_file_of_a_cut_off_attempt_is_taken_and_never_overwritten(keys_dir: Path) -> None:
    make_first_keys(CITY, now=START)
    pem = (keys_dir / CITY / "2026-1.pem").read_bytes()
    SigningKey.objects.filter(purpose=ISSUER_KEY).delete()
    make_first_keys(CITY, now=START)
    assert (keys_dir / CITY / "2026-1.pem").read_bytes() == pem


def test_no_private_half_stands_in_the_database() -> None:
    make_first_keys(CITY, now=START)
    for key in SigningKey.objects.all():
        assert set(key.public_jwk) == {"kty", "crv", "x", "y"}
        if key.purpose != KeyPurpose.ROOT:
            signer = active_signer(CITY, KeyPurpose(key.purpose), now=START)
            assert public_jwk(signer.public_key) == key.public_jwk


def test_a_city_without_keys_cannot_sign() -> None:
    with pytest.raises(NoActiveKey):
        active_key(CITY, ISSUER_KEY, now=START)
    with pytest.raises(NoTrustList):
        trust_list(CITY)


def test_a_signer_is_loaded_once_a_process(keys_dir: Path) -> None:
    make_first_keys(CITY, now=START)
    first = active_signer(CITY, ISSUER_KEY, now=START)
    assert active_signer(CITY, ISSUER_KEY, now=START + DAY) is first


# -- roll-over ----------------------------------------------------------------------------


def test_a_new_issuer_key_is_published_thirty_days_before_it_signs() -> None:
    make_first_keys(CITY, now=START)
    new = roll_key(CITY, ISSUER_KEY, now=START)
    assert new.kid == "2026-2"
    assert (KeyUse.ISSUER, ISSUER, "2026-2") in known_to_a_device(
        root_thumbprint(CITY, now=START)
    ).keys
    first_day = START + 30 * DAY
    assert kid_at(first_day - timedelta(seconds=1)) == "2026-1"
    assert kid_at(first_day) == "2026-2"


def test_roll_over_without_interruption_old_cards_verify_until_they_end() -> None:
    """Day by day over the roll-over: whatever was issued is in the trust list until it ends."""
    make_first_keys(CITY, now=START)
    root = root_thumbprint(CITY, now=START)
    holding = make_holding(active_card())
    issued: list[tuple[str, int]] = []
    known: set[str] = set()
    for day in range(80):
        now = START + day * DAY
        if day == 5:
            roll_key(CITY, ISSUER_KEY, now=now)
        withdraw_spent_keys(CITY, now=now)
        publish_trust_list(CITY, now=now)
        (card,) = issue_venue_cards(holding, count=1, now=now)
        issued.append((header_of(card)["kid"], payload_of(card)["exp"]))
        known = {kid for _, _, kid in known_to_a_device(root).keys}
        live = {kid for kid, exp in issued if exp > now.timestamp()}
        assert live <= known
    assert {kid for kid, _ in issued} == {"2026-1", "2026-2"}
    assert "2026-1" not in known


def test_an_old_key_leaves_a_day_after_the_last_card_it_signed() -> None:
    make_first_keys(CITY, now=START)
    roll_key(CITY, ISSUER_KEY, now=START)
    last_day = START + 30 * DAY - timedelta(seconds=1)
    (card,) = issue_venue_cards(make_holding(active_card()), count=1, now=last_day)
    end = datetime.fromtimestamp(payload_of(card)["exp"], tz=UTC)
    assert end - last_day <= PHONE_LIVES
    assert withdraw_spent_keys(CITY, now=end + DAY) == 0
    assert withdraw_spent_keys(CITY, now=end + DAY + timedelta(seconds=1)) == 1
    kids = published_keys(CITY, now=end + 2 * DAY).values_list("kid", flat=True)
    assert "2026-1" not in kids


def test_a_key_is_not_withdrawn_before_it_is_retired() -> None:
    make_first_keys(CITY, now=START)
    assert withdraw_spent_keys(CITY, now=START + 4_000 * DAY) == 0


def test_a_second_roll_waits_for_the_first() -> None:
    make_first_keys(CITY, now=START)
    roll_key(CITY, ISSUER_KEY, now=START)
    with pytest.raises(RollOverUnderWay):
        roll_key(CITY, ISSUER_KEY, now=START + DAY)


def test_kids_count_anew_each_year_in_japan() -> None:
    make_first_keys(CITY, now=START)
    december = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)  # 31 December + 1 minute in Japan
    assert roll_key(CITY, ISSUER_KEY, now=december + timedelta(minutes=1)).kid == "2027-1"


def test_a_new_status_key_is_published_two_days_before() -> None:
    make_first_keys(CITY, now=START)
    assert roll_key(CITY, STATUS_KEY, now=START).kid == "s-2026-2"
    assert kid_at(START + 2 * DAY, STATUS_KEY) == "s-2026-2"
    assert kid_at(START + 2 * DAY - timedelta(seconds=1), STATUS_KEY) == "s-2026-1"


# -- the root -----------------------------------------------------------------------------


def test_a_device_pinned_to_the_old_root_follows_to_the_new_one() -> None:
    make_first_keys(CITY, now=START)
    pinned = root_thumbprint(CITY, now=START)
    for year in range(1, 5):
        roll_root(CITY, now=START + year * 360 * DAY)
    assert root_thumbprint(CITY, now=START + 1_440 * DAY) != pinned
    assert known_to_a_device(pinned).version == 5


def test_another_city_s_root_is_foreign() -> None:
    make_first_keys(CITY, now=START)
    with pytest.raises(BadToken) as bad:
        known_to_a_device("A" * 43)
    assert bad.value.fault == Fault.TRUST_LIST_FOREIGN


def test_a_trust_list_lives_a_year_and_a_month() -> None:
    make_first_keys(CITY, now=START)
    claims = payload_of(trust_list(CITY))
    assert claims["exp"] - claims["iat"] == 396 * 86_400


# -- a stolen key -------------------------------------------------------------------------


def test_threat_issuer_key_theft_a_blocked_key_signs_no_more_and_is_named() -> None:
    make_first_keys(CITY, now=START)
    block_key(CITY, "2026-1", now=START + DAY)
    assert blocked_kids(CITY) == ["2026-1"]
    with pytest.raises(NoActiveKey):
        active_key(CITY, ISSUER_KEY, now=START + DAY)


def test_after_a_block_the_next_key_signs_at_once() -> None:
    make_first_keys(CITY, now=START)
    block_key(CITY, "2026-1", now=START + DAY)
    roll_key(CITY, ISSUER_KEY, now=START + DAY)
    assert kid_at(START + DAY) == "2026-2"
    told = known_to_a_device(root_thumbprint(CITY, now=START + DAY))
    assert "2026-1" not in {kid for _, _, kid in told.keys}


def test_a_successor_that_waits_starts_when_its_predecessor_is_blocked() -> None:
    make_first_keys(CITY, now=START)
    roll_key(CITY, ISSUER_KEY, now=START)
    block_key(CITY, "2026-1", now=START + DAY)
    assert kid_at(START + DAY) == "2026-2"


def test_blocking_twice_keeps_the_first_time_and_an_unknown_key_is_refused() -> None:
    make_first_keys(CITY, now=START)
    block_key(CITY, "2026-1", now=START)
    assert block_key(CITY, "2026-1", now=START + DAY).blocked_at == START
    with pytest.raises(KeyNotFound):
        block_key(CITY, "1999-1", now=START)


# -- the commands -------------------------------------------------------------------------


def test_the_commands_do_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_keys")
    root = root_thumbprint(CITY, now=datetime.now(UTC))
    assert root in capsys.readouterr().out
    call_command("make_keys", municipality=CITY)
    call_command("roll_issuer_key", CITY)
    with pytest.raises(CommandError):
        call_command("roll_issuer_key", CITY)
    call_command("roll_root", CITY)
    call_command("block_key", CITY, kid_at(datetime.now(UTC)))
    with pytest.raises(CommandError):
        call_command("block_key", CITY, "no-such-key")
    call_command("publish_trust_list", CITY)
    call_command("publish_status_lists", once=True)
    assert len(blocked_kids(CITY)) == 1
