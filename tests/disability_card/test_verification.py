"""verify: the rules that a vector cannot say, each threat of the design, and the work it costs.

What each bad text is called stands in the vectors (test_vectors.py); here are the boundaries, the
memory between two scans, and the two modes.
"""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from disability_card.card_claims import Medium, NameToCheck, Presenter
from disability_card.refusals import (
    CardRefused,
    ClockOff,
    Expired,
    Forged,
    HolderMismatch,
    KeyBlocked,
    QrTooOld,
    Replayed,
    Revoked,
    StatusIndexOutOfRange,
    StatusListMissing,
    StatusListOld,
    Suspended,
    TrustListExpired,
    UnknownKey,
    Unreadable,
    WrongAudience,
    WrongNonce,
    all_refusals,
)
from disability_card.scan_memory import IssuerParts, MarksInMemory
from disability_card.verdicts import Level, Verdict
from disability_card.verification import Mode, StatusEntry, Venue, Verifier
from signing import es256, pack
from signing.keys import thumbprint_of
from signing.trust import (
    KeyUse,
    TrustList,
    make_trust_list,
    open_bundle_document,
    open_trust_list,
    read_trust_document,
)
from tests.vectors.bad_cards import bad_lines
from tests.vectors.city import (
    AT,
    CHALLENGE,
    DAY,
    FORGER,
    INDEX_REVOKED,
    ISSUER,
    ISSUER_KEY,
    LIST_IAT,
    NEXT_ISSUER_KEY,
    NOW,
    OTHER_VENUE,
    ROOT,
    SELECTIVE,
    TRUST_EXP,
    VENUE,
    full_card,
    holder,
    make_bundle_document,
    make_trust,
    make_trust_document,
    paper_card,
    qr,
    shown,
    status,
    trusted,
    venue_card,
)
from tests.vectors.good_cards import with_twin

PINNED = frozenset({thumbprint_of(ROOT.public_key)})
Lookup = Callable[[str, int], StatusEntry]


def fresh(_uri: str, _index: int) -> StatusEntry:
    return StatusEntry(0, AT)


def make_verifier(
    *,
    status_at: Lookup = fresh,
    mode: Mode = Mode.ONLINE,
    trust_list: TrustList | None = None,
    **more: Any,
) -> Verifier:
    """A server's verifier: no bundle, its own status look-up."""
    return Verifier(
        trust_list or open_trust_list(make_trust(), pinned=PINNED),
        status_at=status_at,
        replay_marks=more.pop("replay_marks", MarksInMemory()),
        mode=mode,
        **more,
    )


def make_venue(
    *, venue_id: str = VENUE, scanner: str = "scanner-1", challenge: str | None = None
) -> Venue:
    return Venue(venue_id=venue_id, scanner=scanner, challenge=challenge)


def check(
    text: str,
    *,
    by: Verifier | None = None,
    venue: Venue | None = None,
    now: datetime = NOW,
) -> Verdict:
    return (by or make_verifier()).verify(text, venue=venue or make_venue(), now=now)


def card(**how: Any) -> str:
    return qr(shown(venue_card(), **how))


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


# -- the answer -----------------------------------------------------------------------------


def test_a_good_card_says_class_and_caregivers_and_nothing_about_the_person() -> None:
    assert check(card()) == Verdict(
        level=Level.GREEN,
        medium=Medium.PHONE,
        presenter=Presenter.HOLDER,
        discount_class=1,
        caregivers=1,
        name_to_check=None,
        as_of=NOW,
        details={},
    )


def test_a_full_card_answers_the_details_that_the_holder_chose() -> None:
    names = ("discount_class", "caregivers", "handbook", "birth_year")
    verdict = check(qr(shown(full_card(names))))
    assert verdict.details == {"handbook": "mental", "birth_year": 1985}


def test_details_are_not_in_the_published_answer() -> None:
    published = check(qr(shown(full_card(tuple(SELECTIVE))))).as_json()
    assert "details" not in published
    assert "mental" not in str(published)


