"""Municipality codes: the check digit catches the slips that people make."""

import pytest
from hypothesis import assume, given, strategies as st

from jp.municipality import check_digit, is_code

# Real codes: Saku, Nagano city, Sapporo, Chiyoda, Yokohama, Osaka, Naha; and three prefectures.
REAL = ["202177", "202011", "011002", "131016", "141003", "271004", "472018"]
PREFECTURES = ["010006", "130001", "200000"]

bodies = st.from_regex(r"(0[1-9]|[1-3][0-9]|4[0-7])[0-9]{3}", fullmatch=True)


@pytest.mark.parametrize("code", [*REAL, *PREFECTURES])
def test_real_codes_are_codes(code: str) -> None:
    assert is_code(code)


@pytest.mark.parametrize(
    "text", ["", "20217", "2021777", "20217a", "２０２１７７", "002177", "482177"]
)
def test_what_is_no_code_is_none(text: str) -> None:
    assert not is_code(text)


@pytest.mark.parametrize("body", ["2021", "202177", "abcde", "２０２１７"])
def test_a_body_has_five_digits(body: str) -> None:
    with pytest.raises(ValueError, match="five digits"):
        check_digit(body)


@given(body=bodies)
def test_exactly_one_digit_completes_a_body(body: str) -> None:
    assert [is_code(f"{body}{digit}") for digit in range(10)].count(True) == 1


@given(body=bodies, at=st.integers(0, 4), digit=st.sampled_from("0123456789"))
def test_one_wrong_digit_is_noticed_except_where_ten_and_zero_share_a_check_digit(
    body: str, at: int, digit: str
) -> None:
    """The remainders 0 and 1 (checks 11 and 10) write 1 and 0, as 10 and 11 modulo ten do."""
    assume(digit != body[at])
    wrong = body[:at] + digit + body[at + 1 :]
    shared = {1, 0}  # of 11 - remainder: 11 and 1 write 1, 10 writes 0
    if check_digit(body) not in shared:
        assert check_digit(wrong) != check_digit(body)
