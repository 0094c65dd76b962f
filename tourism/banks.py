"""Banks and branches by their code, from the published list (PyPI ``zengin-code``)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from core.refusals import Refusal, gettext_noop as _
from tourism.zengin import Account, AccountKind, bank_kana, holder_name


class UnknownBank(Refusal):
    """No bank or branch has this code."""

    code = "bank-unknown"
    title = _("この番号の銀行または支店はありません")
    next_step = _("通帳で、銀行の4けたと支店の3けたの番号をたしかめてください。")


class BankNameDiffers(Refusal):
    """The name that was typed is not the name of that code: one of the two is a slip."""

    code = "bank-name-differs"
    title = _("銀行または支店の名前が、番号と合いません")
    next_step = _("名前と番号を通帳でたしかめて、正しいほうに直してください。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One branch of one bank, with the names that people and banks write."""

    bank_code: str
    bank_name: str
    bank_kana: str
    branch_code: str
    branch_name: str
    branch_kana: str


def branch_of(bank_code: str, branch_code: str) -> Branch:
    """Return the branch with these codes; raise :class:`UnknownBank` where there is none."""
    bank = _banks().get(bank_code)
    branch = _branches(bank_code).get(branch_code) if bank else None
    if bank is None or branch is None:
        raise UnknownBank
    return Branch(
        bank_code=bank_code,
        bank_name=bank["name"],
        bank_kana=bank["kana"],
        branch_code=branch_code,
        branch_name=branch["name"],
        branch_kana=branch["kana"],
    )


def checked_account(
    *,
    bank_code: str,
    branch_code: str,
    kind: str,
    number: str,
    holder_kana: str,
    bank_name: str = "",
    branch_name: str = "",
) -> Account:
    """Return a bank account whose parts fit together and fit a transfer file.

    Names are compared where they were typed; 銀行 and 支店 at their end do not count.
    """
    branch = branch_of(bank_code, branch_code)
    for typed, known in ((bank_name, branch.bank_name), (branch_name, branch.branch_name)):
        if typed and _bare(typed) != _bare(known):
            raise BankNameDiffers
    return Account(
        bank_code=branch.bank_code,
        bank_kana=bank_kana(branch.bank_kana),
        branch_code=branch.branch_code,
        branch_kana=bank_kana(branch.branch_kana),
        kind=AccountKind(kind),
        number=number,
        holder_kana=holder_name(holder_kana),
    )


def _bare(name: str) -> str:
    bare = name.strip()
    for ending in ("銀行", "信用金庫", "信金", "農業協同組合", "農協", "支店", "出張所"):
        bare = bare.removesuffix(ending)
    return bare


# The package itself reads all 30,000 branches at its import: 20 MiB in every worker.
@cache
def _banks() -> Mapping[str, Mapping[str, str]]:
    return _published("banks.json")


@lru_cache(maxsize=32)
def _branches(bank_code: str) -> Mapping[str, Mapping[str, str]]:
    return _published(f"branches/{bank_code}.json")


def _published(name: str) -> Mapping[str, Mapping[str, str]]:
    package = find_spec("zengin_code")
    assert package is not None
    assert package.origin is not None
    data = Path(package.origin).with_name("source-data") / "data"
    named: Mapping[str, Mapping[str, str]] = json.loads((data / name).read_bytes())
    return named
