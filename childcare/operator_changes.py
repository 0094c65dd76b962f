"""Hand a nursery from one operator to another: one officer enters it, a second one confirms.

A slip would show the families of a nursery to strangers, so it takes two people and both operators
are named again. With the change the people of the old operator see nothing of the nursery any
more, those who were let in for this place alone among them; the new owner lets people in. What was
told on the nursery's pages stays: it is the nursery's.
"""

from datetime import datetime
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts.models import Membership, Organisation, OrganisationRole, Person, User
from accounts.two_people import are_one
from childcare.models import ChangeDecision, Facility, OperatorChange
from core import audit, policy
from core.actor import Actor
from core.outbox import put_notice
from core.refusals import Refusal, gettext_noop as _

NOTICE = "nursery-handed-on"


class ChangeWaits(Refusal):
    """One change at a time of one nursery."""

    code = "operator-change-waiting"
    title = _("この園の運営者の変更が、もう承認を待っています")
    next_step = _("先の変更を、べつの職員に決めてもらってください。")
    status = HTTPStatus.CONFLICT


class NoChange(Refusal):
    """The nursery has no operator, or that one already, or the other is of another city."""

    code = "operator-change-is-none"
    title = _("この園を、この運営者に引きつぐことはできません")
    next_step = _("いまの運営者とはべつの運営者を、一覧から選んでください。")
    status = HTTPStatus.CONFLICT


class ChangeDecided(Refusal):
    """It was decided already, or the nursery has another operator by now."""

    code = "operator-change-decided"
    title = _("この変更は、もう決まっています")
    next_step = _("一覧を読みなおして、いまの運営者をたしかめてください。")
    status = HTTPStatus.CONFLICT


class ChangeNeedsSecondPerson(Refusal):
    """Whoever entered it cannot confirm it."""

    code = "operator-change-second-person"
    title = _("入力した人とはべつの人が、承認してください")
    next_step = _("ほかの承認をする職員に、たしかめてもらってください。")
    status = HTTPStatus.CONFLICT


def waiting_changes(actor: Actor, action: str) -> QuerySet[OperatorChange]:
    """Return the changes that wait and on which ``actor`` may do ``action``, the oldest first."""
    rows = OperatorChange.objects.filter(decision="").select_related(
        "facility__place", "old_operator", "new_operator"
    )
    return policy.allowed(actor, action, rows.order_by("asked_at", "pk"))


def enter_change(
    facility: Facility, new_operator: Organisation, *, asked_by: User, actor: Actor, now: datetime
) -> OperatorChange:
    """Enter that ``new_operator`` is to run the nursery; nothing changes yet."""
    with transaction.atomic():
        row = Facility.objects.select_for_update().get(pk=facility.pk)
        old = row.organisation
        if (
            old is None
            or old.pk == new_operator.pk
            or new_operator.municipality != row.municipality
            or new_operator.kind != old.kind
        ):
            raise NoChange
        try:
            with transaction.atomic():
                made = OperatorChange.objects.create(
                    municipality=row.municipality,
                    facility=row,
                    old_operator=old,
                    new_operator=new_operator,
                    asked_by=asked_by,
                    asked_at=now,
                )
        except IntegrityError:
            raise ChangeWaits from None
        _record("nursery.operator.change", made, actor=actor, now=now)
    return made


def confirm_change(
    change: OperatorChange, *, decided_by: User, actor: Actor, now: datetime
) -> OperatorChange:
    """Hand the nursery on, as the second person; both operators' owners are told."""
    with transaction.atomic():
        facility, row = _locked(change)
        if are_one(row.asked_by_id, decided_by.pk, now=now):
            raise ChangeNeedsSecondPerson
        if facility.organisation_id != row.old_operator_id:
            raise ChangeDecided
        _decide(row, ChangeDecision.CONFIRMED, decided_by, now=now)
        facility.organisation = row.new_operator
        facility.save(update_fields=["organisation"])
        _end_memberships(row, now=now)
        _record("nursery.operator.change-confirmed", row, actor=actor, now=now)
        _tell_owners(row, now=now)
    return row


def decline_change(
    change: OperatorChange, *, decided_by: User, actor: Actor, now: datetime
) -> OperatorChange:
    """Leave the nursery where it is; who entered it may do it too, and so take it back."""
    with transaction.atomic():
        _facility, row = _locked(change)
        _decide(row, ChangeDecision.DECLINED, decided_by, now=now)
        _record("nursery.operator.change-declined", row, actor=actor, now=now)
    return row


def _locked(change: OperatorChange) -> tuple[Facility, OperatorChange]:
    """Lock the nursery before the change, as entering does; refuse what is decided."""
    facility = Facility.objects.select_for_update().get(pk=change.facility_id)
    row = OperatorChange.objects.select_for_update().get(pk=change.pk)
    if row.decision:
        raise ChangeDecided
    return facility, row


def _decide(
    row: OperatorChange, decision: ChangeDecision, decided_by: User, *, now: datetime
) -> None:
    row.decision, row.decided_by, row.decided_at = decision, decided_by, now
    row.save(update_fields=["decision", "decided_by", "decided_at"])


def _end_memberships(change: OperatorChange, *, now: datetime) -> None:
    """End the roles that the old operator's people have at this place alone."""
    Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now),
        organisation=change.old_operator,
        place_id=change.facility.place_id,
    ).update(valid_to=now)


def _tell_owners(change: OperatorChange, *, now: datetime) -> None:
    owners = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now),
        organisation__in=[change.old_operator_id, change.new_operator_id],
        role=OrganisationRole.NURSERY_OWNER,
        valid_from__lte=now,
    )
    for person in Person.objects.filter(user__in=owners.values("user")):
        put_notice(
            municipality=change.municipality,
            person_id=person.pk,
            kind=NOTICE,
            link="/my/members/",
            dedupe_key=f"{NOTICE}:{change.pk}:{person.pk}",
            now=now,
        )


def _record(action: str, change: OperatorChange, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=change.municipality,
        object_type="facility",
        object_id=change.facility_id,
        facts={
            "from": str(change.old_operator_id),
            "to": str(change.new_operator_id),
        },
    )