def test_a_paper_card_asks_for_the_name() -> None:
    verdict = check(qr(paper_card()))
    assert verdict.medium is Medium.PAPER
    assert verdict.name_to_check == NameToCheck(name="見本 花子", birth_year=1985)


def test_a_naive_clock_is_a_bug_not_a_refusal() -> None:
    with pytest.raises(ValueError, match="aware"):
        check(card(), now=datetime(2026, 12, 1, 10, 0))  # noqa: DTZ001


def test_a_refusal_says_the_medium_and_the_freshness_where_they_were_known() -> None:
    revoked = make_verifier(status_at=lambda _uri, _index: StatusEntry(1, AT))
    with pytest.raises(Revoked) as refusal:
        check(card(), by=revoked)
    assert (refusal.value.medium, refusal.value.as_of) == ("phone", "2026-12-01T01:00:00Z")
    with pytest.raises(Forged) as early:
        check(qr(shown(venue_card(signer=FORGER))))
    assert (early.value.medium, early.value.as_of) == (None, None)
    with pytest.raises(Unreadable) as malformed:
        check(qr(shown(paper_card())))  # a key binding where none belongs
    assert (malformed.value.medium, malformed.value.as_of) == ("paper", None)


def test_every_refusal_says_what_the_front_desk_does_next() -> None:
    for refusal in all_refusals().values():
        assert refusal.title
        assert refusal.next_step.endswith("。")
        assert refusal.next_step.count("。") == 1, refusal.code


def test_no_sentence_names_a_kind_of_handbook_or_a_grade() -> None:
    texts = "".join(one.title + one.next_step for one in all_refusals().values())
    for word in ("身体", "療育", "精神", "級", "障害"):
        assert word not in texts


# -- windows --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "age", "refusal"),
    [
        (Mode.ONLINE, 60, None),
        (Mode.ONLINE, 61, QrTooOld),
        (Mode.ONLINE, -30, None),
        (Mode.ONLINE, -31, ClockOff),
        (Mode.OFFLINE, 120, None),
        (Mode.OFFLINE, 121, QrTooOld),
        (Mode.OFFLINE, -60, None),
        (Mode.OFFLINE, -61, ClockOff),
        (Mode.ONLINE, 3_600, QrTooOld),
        (Mode.ONLINE, 3_601, ClockOff),
    ],
)
def test_a_qr_code_lives_as_long_as_its_mode_says(
    mode: Mode, age: int, refusal: type[CardRefused] | None
) -> None:
    text, by = card(iat=AT - age), make_verifier(mode=mode)
    if refusal is None:
        check(text, by=by)
        return
    with pytest.raises(refusal):
        check(text, by=by)


@pytest.mark.parametrize(
    ("age", "level"), [(0, Level.GREEN), (300, Level.GREEN), (301, Level.AMBER), (DAY, Level.AMBER)]
)
def test_an_older_status_turns_the_answer_amber(age: int, level: Level) -> None:
    by = make_verifier(status_at=lambda _uri, _index: StatusEntry(0, AT - age))
    assert check(card(), by=by).level is level


def test_a_status_older_than_a_day_is_no_answer() -> None:
    by = make_verifier(status_at=lambda _uri, _index: StatusEntry(0, AT - DAY - 1))
    with pytest.raises(StatusListOld):
        check(card(), by=by)


def test_a_status_past_its_own_end_is_no_answer() -> None:
    by = make_verifier(status_at=lambda _uri, _index: StatusEntry(0, AT - 10, AT))
    with pytest.raises(StatusListOld):
        check(card(), by=by)


def test_an_old_list_that_says_revoked_is_told_as_old() -> None:
    by = make_verifier(status_at=lambda _uri, _index: StatusEntry(1, AT - DAY - 1))
    with pytest.raises(StatusListOld):
        check(card(), by=by)


@pytest.mark.parametrize(("value", "refusal"), [(1, Revoked), (2, Suspended), (3, Revoked)])
def test_any_status_but_zero_stops_the_card(value: int, refusal: type[CardRefused]) -> None:
    by = make_verifier(status_at=lambda _uri, _index: StatusEntry(value, AT))
    with pytest.raises(refusal):
        check(card(), by=by)


