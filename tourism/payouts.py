"""Approve a batch by two people, write its bank file, send it, and book what the bank gave back."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.two_people import are_one
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date
from tourism.ledger import Move, account_of, post, return_payout
from tourism.models import (
    Account as LedgerAccount,
    AccountKind as LedgerKind,
    BatchState,
    LineState,
    PayoutBatch,
    PayoutLine,
    ReturnState,
    TransferReturn,
    TxnKind,
)
from tourism.settlement import lines_due, record
from tourism.zengin import (
    Account,
    AccountKind,
    Payer,
    TotalDoesNotAgree,
    Transfer,
    zengin_file,
)

RETURN_COLUMNS: Final = ("batch", "line", "date", "amount", "reason")
RETURN_ROWS_MAX: Final = 5_000


class BatchStateWrong(Refusal):
    code = "settlement-state-wrong"
    title = _("いまの状態では、この操作はできません")
    next_step = _("精算のページで、いまの状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


class NotPayday(Refusal):
    """No bank pays before its day: ``pay_on`` names it."""

    code = "settlement-not-payday"
    title = _("まだ支払いの日ではありません")
    next_step = _("支払いの日になってから、支払いずみにしてください。")
    status = HTTPStatus.CONFLICT


class SecondApproverNeeded(Refusal):
    code = "settlement-needs-second-person"
    title = _("1人めとはべつの人が、承認してください")
    next_step = _("ほかの担当の人に、承認をたのんでください。")
    status = HTTPStatus.CONFLICT


class BankFileChanged(Refusal):
    code = "settlement-file-changed"
    title = _("銀行のファイルが、承認したときと変わっています")
    next_step = _("ファイルを銀行に出さず、監査の担当に知らせてください。")
    status = HTTPStatus.CONFLICT


class ReturnNotReadable(Refusal):
    code = "return-not-readable"
    title = _("もどりのファイルを読み取れません")
    next_step = _("列を batch,line,date,amount,reason の順にして、行をたしかめてください。")


class ReturnUnknown(Refusal):
    code = "return-unknown"
    title = _("この精算にない振りこみが、もどりのファイルにあります")
    next_step = _("銀行の知らせと、精算の番号と行の番号をくらべてください。")


class ReturnAmountDiffers(Refusal):
    code = "return-amount-differs"
    title = _("もどった金額が、振りこんだ金額とちがいます")
    next_step = _("銀行の知らせの金額をたしかめてください。")


class ReturnTwice(Refusal):
    code = "return-twice"
    title = _("このもどりは、もう入力されています")
    next_step = _("精算のページで、もどりの一覧をたしかめてください。")
    status = HTTPStatus.CONFLICT


class ReturnDateBad(Refusal):
    code = "return-date-bad"
    title = _("もどった日が正しくありません")
    next_step = _("支払いの日から今日までの日を書いてください。")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """One transfer that the bank gave back."""

    line: int
    on: date
    yen: int
    reason: str


# -- the bank file -----------------------------------------------------------------------------


def bank_file(batch: PayoutBatch) -> bytes:
    """Return the 総合振込 file of an approved batch: the same bytes each time, or a refusal."""
    if batch.state == BatchState.DRAFT:
        raise BatchStateWrong
    content = _file_of(batch)
    if hashlib.sha256(content).hexdigest() != batch.file_digest:
        raise BankFileChanged
    return content


def _file_of(batch: PayoutBatch) -> bytes:
    payer = dict(batch.payer)  # read from the row: settings may have changed since
    transfers = [
        Transfer(
            account=account_from(line.account),
            amount_yen=line.net_yen,
            shop_number=line.shop.number or 0,
            line_number=line.number,
        )
        for line in lines_due(batch)
    ]
    return zengin_file(
        Payer(code=payer.pop("code"), account=account_from(payer)),
        transfers,
        pay_on=batch.pay_on,
        total_yen=batch.net_yen,
        with_line_ends=settings.ZENGIN_LINE_ENDS,
    )


def account_from(kept: dict[str, str]) -> Account:
    """Return an account as it was kept."""
    return Account(**(kept | {"kind": AccountKind(kept["kind"])}))  # type: ignore[arg-type]


# -- approval and sending ----------------------------------------------------------------------


def approve_batch(
    batch: PayoutBatch, *, approved_by: User, actor: Actor, now: datetime
) -> PayoutBatch:
    """Approve as the first or the second person; the second makes the file's bytes final."""
    with transaction.atomic():
        locked = _locked(batch)
        if locked.state != BatchState.DRAFT:
            raise BatchStateWrong
        if locked.first_approved_by_id is None:
            locked.first_approved_by, locked.first_approved_at = approved_by, now
        elif are_one(locked.first_approved_by_id, approved_by.pk, now=now):
            raise SecondApproverNeeded
        else:
            locked.second_approved_by, locked.second_approved_at = approved_by, now
            locked.state = BatchState.APPROVED
            if locked.net_yen:
                locked.file_digest = hashlib.sha256(_file_of(locked)).hexdigest()
        locked.save()
        record("settlement.approve", locked, actor=actor, now=now)
    return locked


