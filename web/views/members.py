"""はたらく人とPIN: who works for my shop, lodging or nursery, who may stand at its till."""

from itertools import groupby
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.clerk_pins import pin_of, set_pin
from accounts.members import (
    ROLES,
    add_member,
    end_membership,
    members_now,
    organisations_of_mine,
)
from accounts.models import Membership, OrganisationKind, OrganisationRole, User
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.forms.account import MemberForm, PinForm


def _line(member: Membership, reader: User) -> dict[str, object]:
    pin = pin_of(member)
    return {
        "pk": member.pk,
        "email": member.user.email,
        "name": pin.name if pin else "",
        "role": member.get_role_display(),
        "has_pin": pin is not None,
        "is_locked": pin is not None and pin.is_locked,
        "is_me": member.user_id == reader.pk,
    }


def _mine(request: HttpRequest, action: str, membership_id: UUID) -> Membership:
    mine = members_now(actor_of(request), action, now=timezone.now())
    return get_object_or_404(mine, pk=membership_id)


@requires("organisation.member.list")
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """List the people of each organisation of mine."""
    rows = members_now(actor_of(request), "organisation.member.list", now=timezone.now())
    by_organisation = sorted(rows, key=lambda one: (one.organisation_id, one.pk))
    reader = cast("User", request.user)
    give_to = set(organisations_of_mine(actor_of(request)).values_list("pk", flat=True))
    organisations = [
        {
            "pk": key,
            "name": some[0].organisation.name,
            "members": [_line(one, reader) for one in some],
            "has_tills": some[0].organisation.kind != OrganisationKind.NURSERY,
            "roles": [
                (role.value, role.label)
                for role in ROLES.get(some[0].organisation.kind, ())
                if key in give_to
            ],
        }
        for key, group in groupby(by_organisation, key=lambda one: one.organisation_id)
        if (some := list(group))
    ]
    page = {
        "organisations": organisations,
        "has_tills": any(one["has_tills"] for one in organisations),
    }
    return render(request, "web/account/members.html", page)


@requires("organisation.member.add")
@require_POST
def add(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Give somebody a role; they sign in by a code to this address."""
    actor = actor_of(request)
    organisation = get_object_or_404(organisations_of_mine(actor), pk=organisation_id)
    form = MemberForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("メールアドレスと役割を、両方書いてください。"))
        return redirect("my-members")
    try:
        add_member(
            organisation,
            email=form.cleaned_data["email"],
            role=OrganisationRole(form.cleaned_data["role"]),
            actor=actor,
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, f"{_(refusal.title)}。{_(refusal.next_step)}")
    else:
        messages.success(
            request, _("加えました。このメールアドレスで、ログインしてもらってください。")
        )
    return redirect("my-members")


@requires("organisation.member.pin")
def pin(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Have a member choose a PIN; open shifts under the old one end."""
    member = _mine(request, "organisation.member.pin", membership_id)
    had = pin_of(member)
    form = PinForm(request.POST or None, initial={"name": had.name if had else ""})
    if form.is_valid():
        try:
            set_pin(
                member,
                form.cleaned_data["pin"],
                name=form.cleaned_data["name"],
                set_by=cast("User", request.user),
                actor=actor_of(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("pin", f"{_(refusal.title)}。{_(refusal.next_step)}")
        else:
            messages.success(request, _("PINを決めました。レジで名前をえらんで、PINを入れます。"))
            return redirect("my-members")
    page = {"form": form, "member": _line(member, cast("User", request.user))}
    status = 422 if form.is_bound else 200
    return render(request, "web/account/member_pin.html", page, status=status)


@requires("organisation.member.end")
@require_POST
def end(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """End that somebody works there, at once."""
    member = _mine(request, "organisation.member.end", membership_id)
    try:
        end_membership(member, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, f"{_(refusal.title)}。{_(refusal.next_step)}")
    else:
        messages.success(request, _("登録を終わりにしました。"))
    return redirect("my-members")
