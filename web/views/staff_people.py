"""People and accounts at the counter: find with a reason, help, lock, roles, recovery, merge."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.actor_middleware import COUNTER_SESSION
from accounts.counter import OwnCounter, end_session, serve_person, session_of
from accounts.merging import merge_people
from accounts.models import (
    AccountRecovery,
    CounterSession,
    Person,
    ProtectiveBlock,
    Role,
    RoleAssignment,
    User,
)
from accounts.people import register_person, set_protective_block
from accounts.people_search import people_open_to, record_reading, search_people
from accounts.policy import PEOPLE_STAFF
from accounts.security import end_sign_ins
from accounts.staff_work import (
    approve_recovery,
    end_role,
    give_role,
    request_recovery,
    set_locked,
)
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from core.throttles import TooManyTries
from disability_card.life_cycle import LIVE
from disability_card.models import Card
from web.doors import AT_COUNTER, open_doors
from web.forms.staff import CounterForm, PersonForm, PersonSearchForm
from web.refusal_words import in_words


def _officer(request: HttpRequest) -> User:
    return cast("User", request.user)


def _person(request: HttpRequest, action: str, person_id: object) -> Person:
    """Return a person of the officer's city; 404 for another city's, and for a malformed id."""
    people = people_open_to(actor_of(request), action).select_related("user")
    try:
        return get_object_or_404(people, pk=UUID(str(person_id)))
    except ValueError:
        raise Http404 from None


def _say(request: HttpRequest, refusal: Refusal) -> None:
    messages.error(request, in_words(refusal))


@requires("staff.person.search")
def search(request: HttpRequest) -> HttpResponse:
    """Find people. POST, so that no name stands in an address; who asked why is recorded."""
    form, found = PersonSearchForm(request.POST or None), []
    was_asked = form.is_bound and form.is_valid()
    if was_asked:
        try:
            found = search_people(actor_of(request), **form.cleaned_data, now=timezone.now())
        except TooManyTries as refusal:
            form.add_error(None, in_words(refusal))
    page = {"form": form, "found": found, "was_asked": was_asked}
    return render(request, "web/staff/people.html", page)


@requires("staff.person.register")
@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Make a record of who stands at the counter and has none."""
    form, actor = PersonForm(request.POST), actor_of(request)
    if not form.is_valid():
        messages.error(request, _("名前と生まれた日を、両方書いてください。"))
        return redirect("staff-people")
    try:
        made = register_person(
            municipality=min(actor.cities_of(*PEOPLE_STAFF)),
            name=form.cleaned_data["name"],
            birth_date=form.cleaned_data["birth_date"],
            actor=actor,
            now=timezone.now(),
        )
    except Refusal as refusal:
        _say(request, refusal)
        return redirect("staff-people")
    messages.success(
        request, _("記録を作りました。見せてもらったものを選んで、操作を始めてください。")
    )
    return redirect("staff-person", person_id=made.pk)


