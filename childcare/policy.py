"""Who may do what in childcare: one table, read by API, pages, tests and docs."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import DelegationStatus, OrganisationRole, Person, Role
from accounts.shielding import Protected, shielded
from childcare.models import Child
from core.actor import Actor
from core.policy import Rule, Rules, anybody, at_counter, member, signed_in, staff


def _own(actor: Actor) -> Q | None:
    """Who applied; nobody who acts for them: a child's application is its guardian's own act."""
    if actor.person_id is None or actor.on_behalf_of is not None:
        return None
    return Q(child__household__applicant=actor.person_id)


def _own_papers(actor: Actor) -> Q | None:
    if actor.person_id is None or actor.on_behalf_of is not None:
        return None
    return Q(application__child__household__applicant=actor.person_id)


def _children_of(people: Protected) -> QuerySet[Child, Any]:
    """Return the children who are among ``people``, or whose family has one of them."""
    return Child.objects.filter(
        Q(person__in=people)
        | Q(household__applicant__in=people)
        | Q(household__guardians__person__in=people)
    ).values("pk")


def _people_around(people: Protected) -> QuerySet[Person, Any]:
    """Return ``people``, who acts for one of them, and who applied for a family of theirs."""
    return Person.objects.filter(
        Q(pk__in=people)
        | Q(acts_for__principal__in=people, acts_for__status=DelegationStatus.ACTIVE)
        | Q(households__children__in=_children_of(people))
    ).values("pk")


APPLICANT = Rule(name="applicant", rows=_own)
AT_COUNTER = at_counter("child__household__applicant")
CLERKS = (Role.CHILDCARE_CLERK, Role.CHILDCARE_APPROVER)
CLERK = staff(*CLERKS)
ANY_CLERK = staff(*CLERKS, municipality=None)
# An auditor reads what a round computed, and never a name.
READER = staff(*CLERKS, Role.AUDITOR)
ANY_READER = staff(*CLERKS, Role.AUDITOR, municipality=None)
APPROVER = staff(Role.CHILDCARE_APPROVER)
# On a facility itself: its own people.
OWN = member(OrganisationRole.NURSERY_STAFF)
# On a row that hangs on a facility.
OWN_ROW = member(
    OrganisationRole.NURSERY_STAFF, place="facility__place", organisation="facility__organisation"
)
# On a seat that was given, and on who comes to look: not of a family protected from the caller,
# who may work in the very nursery.
OWN_OFFER = shielded(OWN_ROW, lambda people: Q(application__child__in=_children_of(people)))
OWN_BOOKING = shielded(
    member(
        OrganisationRole.NURSERY_STAFF,
        place="visit_day__facility__place",
        organisation="visit_day__facility__organisation",
    ),
    lambda people: Q(person__in=_people_around(people)),
)
CLERK_ROW = staff(*CLERKS, municipality="facility__municipality")
# On an application, and on a row that hangs on one: not on a family protected from the officer.
CLERK_OF_FAMILY = shielded(CLERK, lambda people: Q(child__in=_children_of(people)))
CLERK_OF_APPLICATION = shielded(
    staff(*CLERKS, municipality="application__municipality"),
    lambda people: Q(application__child__in=_children_of(people)),
)
CLERK_OF_CONSULTATION = shielded(
    CLERK, lambda people: Q(application__child__in=_children_of(people))
)

# Whoever serves somebody, about papers that are not that person's yet.
IN_COUNTER_SESSION = Rule(
    name="counter-session", rows=lambda actor: None if actor.counter_session is None else Q()
)

POLICY: dict[str, Rules] = {
    "childcare.rule-set.read": (anybody(),),
    "childcare.score.preview": (anybody(),),
    "staff.rule-set.list": (CLERK,),
    "staff.rule-set.submit": (ANY_CLERK,),
    "staff.rule-set.publish": (APPROVER,),
    # Early: one asks with a reason, another confirms.
    "staff.rule-set.end": (CLERK,),
    "staff.rule-set.end.decide": (APPROVER,),
    "facility.read": (anybody(),),
    # Whoever has the booking's reference may look at it and take it back.
    "visit.book": (anybody(),),
    "facility.home": (member(OrganisationRole.NURSERY_STAFF, place=None),),
    "facility.edit": (OWN, CLERK),
    "facility.row.edit": (OWN_ROW, CLERK_ROW),
    "facility.bookings": (OWN_ROW,),
    "facility.booking.read": (OWN_BOOKING,),
    "capacity.confirm": (OWN,),
    "capacity.list": (CLERK,),
    "capacity.submit": (ANY_CLERK,),
    "capacity.approve": (APPROVER,),
    "capacity.reject": (CLERK,),
    # A family and its applications.
    "childcare.round.list": (anybody(),),
    "childcare.apply": (signed_in(),),
    "childcare.application.read": (APPLICANT, AT_COUNTER),
    "childcare.household.link": (IN_COUNTER_SESSION,),
    "childcare.application.edit": (APPLICANT, AT_COUNTER),
    "childcare.application.withdraw": (APPLICANT, AT_COUNTER),
    "childcare.application.answer": (APPLICANT, AT_COUNTER),
    "childcare.paper.send": (APPLICANT, AT_COUNTER),
    "childcare.paper.read": (
        Rule(name="applicant", rows=_own_papers),
        at_counter("application__child__household__applicant"),
    ),
    # The city's staff.
    "staff.childcare.application.list": (ANY_CLERK,),
    "staff.childcare.application.read": (CLERK_OF_FAMILY,),
    "staff.childcare.application.edit": (CLERK_OF_FAMILY,),
    "staff.childcare.application.check": (CLERK_OF_FAMILY,),
    "staff.childcare.application.enter": (ANY_CLERK,),
    "staff.childcare.paper.read": (CLERK_OF_APPLICATION,),
    "staff.childcare.paper.edit": (CLERK_OF_APPLICATION,),
    "staff.childcare.placing": (ANY_CLERK,),
    "staff.childcare.offer.admit": (CLERK_OF_APPLICATION,),
    "staff.childcare.offer.answer": (CLERK_OF_APPLICATION,),
    "staff.childcare.certify": (CLERK_OF_FAMILY,),
    "staff.childcare.certification.end": (CLERK_OF_FAMILY,),
    "staff.childcare.consultation.list": (ANY_CLERK,),
    "staff.childcare.consultation.edit": (CLERK_OF_CONSULTATION,),
    # Who runs a nursery sees its families: the clerk reads it, the approver decides it.
    "staff.childcare.operator.list": (CLERK,),
    "staff.childcare.operator.make": (APPROVER,),
    # To hand a nursery on shows its families to other people: one enters it, another confirms.
    "staff.childcare.operator.change": (CLERK,),
    "staff.childcare.operator.change.decide": (APPROVER,),
    # A nursery's own people.
    "childcare.offer.list": (member(OrganisationRole.NURSERY_STAFF, place=None),),
    "childcare.offer.answer": (OWN_OFFER,),
    # Admission rounds. Who approves does not compute, unless they have both roles.
    "staff.childcare.round.list": (ANY_READER,),
    "staff.childcare.round.read": (READER,),
    "staff.childcare.round.open": (staff(Role.CHILDCARE_CLERK),),
    "staff.childcare.round.dates": (staff(Role.CHILDCARE_CLERK),),
    "staff.childcare.round.slots": (staff(Role.CHILDCARE_CLERK),),
    "staff.childcare.round.score": (staff(Role.CHILDCARE_CLERK),),
    "staff.childcare.round.run": (staff(Role.CHILDCARE_CLERK),),
    "staff.childcare.round.approve": (APPROVER,),
    "staff.childcare.round.send_back": (APPROVER,),
    "staff.childcare.round.explain": (APPROVER,),
    # Asked before the seats are given out: whoever asked the nursery writes, both approvers read.
    "staff.childcare.round.explain_seats": (CLERK,),
    "staff.childcare.round.publish": (APPROVER,),
    "staff.childcare.round.what_if": (CLERK,),
    "staff.childcare.round.sample": (CLERK,),
    "staff.childcare.round.letters": (CLERK,),
    # The snapshot re-identifies families in a small city: it goes to the auditor alone.
    "staff.childcare.round.snapshot": (staff(Role.AUDITOR),),
}