def test_the_status_is_asked_of_the_list_that_the_card_names() -> None:
    asked = []

    def status_at(uri: str, index: int) -> StatusEntry:
        asked.append((uri, index))
        return StatusEntry(0, AT)

    check(qr(shown(venue_card(status=status(77, 5)))), by=make_verifier(status_at=status_at))
    assert asked == [(f"{ISSUER}/status/5", 77)]


@pytest.mark.parametrize(
    ("error", "refusal"), [(IndexError, StatusIndexOutOfRange), (KeyError, StatusListMissing)]
)
def test_a_look_up_without_answer_has_its_own_code(
    error: type[LookupError], refusal: type[CardRefused]
) -> None:
    def status_at(_uri: str, _index: int) -> StatusEntry:
        raise error

    with pytest.raises(refusal):
        check(card(), by=make_verifier(status_at=status_at))


def test_a_card_is_good_to_the_last_second_before_its_end() -> None:
    text = qr(shown(venue_card(exp=AT + 1)))
    check(text)
    with pytest.raises(Expired):
        check(qr(shown(venue_card(exp=AT))))


def test_a_fraction_of_a_second_does_not_let_an_ended_card_through() -> None:
    with pytest.raises(Expired):
        check(qr(shown(venue_card(exp=AT))), now=later(0.001))


def test_a_server_without_a_bundle_still_heeds_the_trust_lists_end() -> None:
    end = TRUST_EXP - AT
    text = qr(shown(venue_card(exp=TRUST_EXP + DAY), iat=TRUST_EXP - 1))
    by = make_verifier(status_at=lambda _uri, _index: StatusEntry(0, TRUST_EXP - 1))
    check(text, by=by, now=later(end - 1))
    with pytest.raises(TrustListExpired):
        check(text, by=by, now=later(end))


# -- memory between scans -------------------------------------------------------------------


def test_the_same_scan_answers_the_same_for_ten_seconds() -> None:
    by, text = make_verifier(), card()
    first = check(text, by=by)
    assert check(text, by=by, now=later(10)) == first
    with pytest.raises(Replayed):
        check(text, by=by, now=later(10.5))


def test_a_re_sent_scan_does_not_start_the_ten_seconds_again() -> None:
    by, text = make_verifier(), card()
    for seconds in (0, 6):
        check(text, by=by, now=later(seconds))
    with pytest.raises(Replayed):
        check(text, by=by, now=later(12))


def test_another_scanner_is_refused_at_once() -> None:
    by, text = make_verifier(), card()
    check(text, by=by)
    with pytest.raises(Replayed):
        check(text, by=by, venue=make_venue(scanner="scanner-2"))


def test_a_refused_scan_leaves_no_mark() -> None:
    by, text = make_verifier(), card(iat=AT)
    with pytest.raises(ClockOff):
        check(text, by=by, now=later(-31))
    check(text, by=by, venue=make_venue(scanner="scanner-2"))


def test_the_twin_of_a_used_signature_is_replayed() -> None:
    by = make_verifier()
    presented = shown(venue_card())
    check(qr(presented), by=by)
    with pytest.raises(Replayed):
        check(qr(with_twin(presented)), by=by, venue=make_venue(scanner="scanner-2"))
    with pytest.raises(Replayed):
        check(qr(with_twin(presented)), by=by)
    check(qr(presented), by=by)


def test_a_paper_card_may_be_shown_again() -> None:
    by, text = make_verifier(), qr(paper_card())
    check(text, by=by)
    check(text, by=by, now=later(60), venue=make_venue(scanner="scanner-2"))


def test_marks_beyond_the_limit_drop_the_oldest() -> None:
    marks = MarksInMemory(marks_max=2)
    for number in range(3):
        marks.first_seen(bytes([number]), scan=UUID(int=1), now=NOW)
    assert marks.first_seen(b"\x02", scan=UUID(int=2), now=NOW).scan == UUID(int=1)
    assert marks.first_seen(b"\x00", scan=UUID(int=2), now=NOW).scan == UUID(int=2)