def withdraw_batch(batch: PayoutBatch, *, actor: Actor, now: datetime) -> None:
    """Throw a batch away that nobody has approved twice: no money has moved for it."""
    with transaction.atomic():
        locked = _locked(batch)
        if locked.state != BatchState.DRAFT:
            raise BatchStateWrong
        record("settlement.withdraw", locked, actor=actor, now=now)
        locked.lines.all().delete()
        locked.delete()


def send_batch(batch: PayoutBatch, *, actor: Actor, now: datetime) -> PayoutBatch:
    """Book that the file went to the bank: each line leaves the shop's account."""
    with transaction.atomic():
        locked = _locked(batch)
        if locked.state != BatchState.APPROVED:
            raise BatchStateWrong
        due = lines_due(locked)
        if sum(line.net_yen for line in due) != locked.net_yen:
            raise TotalDoesNotAgree
        _book_payouts(locked, due)
        locked.state, locked.sent_at = BatchState.SENT, now
        locked.save(update_fields=["state", "sent_at"])
        record("settlement.send", locked, actor=actor, now=now)
    return locked


def _book_payouts(batch: PayoutBatch, due: Sequence[PayoutLine]) -> None:
    """Book all payouts of a batch as one transaction: SHOP -> BANK_OUT, once for the batch."""
    if not due:
        return
    accounts = {
        account.ref: account
        for account in LedgerAccount.objects.filter(
            campaign=batch.campaign,
            kind=LedgerKind.SHOP,
            ref__in=[line.shop_id for line in due],
        )
    }
    bank = account_of(batch.campaign_id, LedgerKind.BANK_OUT)
    moves = [Move(account=accounts[line.shop_id], yen=-line.net_yen) for line in due]
    moves.append(Move(account=bank, yen=batch.net_yen))
    post(TxnKind.PAYOUT, str(batch.pk), moves, campaign_id=batch.campaign_id)


def confirm_paid(batch: PayoutBatch, *, actor: Actor, now: datetime) -> PayoutBatch:
    """Mark that the bank paid, on its day at the earliest; single transfers may still come back."""
    with transaction.atomic():
        locked = _locked(batch)
        if locked.state != BatchState.SENT:
            raise BatchStateWrong
        if civil_date(now) < locked.pay_on:
            raise NotPayday(pay_on=locked.pay_on.isoformat())
        locked.lines.filter(state=LineState.DUE).update(state=LineState.PAID)
        locked.state, locked.paid_at = BatchState.PAID, now
        locked.save(update_fields=["state", "paid_at"])
        record("settlement.paid", locked, actor=actor, now=now)
    return locked


# -- returns -----------------------------------------------------------------------------------


def enter_returns(
    batch: PayoutBatch,
    content: bytes,
    *,
    entered_by: User,
    actor: Actor,
    now: datetime,
) -> TransferReturn:
    """Keep a file of returned transfers as the first person; nothing is booked yet."""
    rows = read_returns(batch, content)
    with transaction.atomic():
        locked = _locked(batch)
        _check_rows(locked, rows, today=civil_date(now))
        try:
            with transaction.atomic():
                made = TransferReturn.objects.create(
                    batch=locked,
                    rows=[asdict(row) | {"on": row.on.isoformat()} for row in rows],
                    digest=hashlib.sha256(content).hexdigest(),
                    entered_by=entered_by,
                    entered_at=now,
                )
        except IntegrityError:
            raise ReturnTwice from None
        record("settlement.return.enter", locked, actor=actor, now=now)
    return made


