"""Take in the seats of a school year: checked by law and last year, applied by a second person.

A file with an error changes nothing. Findings do not stop it, but the second person must say why
they are right. Seats are used by a round only after the facility has confirmed them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus

from django.db import transaction

from accounts.models import User
from accounts.two_people import are_one
from childcare.capacity import (
    ClassSeats,
    Concern,
    Finding,
    check_standards,
    national_standards,
    reconcile,
)
from childcare.capacity_file import CapacityProblem, read_capacity_file
from childcare.models import CapacityImport, CapacityImportState, ClassCapacity, Facility
from childcare.shared_seats import SharedGroup, shared_groups, tell_shared_seats
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _


class CapacityImportNotOpen(Refusal):
    """The file was decided, or could not be read."""

    code = "capacity-import-not-open"
    title = _("このファイルは、もう決まっているか、直すところがあります")
    next_step = _("直したファイルを、もう一度出してください。")
    status = HTTPStatus.CONFLICT


class CapacityNeedsSecondPerson(Refusal):
    """Whoever submitted the file cannot approve it."""

    code = "capacity-second-person-needed"
    title = _("ファイルを出した人は、確認できません")
    next_step = _("べつの職員に確認してもらってください。")
    status = HTTPStatus.FORBIDDEN


class FindingsNotExplained(Refusal):
    """The file has findings, and nobody said why they are right."""

    code = "capacity-findings-not-explained"
    title = _("気になるところの理由が、書かれていません")
    next_step = _("園にたしかめて、正しい理由を書いてください。")
    status = HTTPStatus.CONFLICT


def check_capacity_file(
    content: bytes,
    *,
    file_name: str,
    municipality: str,
    fiscal_year: int,
    submitted_by: User,
    actor: Actor,
    now: datetime,
) -> CapacityImport:
    """Check a file of seats; return the import, ``checked`` or ``failed``."""
    facilities = facilities_by_number(municipality)
    rows, problems = read_capacity_file(content, known=facilities.keys())
    findings = [] if problems else find_concerns(municipality, fiscal_year, rows)
    with transaction.atomic():
        found = CapacityImport.objects.create(
            municipality=municipality,
            fiscal_year=fiscal_year,
            file_name=file_name[-255:],
            file_sha256=hashlib.sha256(content).hexdigest(),
            state=CapacityImportState.FAILED if problems else CapacityImportState.CHECKED,
            rows=[] if problems else [asdict(row) for row in rows],
            problems=[asdict(problem) for problem in problems],
            findings=[asdict(finding) for finding in findings],
            submitted_by=submitted_by,
            submitted_at=now,
        )
        _record(found, "capacity.check", actor=actor, now=now)
    return found


def facilities_by_number(municipality: str) -> dict[str, Facility]:
    """Return the city's facilities by their number in the registry."""
    rows = Facility.objects.filter(municipality=municipality).select_related("place")
    return {row.place.number: row for row in rows}


def find_concerns(municipality: str, fiscal_year: int, rows: Sequence[ClassSeats]) -> list[Finding]:
    """Return what a person must look at: last year's seats and the legal standards."""
    last = [
        ClassSeats(facility=row.facility.place.number, class_age=row.class_age, seats=row.seats)
        for row in ClassCapacity.objects.filter(
            facility__municipality=municipality, fiscal_year=fiscal_year - 1
        ).select_related("facility__place")
    ]
    return (
        reconcile(last, rows)
        + check_standards(rows, national_standards())
        + _other_groups(municipality, fiscal_year, rows)
    )


def groups_in(rows: Sequence[ClassSeats]) -> dict[str, list[SharedGroup]]:
    """Return the groups of each facility whose classes the file puts together, or parts."""
    found: dict[str, dict[str, list[ClassSeats]]] = {}
    for row in rows:
        if row.group is None:  # a file without the columns leaves the groups as they are
            continue
        of = found.setdefault(row.facility, {})
        if row.group:
            of.setdefault(row.group, []).append(row)
    return {
        facility: sorted(
            (
                SharedGroup(
                    class_ages=tuple(sorted(row.class_age for row in classes)),
                    seats=classes[0].group_seats or 0,
                )
                for classes in groups.values()
            ),
            key=lambda group: group.class_ages,
        )
        for facility, groups in found.items()
    }


