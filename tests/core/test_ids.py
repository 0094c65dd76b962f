"""Ids keep the order they were made in; references forgive the writing, never a slip."""

import time
from uuid import RFC_4122

from hypothesis import assume, given, strategies as st

from core.ids import (
    READABLE,
    check_character,
    digest_of,
    make_reference,
    normal_reference,
    random_token,
    secret_code,
    uuid7,
)

bodies = st.text(alphabet=READABLE, min_size=3, max_size=11)


def test_ids_are_version_7_and_hold_the_clock() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, RFC_4122)
    # Another test's loop may have run ahead of the clock by its count, never by a second.
    assert before - 1 <= made.int >> 80 <= after + 1_000


def test_ids_made_in_one_loop_keep_their_order_and_never_repeat() -> None:
    made = [uuid7() for _ in range(5_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_secrets_are_long_enough_and_stored_as_digests() -> None:
    assert len(random_token()) == 43
    assert set(secret_code(200)) <= set(READABLE)
    assert not set("0O1IZ") & set(READABLE)
    assert len(digest_of("x")) == 32


@given(characters=st.sampled_from([8, 12]))
def test_a_reference_is_read_back_however_it_is_typed(characters: int) -> None:
    reference = make_reference(characters)
    assert normal_reference(reference) == reference
    assert normal_reference(reference.lower().replace("-", " ")) == reference
    assert normal_reference(reference.replace("-", "ー")) == reference


@given(body=bodies, data=st.data())
def test_one_wrong_character_is_noticed(body: str, data: st.DataObject) -> None:
    whole = body + check_character(body)
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from(READABLE.replace(whole[at], "")))
    assert normal_reference(whole[:at] + other + whole[at + 1 :]) is None


@given(body=bodies, data=st.data())
def test_two_neighbours_in_the_wrong_order_are_noticed(body: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body) - 2))
    assume(body[at] != body[at + 1])
    whole = body + check_character(body)
    assert normal_reference(whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]) is None


def test_what_is_no_reference_is_none() -> None:
    for typed in ("", "ABC", "0000", "あいうえ"):
        assert normal_reference(typed) is None