def confirm_returns(
    found: TransferReturn, *, confirmed_by: User, actor: Actor, now: datetime
) -> TransferReturn:
    """Book the returns as the second person: each amount is owed to its shop again."""
    with transaction.atomic():
        batch = _locked(found.batch)
        locked = TransferReturn.objects.select_for_update().get(pk=found.pk)
        if locked.state != ReturnState.ENTERED:
            raise BatchStateWrong
        if are_one(locked.entered_by_id, confirmed_by.pk, now=now):
            raise SecondApproverNeeded
        rows = rows_of(locked)
        lines = _check_rows(batch, rows, today=civil_date(now))
        for row, line in zip(rows, lines, strict=True):
            line.state = LineState.RETURNED
            line.returned_on, line.return_reason = row.on, row.reason
            line.save(update_fields=["state", "returned_on", "return_reason"])
            return_payout(batch.campaign_id, line.shop_id, row.yen, key=str(line.pk))
        locked.state, locked.confirmed_by, locked.confirmed_at = (
            ReturnState.CONFIRMED,
            confirmed_by,
            now,
        )
        locked.save()
        record("settlement.return.confirm", batch, actor=actor, now=now)
    return locked


def reject_returns(found: TransferReturn, *, actor: Actor, now: datetime) -> TransferReturn:
    """Take an entered file back."""
    with transaction.atomic():
        locked = TransferReturn.objects.select_for_update().get(pk=found.pk)
        if locked.state != ReturnState.ENTERED:
            raise BatchStateWrong
        locked.state = ReturnState.REJECTED
        # Its digest is given up, so that the same file may be entered again.
        locked.digest = f"{locked.digest[:27]}-{locked.pk}"
        locked.save(update_fields=["state", "digest"])
        record("settlement.return.reject", locked.batch, actor=actor, now=now)
    return locked


def read_returns(batch: PayoutBatch, content: bytes) -> Sequence[ReturnRow]:
    """Read our documented columns (UTF-8 with or without BOM, or cp932)."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp932", errors="replace")
    try:  # newline=None: some spreadsheets end a line in CR alone
        read = list(csv.reader(io.StringIO(text, newline=None)))
    except csv.Error:  # a cell of more than 128 KiB, say
        raise ReturnNotReadable from None
    header, *found = [(at, row) for at, row in enumerate(read, start=1) if any(row)] or [(1, [])]
    if tuple(header[1]) != RETURN_COLUMNS or not 0 < len(found) <= RETURN_ROWS_MAX:
        raise ReturnNotReadable
    return [_return_row(batch, row, at=at) for at, row in found]


def rows_of(found: TransferReturn) -> Sequence[ReturnRow]:
    """Return the rows of a kept file."""
    return [
        ReturnRow(
            line=row["line"],
            on=date.fromisoformat(row["on"]),
            yen=row["yen"],
            reason=row["reason"],
        )
        for row in found.rows
    ]


def _return_row(batch: PayoutBatch, row: Sequence[str], *, at: int) -> ReturnRow:
    try:
        number, line, on, yen, reason = row
        made = ReturnRow(
            line=int(line), on=date.fromisoformat(on), yen=int(yen), reason=reason.strip()[:60]
        )
    except ValueError:
        raise ReturnNotReadable(row=at) from None
    if number != str(batch.number):
        raise ReturnUnknown(row=at)
    return made


def _check_rows(
    batch: PayoutBatch, rows: Sequence[ReturnRow], *, today: date
) -> Sequence[PayoutLine]:
    """Return the line of each row; refuse the first row that cannot be one."""
    if batch.state not in {BatchState.SENT, BatchState.PAID}:
        raise BatchStateWrong
    by_number = {line.number: line for line in lines_due(batch)}
    seen: set[int] = set()
    for at, row in enumerate(rows, start=2):
        line = by_number.get(row.line)
        if line is None:
            raise ReturnUnknown(row=at)
        if line.state == LineState.RETURNED or row.line in seen:
            raise ReturnTwice(row=at)
        if row.yen != line.net_yen:
            raise ReturnAmountDiffers(row=at)
        if not batch.pay_on <= row.on <= today:
            raise ReturnDateBad(row=at)
        seen.add(row.line)
    return [by_number[row.line] for row in rows]


def _locked(batch: PayoutBatch) -> PayoutBatch:
    return PayoutBatch.objects.select_for_update().select_related("campaign").get(pk=batch.pk)