def _other_groups(municipality: str, fiscal_year: int, rows: Sequence[ClassSeats]) -> list[Finding]:
    """Return the facilities whose own word about their groups the file would replace."""
    facilities = facilities_by_number(municipality)
    findings = []
    for number, groups in groups_in(rows).items():
        told = shared_groups(facilities[number], fiscal_year=fiscal_year)
        if told and told != groups:
            before, now = (sum(one.seats for one in of) for of in (told, groups))
            findings.append(
                Finding(concern=Concern.GROUPS, facility=number, before=before, now=now)
            )
    return findings


def rows_of(found: CapacityImport) -> list[ClassSeats]:
    """Return the stored rows as typed values."""
    return [ClassSeats(**one) for one in found.rows]


def findings_of(found: CapacityImport) -> list[Finding]:
    """Return the stored findings as typed values."""
    return [Finding(**one | {"concern": Concern(one["concern"])}) for one in found.findings]


def problems_of(found: CapacityImport) -> list[CapacityProblem]:
    """Return the stored problems as typed values."""
    return [CapacityProblem(**one) for one in found.problems]


def approve_capacities(
    found: CapacityImport, *, approved_by: User, reason: str, actor: Actor, now: datetime
) -> CapacityImport:
    """Write the seats as the second person; the facilities' confirmations start anew."""
    with transaction.atomic():
        found = CapacityImport.objects.select_for_update().get(pk=found.pk)
        if found.state != CapacityImportState.CHECKED:
            raise CapacityImportNotOpen
        if are_one(found.submitted_by_id, approved_by.pk, now=now):
            raise CapacityNeedsSecondPerson
        if found.findings and not reason.strip():
            raise FindingsNotExplained
        facilities = facilities_by_number(found.municipality)
        rows = rows_of(found)
        for row in rows:
            ClassCapacity.objects.update_or_create(
                facility=facilities[row.facility],
                fiscal_year=found.fiscal_year,
                class_age=row.class_age,
                defaults={
                    "seats": row.seats,
                    "area_dm2": row.area,
                    "staff": row.staff,
                    "confirmed_by": None,
                    "confirmed_at": None,
                },
            )
        for number, groups in groups_in(rows).items():
            tell_shared_seats(
                facilities[number],
                fiscal_year=found.fiscal_year,
                groups=groups,
                actor=actor,
                now=now,
            )
        _decide(found, CapacityImportState.APPLIED, approved_by, reason=reason, now=now)
        _record(found, "capacity.approve", actor=actor, now=now)
    return found


def reject_capacities(
    found: CapacityImport, *, rejected_by: User, actor: Actor, now: datetime
) -> CapacityImport:
    """Take a checked file back; nothing changes."""
    with transaction.atomic():
        found = CapacityImport.objects.select_for_update().get(pk=found.pk)
        if found.state != CapacityImportState.CHECKED:
            raise CapacityImportNotOpen
        _decide(found, CapacityImportState.REJECTED, rejected_by, reason="", now=now)
        _record(found, "capacity.reject", actor=actor, now=now)
    return found


def confirm_capacities(
    facility: Facility, *, fiscal_year: int, confirmed_by: User, actor: Actor, now: datetime
) -> int:
    """Record the facility's own word that its seats of the year are right; return how many."""
    with transaction.atomic():
        count = ClassCapacity.objects.filter(
            facility=facility, fiscal_year=fiscal_year, confirmed_at__isnull=True
        ).update(confirmed_by=confirmed_by, confirmed_at=now)
        audit.record(
            "capacity.confirm",
            actor=actor,
            now=now,
            municipality=facility.municipality,
            object_type="facility",
            object_id=facility.pk,
            facts={"fiscal_year": fiscal_year, "classes": count},
        )
    return count


def unconfirmed_facilities(municipality: str, fiscal_year: int) -> list[Facility]:
    """Return the facilities whose seats nobody there has confirmed: a round waits for them."""
    keys = ClassCapacity.objects.filter(
        facility__municipality=municipality, fiscal_year=fiscal_year, confirmed_at__isnull=True
    ).values("facility")
    return list(Facility.objects.filter(pk__in=keys).select_related("place"))


def _decide(
    found: CapacityImport, state: CapacityImportState, by: User, *, reason: str, now: datetime
) -> None:
    found.state, found.decided_by, found.decided_at, found.reason = state, by, now, reason.strip()
    found.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _record(found: CapacityImport, action: str, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=found.municipality,
        object_type="capacity-import",
        object_id=found.pk,
        outcome=found.state,
        facts={"rows": len(found.rows), "findings": len(found.findings)},
    )