class Counted:
    """How often the two expensive steps ran."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.signatures = self.inflates = 0
        verify, inflate = es256.verify, pack.inflate

        def counted_verify(*args: Any) -> bool:
            self.signatures += 1
            return verify(*args)

        def counted_inflate(z: bytes) -> bytes:
            self.inflates += 1
            whole = inflate(z)
            assert len(whole) <= pack.INFLATED_BYTES_MAX
            return whole

        patch.setattr(es256, "verify", counted_verify)
        patch.setattr(pack, "inflate", counted_inflate)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


def test_a_new_card_costs_two_signature_checks_and_a_known_one_costs_one(counted: Counted) -> None:
    by = make_verifier()
    counted.signatures = 0  # the trust list's own check is done once, when it is opened
    check(card(seed="1"), by=by)
    assert counted.signatures == 2
    check(card(seed="2"), by=by)
    assert counted.signatures == 3


def test_no_refused_text_costs_more_than_two_signature_checks_and_one_inflate(
    counted: Counted,
) -> None:
    pinned = read_trust_document(make_trust_document())
    trust_list, bundle = open_bundle_document(make_bundle_document(), pinned=pinned)
    by = Verifier.from_bundle(trust_list, bundle, replay_marks=MarksInMemory())
    for line in bad_lines():
        venue_id = line.get("venue", VENUE)
        venue = make_venue(venue_id=venue_id, scanner=venue_id, challenge=line.get("challenge"))
        now = datetime.fromisoformat(line["at"])
        counted.signatures = counted.inflates = 0
        with contextlib.suppress(CardRefused):
            by.verify(line["qr"], venue=venue, now=now)
        assert counted.signatures <= 2, line["name"]
        assert counted.inflates <= 1, line["name"]


def test_a_remembered_card_is_still_refused_when_its_status_changes() -> None:
    answers = [0, 1]
    by = make_verifier(status_at=lambda _uri, _index: StatusEntry(answers.pop(0), AT))
    check(card(seed="1"), by=by)
    with pytest.raises(Revoked):
        check(card(seed="2"), by=by)


def test_a_remembered_card_is_still_refused_when_its_key_is_blocked() -> None:
    parts = IssuerParts()
    check(card(seed="1"), by=make_verifier(issuer_parts=parts))
    blocked = make_verifier(issuer_parts=parts, blocked=frozenset({(ISSUER, ISSUER_KEY.kid)}))
    with pytest.raises(KeyBlocked):
        check(card(seed="2"), by=blocked)


def trust_list_of(*keys: Any) -> TrustList:
    token = make_trust_list(keys, iss=ISSUER, iat=AT - DAY, exp=AT + DAY, version=8, root=ROOT)
    return open_trust_list(token, pinned=PINNED)


def test_a_remembered_card_is_still_refused_when_its_key_left_the_trust_list() -> None:
    parts = IssuerParts()
    check(card(seed="1"), by=make_verifier(issuer_parts=parts))
    without = trust_list_of(trusted(NEXT_ISSUER_KEY, KeyUse.ISSUER))
    with pytest.raises(UnknownKey):
        check(card(seed="2"), by=make_verifier(issuer_parts=parts, trust_list=without))


def test_a_remembered_card_is_checked_again_when_its_kid_names_another_key() -> None:
    parts = IssuerParts()
    check(card(seed="1"), by=make_verifier(issuer_parts=parts))
    replaced = trust_list_of(trusted(FORGER, KeyUse.ISSUER))  # the same kid, another key
    with pytest.raises(Forged):
        check(card(seed="2"), by=make_verifier(issuer_parts=parts, trust_list=replaced))


def test_only_cards_whose_signature_held_are_remembered() -> None:
    parts = IssuerParts(parts_max=1)
    by = make_verifier(issuer_parts=parts)
    good = shown(venue_card())
    check(qr(good), by=by)
    with pytest.raises(Forged):
        check(qr(shown(venue_card(signer=FORGER))), by=by)
    assert parts.get(good[: good.rindex("~") + 1].encode()) is not None


def test_memory_is_bounded() -> None:
    parts = IssuerParts(parts_max=2)
    by = make_verifier(issuer_parts=parts)
    cards = [venue_card(exp=AT + DAY + number) for number in range(3)]
    for one in cards:
        check(qr(shown(one)), by=by)
    assert [parts.get(one.encode()) is not None for one in cards] == [False, True, True]


def test_the_card_used_last_stays_in_memory_longest() -> None:
    parts = IssuerParts(parts_max=2)
    by = make_verifier(issuer_parts=parts)
    first, second, third = [venue_card(exp=AT + DAY + number) for number in range(3)]
    for seed, one in enumerate([first, second, first, third]):
        check(qr(shown(one, seed=str(seed))), by=by)
    known = [parts.get(one.encode()) is not None for one in (first, second, third)]
    assert known == [True, False, True]


# -- threats of the design, by their names --------------------------------------------------


def test_threat_screenshot_is_dead_after_a_minute() -> None:
    with pytest.raises(QrTooOld):
        check(card(iat=AT - 61))


def test_threat_live_relay_fails_where_a_challenge_stands_on_the_counter() -> None:
    venue = make_venue(challenge=CHALLENGE)
    with pytest.raises(WrongAudience):
        check(card(), venue=venue)
    bound_elsewhere = card(aud=f"{ISSUER}/venue/{OTHER_VENUE}", challenge=CHALLENGE)
    with pytest.raises(WrongAudience):
        check(bound_elsewhere, venue=venue)
    with pytest.raises(WrongNonce):
        check(card(aud=f"{ISSUER}/venue/{VENUE}", challenge="0" * 20), venue=venue)
    check(card(aud=f"{ISSUER}/venue/{VENUE}", challenge=CHALLENGE), venue=venue)


def test_threat_cloned_card_without_its_phone_is_a_holder_mismatch() -> None:
    with pytest.raises(HolderMismatch):
        check(qr(shown(venue_card(), key=holder("thief"))))


def test_threat_forged_card_under_a_known_kid_is_refused() -> None:
    with pytest.raises(Forged):
        check(qr(shown(venue_card(signer=FORGER))))


def test_threat_token_confusion_a_key_of_another_use_signs_no_card() -> None:
    confused = trust_list_of(
        trusted(ISSUER_KEY, KeyUse.STATUS), trusted(NEXT_ISSUER_KEY, KeyUse.ISSUER)
    )
    with pytest.raises(UnknownKey):
        check(card(), by=make_verifier(trust_list=confused))


def test_threat_issuer_key_theft_a_blocked_kid_is_refused_at_once() -> None:
    blocked = make_verifier(blocked=frozenset({(ISSUER, ISSUER_KEY.kid)}))
    with pytest.raises(KeyBlocked):
        check(card(), by=blocked)


def test_threat_linking_by_venues_two_scans_of_a_batch_share_nothing() -> None:
    """Two credentials of one batch: another key, another index, the same rounded day."""
    one = venue_card(key=holder("a"), status=status(7))
    two = venue_card(key=holder("b"), status=status(99_000))
    assert check(qr(shown(one, key=holder("a")))) == check(qr(shown(two, key=holder("b"))))


def test_threat_old_status_list_replayed_cannot_revive_a_revoked_card() -> None:
    old = make_verifier(status_at=lambda _uri, _index: StatusEntry(0, LIST_IAT - DAY))
    with pytest.raises(StatusListOld):
        check(qr(shown(venue_card(status=status(INDEX_REVOKED)))), by=old)


def test_the_rules_know_no_database_and_read_no_clock() -> None:
    folder = Path(__file__).parents[2] / "disability_card"
    for name in ("verification", "verdicts", "refusals", "card_claims", "scan_memory"):
        text = (folder / f"{name}.py").read_text(encoding="utf-8")
        assert "django" not in text.lower(), name
        assert ".now(" not in text, name