@requires("staff.person.read")
def person_page(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show one person and what can be done; opening it is recorded and seen by the person."""
    actor, now = actor_of(request), timezone.now()
    person = _person(request, "staff.person.read", person_id)
    # Of this sign-in: one that the officer began on another machine does not act here.
    session = session_of(actor)
    if session is not None and session.person_id != person.pk:
        session = None
    record_reading(person, actor=actor, now=now, reason=session.reason if session else "")
    page = {
        "person": person,
        "session": session,
        "form": CounterForm(),
        "counter_doors": open_doors(AT_COUNTER, actor=actor) if session else [],
        "cards": Card.objects.filter(person=person, state__in=LIVE),
        "roles": RoleAssignment.objects.filter(user=person.user, valid_to__isnull=True)
        if person.user
        else [],
        "all_roles": Role.choices,
        "blocks": ProtectiveBlock.objects.filter(person=person, lifted_at__isnull=True).count(),
        "recoveries": AccountRecovery.objects.filter(user=person.user, approved_at__isnull=True)
        if person.user
        else [],
        "may": {
            name: policy.reason(actor, f"staff.{name.replace('_', '.')}", person) is not None
            for name in (
                "user_lock",
                "user_recover",
                "person_merge",
                "protection_list",
                "role_give",
            )
        },
    }
    return render(request, "web/staff/person.html", page)


@requires("staff.counter")
@require_POST
def counter(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Begin or end to act for the person; the document that was seen proves the identity."""
    person = _person(request, "staff.counter", person_id)
    actor, now, officer = actor_of(request), timezone.now(), _officer(request)
    if "end" in request.POST:
        for session in CounterSession.objects.filter(officer=officer, ended_at__isnull=True):
            end_session(session, actor=actor, now=now)
        request.session.pop(COUNTER_SESSION, None)
        return redirect("staff-person", person_id=person.pk)
    form = CounterForm(request.POST)
    if form.is_valid():
        document = form.cleaned_data["document"]
        try:
            session = serve_person(person, officer=officer, document=document, actor=actor, now=now)
        except OwnCounter as refusal:
            _say(request, refusal)
            return redirect("staff-person", person_id=person.pk)
        request.session[COUNTER_SESSION] = str(session.pk)
        messages.success(request, _("15分間、この人のかわりに操作できます。"))
    else:
        messages.error(request, _("見せてもらったものを選んでください。"))
    return redirect("staff-person", person_id=person.pk)


@requires("staff.user.lock")
@require_POST
def account(request: HttpRequest, person_id: UUID, what: str) -> HttpResponse:
    """Lock, unlock, or end all sign-ins of the person's account."""
    person = _person(request, "staff.user.lock", person_id)
    actor, now = actor_of(request), timezone.now()
    if person.user is None or what not in {"lock", "unlock", "end-sign-ins"}:
        raise Http404
    try:
        if what == "end-sign-ins":
            end_sign_ins(person.user, actor=actor, now=now)
        else:
            set_locked(person.user, locked=what == "lock", actor=actor, now=now)
    except Refusal as refusal:
        _say(request, refusal)
    else:
        messages.success(request, _("変えました。"))
    return redirect("staff-person", person_id=person.pk)


@requires("staff.user.recover")
@require_POST
def recover(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Ask a second officer to let somebody back in who lost every key."""
    person = _person(request, "staff.user.recover", person_id)
    form = CounterForm(request.POST)
    if person.user is None or not form.is_valid():
        messages.error(request, _("見せてもらったものを選んでください。"))
        return redirect("staff-person", person_id=person.pk)
    try:
        request_recovery(
            person,
            new_email=request.POST.get("email", "")[:254],
            document=form.cleaned_data["document"],
            officer=_officer(request),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        _say(request, refusal)
    else:
        messages.success(request, _("べつの職員に、承認してもらってください。"))
    return redirect("staff-person", person_id=person.pk)


@requires("staff.user.recover")
@require_POST
def recovery_approve(request: HttpRequest, recovery_id: UUID) -> HttpResponse:
    """Let the person back in, as the second officer."""
    actor = actor_of(request)
    people = people_open_to(actor, "staff.user.recover")
    rows = AccountRecovery.objects.filter(user__person__in=people)
    found = get_object_or_404(rows.select_related("user__person"), pk=recovery_id)
    try:
        approve_recovery(found, officer=_officer(request), actor=actor, now=timezone.now())
    except Refusal as refusal:
        _say(request, refusal)
    else:
        messages.success(request, _("新しいログインの方法を用意してもらってください。"))
    return redirect("staff-person", person_id=found.user.person.pk)


@requires("staff.person.merge")
@require_POST
def merge(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Make this record and another of the same person one; this one stays."""
    kept = _person(request, "staff.person.merge", person_id)
    gone = _person(request, "staff.person.merge", request.POST.get("other", ""))
    try:
        merge_people(kept, gone, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        _say(request, refusal)
    else:
        messages.success(request, _("1つにしました。"))
    return redirect("staff-person", person_id=kept.pk)


@requires("staff.person.protect")
@require_POST
def protect(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Set a protective block (支援措置) against another person of the city."""
    person = _person(request, "staff.person.protect", person_id)
    other = _person(request, "staff.person.protect", request.POST.get("other", ""))
    if other.pk != person.pk:
        set_protective_block(
            person,
            blocked=other,
            set_by=_officer(request),
            actor=actor_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("その人から見られないようにしました。"))
    return redirect("staff-person", person_id=person.pk)


@requires("staff.role.give")
@require_POST
def role_give(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give the person a role in the city."""
    person = _person(request, "staff.role.give", person_id)
    role = request.POST.get("role", "")
    if person.user is None or role not in Role.values:
        raise Http404
    try:
        give_role(
            person.user,
            Role(role),
            person.municipality,
            granted_by=_officer(request),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        _say(request, refusal)
    return redirect("staff-person", person_id=person.pk)


@requires("staff.role.end")
@require_POST
def role_end(request: HttpRequest, role_id: UUID) -> HttpResponse:
    """End one role at once."""
    actor = actor_of(request)
    rows = policy.allowed(actor, "staff.role.end", RoleAssignment.objects.all())
    found = get_object_or_404(rows, pk=role_id)
    try:
        end_role(found, actor=actor, now=timezone.now())
    except Refusal as refusal:
        _say(request, refusal)
    person = Person.objects.filter(user=found.user_id).first()
    return redirect("staff-person", person_id=person.pk) if person else redirect("staff-people")
