"""Import the handbook ledger: check a file, stage what it would change, apply it on approval.

Steps: (1) the file is read whole; any error and nothing can be approved; (2) its rows are compared
with the ledger in force and every change is staged with its effect on cards; (3) a second person
approves or rejects; (4) approval applies everything in one transaction, cards included.

An older file never overwrites a newer one, as a whole and row by row. Memory: the keys of the
city's handbooks (about 100 bytes each); rows are streamed.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.models import User
from accounts.two_people import are_one
from core import audit
from core.actor import Actor
from core.municipality import municipality as city_of
from core.refusals import Refusal, gettext_noop as _
from disability_card.handbook import is_gone
from disability_card.handbook_index import identity_index, record_digest, resident_index
from disability_card.imports.columns import ColumnMapping
from disability_card.imports.ledger_file import LedgerFile, read_ledger
from disability_card.imports.problems import RowProblem
from disability_card.ledger_comparison import (
    BATCH,
    ENDING,
    Comparison,
    in_batches,
    last_applied,
)
from disability_card.ledger_row import LedgerRow
from disability_card.life_cycle import LIVE, renew_contents, revoke_card
from disability_card.models import (
    Card,
    Handbook,
    LedgerImport,
    LedgerImportRow,
    LedgerImportState,
    RowEffect,
    StateSetBy,
)

_CLOCKS_DIFFER: Final = timedelta(minutes=5)


class ImportNotOpen(Refusal):
    """The import has been decided, or could not be read."""

    code = "import-not-open"
    title = _("この取り込みは、もう決まっています")
    next_step = _("取り込みの一覧で、状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


class SecondPersonNeeded(Refusal):
    """Whoever submitted a file cannot approve it."""

    code = "second-person-needed"
    title = _("ファイルを出した人は、承認できません")
    next_step = _("べつの職員に承認してもらってください。")
    status = HTTPStatus.FORBIDDEN


class ImportStale(Refusal):
    """Another file was applied since this one was checked."""

    code = "import-stale"
    title = _("確認のあとに、べつのファイルが反映されました")
    next_step = _("このファイルを取り下げて、もう一度取り込んでください。")
    status = HTTPStatus.CONFLICT


class RemovalsNotConfirmed(Refusal):
    """The file takes away unusually many handbooks."""

    code = "removals-not-confirmed"
    title = _("なくなる手帳が、いつもより多いファイルです")
    next_step = _("ファイルが全員分であることをたしかめて、確認のしるしを入れてください。")
    status = HTTPStatus.CONFLICT


def check_ledger_file(
    path: Path,
    *,
    file_name: str,
    mapping: ColumnMapping,
    municipality: str,
    submitted_by: User,
    actor: Actor,
    now: datetime,
    is_partial: bool = False,
    progress: Callable[[int], None] = lambda _rows: None,
) -> LedgerImport:
    """Check the file and stage its changes; return the import, ``checked`` or ``failed``.

    A partial file (``is_partial``) lists changes only: handbooks that it does not name stay.
    """
    ledger = read_ledger(path, mapping=mapping)
    with transaction.atomic():
        found = LedgerImport.objects.create(
            municipality=municipality,
            file_name=file_name[-255:],
            file_sha256=ledger.sha256,
            encoding=ledger.encoding.codec if ledger.encoding else "",
            state=LedgerImportState.FAILED,
            submitted_by=submitted_by,
            submitted_at=now,
        )
        comparison = Comparison(found, attendant_rule=city_of(municipality).attendant_rule)
        for number, rows in enumerate(in_batches(ledger.rows())):
            comparison.stage(rows)
            progress(min((number + 1) * BATCH, ledger.row_count))
        if not ledger.has_errors and not is_partial:
            comparison.stage_missing()
        found.as_of = ledger.as_of_last
        _refuse_older(found, ledger)
        _refuse_of_no_use(ledger, now=now)
        if ledger.has_errors:
            found.rows.all().delete()  # all or nothing
        else:
            found.state = LedgerImportState.CHECKED
        found.problems = [_problem_json(problem) for problem in ledger.problems]
        found.summary = comparison.summary(ledger, is_partial=is_partial)
        found.save()
        audit.record(
            "ledger.check",
            actor=actor,
            now=now,
            municipality=municipality,
            object_type="ledger-import",
            object_id=found.pk,
            outcome=found.state,
            facts={"rows": ledger.row_count, "errors": ledger.error_count},
        )
    return found


def _refuse_older(found: LedgerImport, ledger: LedgerFile) -> None:
    """An older file never overwrites a newer one; the same file twice changes nothing."""
    last = last_applied(found.municipality)
    if last is None or ledger.as_of_last is None or last.as_of is None:
        return
    if ledger.as_of_last < last.as_of:
        ledger.problems.insert(0, RowProblem(row=0, column="as_of", code="file-older"))
        ledger.error_count += 1
    elif ledger.sha256 == last.file_sha256:
        ledger.problems.insert(0, RowProblem(row=0, column="", code="file-same"))
        ledger.error_count += 1


def _refuse_of_no_use(ledger: LedgerFile, *, now: datetime) -> None:
    """Refuse a file without rows, which would end every card, and one of a time to come.

    A time to come would be newer than every true file until then.
    """
    if not ledger.row_count and not ledger.has_errors:
        ledger.problems.append(RowProblem(row=0, column="", code="file-no-rows"))
        ledger.error_count += 1
    if ledger.as_of_last and ledger.as_of_last > now + _CLOCKS_DIFFER:
        ledger.problems.insert(0, RowProblem(row=0, column="as_of", code="as-of-future"))
        ledger.error_count += 1


def _problem_json(problem: RowProblem) -> dict[str, object]:
    return asdict(problem) | {"params": dict(problem.params)}


def problems_of(found: LedgerImport) -> list[RowProblem]:
    """Return the stored problems as typed values."""
    return [RowProblem(**problem) for problem in found.problems]


def approve_import(
    found: LedgerImport,
    *,
    approved_by: User,
    actor: Actor,
    now: datetime,
    confirms_removals: bool = False,
) -> LedgerImport:
    """Apply a checked import as the second person; everything in one transaction, or nothing."""
    with transaction.atomic():
        found = LedgerImport.objects.select_for_update().get(pk=found.pk)
        if found.state != LedgerImportState.CHECKED:
            raise ImportNotOpen
        if are_one(found.submitted_by_id, approved_by.pk, now=now):
            raise SecondPersonNeeded
        last = last_applied(found.municipality)
        if (str(last.pk) if last else "") != found.summary["base"]:
            raise ImportStale
        if found.summary["removes_many"] and not confirms_removals:
            raise RemovalsNotConfirmed
        for rows in in_batches(found.rows.order_by("pk").iterator(chunk_size=BATCH)):
            _write_handbooks(found, rows, now=now)
        _act_on_cards(found, actor=actor, now=now)
        found.state = LedgerImportState.APPLIED
        found.decided_by, found.decided_at = approved_by, now
        found.save(update_fields=["state", "decided_by", "decided_at"])
        audit.record(
            "ledger.approve",
            actor=actor,
            now=now,
            municipality=found.municipality,
            object_type="ledger-import",
            object_id=found.pk,
            facts={"cards": int(found.summary["cards"])},
        )
        _forget_facts(found)
    return found


def _forget_facts(found: LedgerImport) -> None:
    """Keep of each row which handbook changed, and how; its facts stand in the handbook now.

    Keeping them here would keep old facts of people.
    """
    found.rows.filter(effect=RowEffect.CONFIRMED).delete()
    made = Handbook.objects.filter(
        municipality=found.municipality, key_index=OuterRef("key_index")
    ).values("pk")
    found.rows.filter(handbook__isnull=True).update(handbook=Subquery(made))
    found.rows.update(record=None)


def reject_import(
    found: LedgerImport, *, rejected_by: User, actor: Actor, now: datetime
) -> LedgerImport:
    """Take back a checked import (also by its submitter); nothing changes."""
    with transaction.atomic():
        found = LedgerImport.objects.select_for_update().get(pk=found.pk)
        if found.state != LedgerImportState.CHECKED:
            raise ImportNotOpen
        found.rows.all().delete()
        found.state = LedgerImportState.REJECTED
        found.decided_by, found.decided_at = rejected_by, now
        found.save(update_fields=["state", "decided_by", "decided_at"])
        audit.record(
            "ledger.reject",
            actor=actor,
            now=now,
            municipality=found.municipality,
            object_type="ledger-import",
            object_id=found.pk,
        )
    return found


def _write_handbooks(found: LedgerImport, rows: list[LedgerImportRow], *, now: datetime) -> None:
    """Insert or update the handbooks of one part of the staged rows."""
    handbooks = []
    for staged in rows:
        row = LedgerRow.from_record(staged.record or {})
        is_missing = staged.effect == RowEffect.MISSING
        handbook = Handbook(
            municipality=found.municipality,
            key_index=bytes(staged.key_index),
            resident_index=resident_index(row.resident_ref),
            identity_index=identity_index(name=row.name, birth_date=row.birth_date),
            record=row.to_record(),
            record_digest=record_digest(row),
            # Missing at the file's time: no row from before it may bring the handbook back.
            as_of=found.as_of if is_missing and found.as_of else row.as_of,
            changed_on=row.changed_on,
            is_gone=is_missing or is_gone(row),
            updated_at=now,
        )
        if staged.handbook_id is not None:
            handbook.pk = staged.handbook_id
        handbooks.append(handbook)
    Handbook.objects.bulk_create(
        handbooks,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "resident_index",
            "identity_index",
            "record",
            "record_digest",
            "as_of",
            "changed_on",
            "is_gone",
            "updated_at",
        ],
    )


def _act_on_cards(found: LedgerImport, *, actor: Actor, now: datetime) -> None:
    """End or renew the live cards that the staged rows concern, in the same transaction."""
    concerned = found.rows.filter(effect__in=[*ENDING, RowEffect.CHANGED_CARD]).values_list(
        "handbook_id", "effect"
    )
    effects = dict(concerned)
    for card in Card.objects.filter(
        municipality=found.municipality, state__in=LIVE, handbook_id__in=list(effects)
    ).order_by("pk"):
        if effects[card.handbook_id] == RowEffect.CHANGED_CARD:
            renew_contents(card, actor=actor, now=now)
        else:
            revoke_card(card, by=StateSetBy.LEDGER, reason="", actor=actor, now=now)
