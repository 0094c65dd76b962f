"""Banks and branches by their code, from the published list (PyPI ``zengin-code``)."""

from collections.abc import Sequence
from dataclasses import dataclass

from zengin_code import Bank

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
    bank = Bank.all.get(bank_code)
    branch = bank.branches.get(branch_code) if bank else None
    if bank is None or branch is None:
        raise UnknownBank
    return Branch(
        bank_code=bank.code,
        bank_name=bank.name,
        bank_kana=bank.kana,
        branch_code=branch.code,
        branch_name=branch.name,
        branch_kana=branch.kana,
    )


def branches_of(bank_code: str) -> Sequence[Branch]:
    """Return every branch of one bank, by code."""
    bank = Bank.all.get(bank_code)
    return [branch_of(bank_code, code) for code in sorted(bank.branches)] if bank else []


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
