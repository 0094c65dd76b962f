"""Papers: taken in, stored encrypted, sent back with a reason, or accepted with their data.

西成: an updated certificate was filed before anybody had entered it. A paper is accepted only
together with the version that holds what it says, and one that comes in late opens the checks
of an application that was already verified.
"""

import hashlib
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from django.db import transaction

from childcare.applying.content import fields_of
from childcare.applying.drafting import lock_application, save_application
from childcare.applying.file_kinds import media_type_of, safe_name
from childcare.applying.paper_files import write_file
from childcare.applying.scanning import demand_clean
from childcare.applying.states import BEFORE_SELECTION, ApplicationState, NotInThisState
from childcare.applying.submission import PapersOf, change_submitted
from childcare.applying.versions import Told, content_of, settle_state, write_version
from childcare.facts import Fact
from childcare.models import Application, Channel, Document, DocumentState, WhyAVersion
from core import audit, outbox
from core.refusals import Refusal, gettext_noop as _

DOCUMENTS_MAX: Final = 40


class TooManyDocuments(Refusal):
    """One application does not need so many papers."""

    code = "too-many-documents"
    title = _("書類の数が多すぎます")
    next_step = _("いらない書類を消すか、窓口に相談してください。")
    status = HTTPStatus.CONFLICT


class PaperSaysNothing(Refusal):
    """Accepting a paper without saying what it proves is how a certificate got lost."""

    code = "paper-without-data"
    title = _("この書類の内容が、申しこみに入っていません")
    next_step = _("書類に書いてあることを入れてから、確認済みにしてください。")


class NoReasonGiven(Refusal):
    """A paper that is sent back needs a sentence for the family."""

    code = "deficiency-without-reason"
    title = _("どこを直してほしいかを書いてください")
    next_step = _("家族が読む文を、1つの文で書いてください。")


def receive_file(
    application: Application,
    *,
    kind: str,
    subject: str,
    name: str,
    content: bytes,
    told: Told,
) -> Document:
    """Take in a photo or PDF for one paper; it fills the row that asks for it, or a new one.

    Raises the refusals of ``file_kinds`` and ``scanning``; then nothing is stored.
    """
    media_type = media_type_of(content)
    demand_clean(content)
    with transaction.atomic():
        row = lock_application(application, if_match=None)
        document = _row_for(row, kind=kind, subject=subject)
        document.file_name = safe_name(name)
        document.media_type = media_type
        document.size_bytes = len(content)
        document.sha256 = hashlib.sha256(content).hexdigest()
        _receive(row, document, told=told)
        write_file(document, content)
    return document


def receive_paper(application: Application, *, kind: str, subject: str, told: Told) -> Document:
    """Note that a paper lies on the desk: brought or sent by post."""
    with transaction.atomic():
        row = lock_application(application, if_match=None)
        document = _row_for(row, kind=kind, subject=subject)
        _receive(row, document, told=told)
    return document


def send_back(document: Document, *, reason: str, told: Told) -> Document:
    """Say what is wrong with a paper; the family is told that there is news."""
    if not reason.strip():
        raise NoReasonGiven
    with transaction.atomic():
        row = lock_application(document.application, if_match=None)
        document = Document.objects.select_for_update().get(pk=document.pk)
        document.state, document.deficiency = DocumentState.DEFICIENT, reason.strip()
        document.entered_in = None
        document.checked_by_id, document.checked_at = told.entered_by, told.now
        document.save()
        _settle(row)
        _record("childcare.paper.back", row, document, told=told)
        if row.child.household.applicant_id is not None:
            outbox.put_notice(
                municipality=row.municipality,
                person_id=row.child.household.applicant_id,
                kind="childcare.papers",
                link=f"/childcare/applications/{row.pk}/",
                dedupe_key=f"papers:{document.pk}:{told.now.isoformat()}",
                now=told.now,
            )
    return document


def accept_paper(
    document: Document,
    *,
    says: Sequence[Fact],
    if_match: int | None,
    papers_of: PapersOf,
    told: Told,
) -> Document:
    """Accept a paper with what it says. What differs from the application becomes a version.

    ``says`` holds the facts of the paper; none raises :class:`PaperSaysNothing`.
    """
    if not says:
        raise PaperSaysNothing
    with transaction.atomic():
        row = lock_application(document.application, if_match=if_match)
        if row.state not in BEFORE_SELECTION:
            raise NotInThisState(state=row.state)
        old = content_of(row)
        new = old.with_facts(says)
        if fields_of(new) != fields_of(old):
            row = change_submitted(
                row, new, why=WhyAVersion.DOCUMENT, if_match=None, papers_of=papers_of, told=told
            )
        document = Document.objects.select_for_update().get(pk=document.pk)
        document.state, document.deficiency = DocumentState.ACCEPTED, ""
        document.entered_in = row.current
        document.checked_by_id, document.checked_at = told.entered_by, told.now
        document.save()
        row.refresh_from_db()
        _settle(row)
        _record("childcare.paper.accept", row, document, told=told)
    return document


def _row_for(row: Application, *, kind: str, subject: str) -> Document:
    if row.state not in (*BEFORE_SELECTION, ApplicationState.DRAFT):
        raise NotInThisState(state=row.state)
    waiting = (
        Document.objects.select_for_update()
        .filter(application=row, kind=kind, subject=subject)
        .filter(state__in=(DocumentState.MISSING, DocumentState.DEFICIENT))
        .first()
    )
    if waiting is not None:
        return waiting
    if row.documents.count() >= DOCUMENTS_MAX:
        raise TooManyDocuments
    return Document(application=row, kind=kind, subject=subject)


def _receive(row: Application, document: Document, *, told: Told) -> None:
    document.state, document.deficiency = DocumentState.RECEIVED, ""
    document.channel = told.channel
    document.received_at = told.now
    document.received_by_id = None if told.channel == Channel.ONLINE else told.entered_by
    document.entered_in, document.checked_by, document.checked_at = None, None, None
    document.save()
    if row.current is not None and row.current.checks.exists():
        # Somebody had looked at the application without this paper: both look again.
        write_version(row, content_of(row), why=WhyAVersion.DOCUMENT, told=told)
        save_application(row, "current")
    _settle(row)
    _record("childcare.paper.receive", row, document, told=told)


def _settle(row: Application) -> None:
    """Follow the papers; what was verified is under review again until they are entered."""
    settle_state(row)
    save_application(row, "state")


def _record(action: str, row: Application, document: Document, *, told: Told) -> None:
    audit.record(
        action,
        actor=told.actor,
        now=told.now,
        municipality=row.municipality,
        object_type="application",
        object_id=row.pk,
        facts={"document": str(document.pk), "kind": document.kind},
        subject=row.child.household.applicant_id,
    )
