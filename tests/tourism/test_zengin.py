"""The bytes of a transfer file: held to files typed by hand and to a reader written apart."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests.tourism.zengin_parser import read_transfers
from tourism.banks import BankNameDiffers, UnknownBank, branch_of, checked_account
from tourism.zengin import (
    Account,
    AccountKind,
    AmountNotPayable,
    BadAccount,
    NameNotInKana,
    NameTooLong,
    Payer,
    TotalDoesNotAgree,
    Transfer,
    bank_kana,
    holder_name,
    zengin_file,
)

GOLDEN = Path(__file__).parent.parent / "vectors" / "zengin"
PAY_ON = date(2026, 12, 10)


def make_account(**override: str) -> Account:
    good = {
        "bank_code": "0143",
        "branch_code": "382",
        "kind": "1",
        "number": "12345",
        "holder_kana": "カ）デモショウテン",
    }
    return checked_account(**(good | override))


PAYER = Payer(
    code="12345",
    account=make_account(branch_code="387", number="7654", holder_kana="サクシカイケイカンリシャ"),
)
# The city hall's branch is an 出張所: its name in the bank's list is ｻｸｼﾔｸｼﾖ.
TWO = [
    Transfer(account=make_account(), amount_yen=12_300, shop_number=17, line_number=1),
    Transfer(
        account=make_account(
            bank_code="9900",
            branch_code="118",
            number="1234567",
            holder_kana="でもーぱんや　やまだ　はなこ",
        ),
        amount_yen=100,
        shop_number=23,
        line_number=2,
    ),
]  # fmt: skip


def test_the_bytes_are_those_of_the_file_typed_by_hand() -> None:
    made = zengin_file(PAYER, TWO, pay_on=PAY_ON, total_yen=12_400)
    assert made == (GOLDEN / "two-shops-crlf.txt").read_bytes()


def test_without_line_ends_too() -> None:
    made = zengin_file(PAYER, TWO, pay_on=PAY_ON, total_yen=12_400, with_line_ends=False)
    assert made == (GOLDEN / "two-shops-plain.txt").read_bytes()


@given(
    amounts=st.lists(st.integers(1, 9_999_999_999), min_size=1, max_size=12),
    with_line_ends=st.booleans(),
)
def test_a_reader_written_apart_reads_what_was_written(
    amounts: list[int], with_line_ends: bool
) -> None:
    transfers = [
        Transfer(account=make_account(), amount_yen=amount, shop_number=at * 7, line_number=at)
        for at, amount in enumerate(amounts, start=1)
    ]
    made = zengin_file(
        PAYER, transfers, pay_on=PAY_ON, total_yen=sum(amounts), with_line_ends=with_line_ends
    )
    found = read_transfers(made)
    assert [line.amount_yen for line in found.lines] == amounts
    assert [line.shop_number for line in found.lines] == [one.shop_number for one in transfers]
    assert (found.count, found.total_yen, found.pay_on) == (len(amounts), sum(amounts), "1210")
    assert {line.holder for line in found.lines} == {"ｶ)ﾃﾞﾓｼﾖｳﾃﾝ"}


@pytest.mark.parametrize("total", [12_399, 12_401, 0])
def test_a_total_that_differs_from_its_lines_makes_no_file(total: int) -> None:
    with pytest.raises(TotalDoesNotAgree):
        zengin_file(PAYER, TWO, pay_on=PAY_ON, total_yen=total)


@pytest.mark.parametrize("amount", [0, -1, 10_000_000_000])
def test_an_amount_must_fit_ten_digits_and_be_above_zero(amount: int) -> None:
    with pytest.raises(AmountNotPayable):
        Transfer(account=make_account(), amount_yen=amount, shop_number=1, line_number=1)


@pytest.mark.parametrize(
    ("written", "banked"),
    [
        ("ガギグパピ", "ｶﾞｷﾞｸﾞﾊﾟﾋﾟ"),
        ("シャチョウ", "ｼﾔﾁﾖｳ"),
        ("ラーメン", "ﾗ-ﾒﾝ"),
        ("カ）デモ", "ｶ)ﾃﾞﾓ"),
        ("ヴァイオリン", "ｳﾞｱｲｵﾘﾝ"),
        ("abc１２", "ABC12"),
        ("ﾊﾝｶｸ ｶﾅ", "ﾊﾝｶｸ ｶﾅ"),
        ("か゛", "ｶﾞ"),
    ],
)
def test_names_are_written_as_banks_write_them(written: str, banked: str) -> None:
    assert bank_kana(written) == banked


@pytest.mark.parametrize("written", ["佐久商店", "デモ＆デモ", "デモ\t商", "デモ?", "🍎"])
def test_a_sign_that_banks_do_not_take_is_refused(written: str) -> None:
    with pytest.raises(NameNotInKana):
        bank_kana(written)


def test_a_name_of_thirty_bytes_fits_and_one_more_is_refused_never_cut() -> None:
    assert len(holder_name("ア" * 30)) == 30
    with pytest.raises(NameTooLong):
        holder_name("ア" * 31)
    with pytest.raises(NameTooLong):
        holder_name("ガ" * 16)  # each ゛ is a byte of its own
    with pytest.raises(NameNotInKana):
        holder_name("  ")


@given(name=st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_whatever_name_is_written_it_is_whole_or_refused(name: str) -> None:
    try:
        made = holder_name(name)
    except (NameNotInKana, NameTooLong):
        return
    assert 1 <= len(made.encode("shift_jis")) == len(made) <= 30
    assert holder_name(made) == made


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""},
        {"number": "12345678"},
        {"number": "12a"},
        {"number": "１２３"},
        {"bank_code": "143"},
        {"branch_code": "0382"},
    ],
)
def test_an_account_with_a_wrong_form_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises((BadAccount, UnknownBank)):
        make_account(**wrong)


def test_a_bank_and_its_branch_are_looked_up_by_code() -> None:
    assert branch_of("0143", "382").branch_name == "中込"
    with pytest.raises(UnknownBank):
        branch_of("0143", "999")
    with pytest.raises(UnknownBank):
        branch_of("9998", "001")


def test_a_name_that_is_not_that_of_its_code_is_refused() -> None:
    make_account(bank_name="八十二長野銀行", branch_name="中込支店")
    with pytest.raises(BankNameDiffers):
        make_account(branch_name="野沢支店")


def test_a_bank_name_that_does_not_fit_is_left_out_and_the_shop_is_paid() -> None:
    long = replace(make_account(), branch_kana="ｶﾞ" * 10)
    made = zengin_file(
        PAYER,
        [Transfer(account=long, amount_yen=1, shop_number=1, line_number=1)],
        pay_on=PAY_ON,
        total_yen=1,
    )
    assert made[122:][23:38] == b" " * 15
    assert read_transfers(made).lines[0].branch == "382"


def test_kinds_of_accounts_are_those_of_the_layout() -> None:
    assert {kind.value for kind in AccountKind} == {"1", "2", "4", "9"}


def test_no_character_becomes_a_control_or_two_bytes() -> None:
    """Every one of the first plane, in the middle of a name: whole, or refused."""
    taken = 0
    for code in (*range(0xD800), *range(0xE000, 0x10000)):
        try:
            name = holder_name(f"ア{chr(code)}イ")
        except NameNotInKana:
            continue
        raw = name.encode("shift_jis")
        assert len(raw) == len(name), hex(code)
        assert all(byte >= 0x20 and byte != 0x7F for byte in raw), hex(code)
        taken += 1
    assert taken > 300  # kana, letters and digits in their widths
