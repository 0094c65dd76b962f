"""What staff do with accounts: lock, give roles, recover."""

from datetime import datetime
from http import HTTPStatus

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import (
    AccountRecovery,
    Person,
    Role,
    RoleAssignment,
    User,
)
from accounts.security import end_sign_ins
from accounts.two_people import accounts_as_one, are_one
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _

_SUBJECT = _("アカウントのログイン方法が変わりました")
_BODY = _(
    "窓口で本人を確かめて、ログインの方法を変えました。心あたりがないときは、すぐに市の窓口に電話してください。"
)


class SecondOfficerNeeded(Refusal):
    """Whoever asked for a recovery cannot approve it."""

    code = "second-officer-needed"
    title = _("頼んだ人は、承認できません")
    next_step = _("べつの職員に承認してもらってください。")
    status = HTTPStatus.FORBIDDEN


class NotOpen(Refusal):
    """It was decided already."""

    code = "recovery-not-open"
    title = _("もう終わっています")
    next_step = _("画面を新しくしてください。")
    status = HTTPStatus.CONFLICT


class AddressTaken(Refusal):
    """Another account is opened by that address."""

    code = "address-taken"
    title = _("そのメールアドレスは、ほかのアカウントで使われています")
    next_step = _("べつのメールアドレスにするか、2つの記録を1つにしてください。")
    status = HTTPStatus.CONFLICT


class OwnAccount(Refusal):
    """Nobody changes their own roles or locks themselves."""

    code = "own-account"
    title = _("自分のアカウントには、できません")
    next_step = _("べつの管理者に頼んでください。")
    status = HTTPStatus.FORBIDDEN


class AccountClosed(Refusal):
    """The record was merged into another one: its account would be a way around what moved."""

    code = "account-closed-by-merge"
    title = _("この記録は、べつの記録と1つになっています")
    next_step = _("のこっている記録のアカウントを使ってください。")
    status = HTTPStatus.CONFLICT


def set_locked(user: User, *, locked: bool, actor: Actor, now: datetime) -> int:
    """Lock an account, with all its sign-ins ended at once, or open it again.

    Returns how many sign-ins ended.
    """
    if are_one(actor.user_id, user.pk, now=now):
        raise OwnAccount
    with transaction.atomic():
        if not locked and Person.objects.filter(user=user, merged_into__isnull=False).exists():
            raise AccountClosed
        user.is_active = not locked
        user.save(update_fields=["is_active"])
        ended = end_sign_ins(user, actor=actor, now=now) if locked else 0
        _record("user.lock" if locked else "user.unlock", user, actor=actor, now=now)
    return ended


def give_role(
    user: User, role: Role, municipality: str, *, granted_by: User, actor: Actor, now: datetime
) -> RoleAssignment:
    """Give a role from this instant; the same open role twice is one."""
    if are_one(granted_by.pk, user.pk, now=now):
        raise OwnAccount
    with transaction.atomic():
        made, _created = RoleAssignment.objects.get_or_create(
            user=user,
            role=role,
            municipality=municipality,
            scope=None,
            valid_to=None,
            defaults={"valid_from": now, "granted_by": granted_by},
        )
        if not user.is_staff:
            user.is_staff = True
            user.save(update_fields=["is_staff"])
        _record("role.give", user, actor=actor, now=now, role=role)
    return made


def end_role(assignment: RoleAssignment, *, actor: Actor, now: datetime) -> None:
    """End a role at this instant: the next request is without it."""
    if are_one(actor.user_id, assignment.user_id, now=now):
        raise OwnAccount
    with transaction.atomic():
        RoleAssignment.objects.filter(pk=assignment.pk, valid_to__isnull=True).update(valid_to=now)
        _record("role.end", assignment.user, actor=actor, now=now, role=assignment.role)


def request_recovery(
    person: Person, *, new_email: str, document: str, officer: User, actor: Actor, now: datetime
) -> AccountRecovery:
    """Ask a second officer to let ``person`` back in; nothing changes yet."""
    assert person.user is not None
    _demand_free(new_email.strip().lower(), user=person.user)
    with transaction.atomic():
        made = AccountRecovery.objects.create(
            municipality=person.municipality,
            user=person.user,
            new_email=new_email.strip().lower(),
            document=document,
            requested_by=officer,
            requested_at=now,
        )
        _record("user.recovery-asked", person.user, actor=actor, now=now)
    return made


def approve_recovery(
    recovery: AccountRecovery, *, officer: User, actor: Actor, now: datetime
) -> None:
    """Take away the lost keys, end all sign-ins, set the new address, and tell the old one."""
    with transaction.atomic():
        row = AccountRecovery.objects.select_for_update().get(pk=recovery.pk)
        user = User.objects.select_for_update().get(pk=row.user_id)
        if row.approved_at is not None:
            raise NotOpen
        if not accounts_as_one(officer.pk, now=now).isdisjoint({row.requested_by_id, user.pk}):
            raise SecondOfficerNeeded
        _demand_free(row.new_email, user=user)
        row.approved_by, row.approved_at = officer, now
        row.save(update_fields=["approved_by", "approved_at"])
        old = user.email
        Authenticator.objects.filter(user=user).delete()
        end_sign_ins(user, actor=actor, now=now)
        if row.new_email:
            EmailAddress.objects.filter(user=user).delete()
            EmailAddress.objects.create(user=user, email=row.new_email, verified=True, primary=True)
            user.email = row.new_email
            user.save(update_fields=["email"])
        _record("user.recovered", user, actor=actor, now=now)
    send_mail(gettext(_SUBJECT), gettext(_BODY), None, [old])


def _demand_free(email: str, *, user: User) -> None:
    """Raise :class:`AddressTaken` where ``email`` opens another account."""
    taken = EmailAddress.objects.filter(email=email, verified=True).exclude(user=user)
    if email and (taken.exists() or User.objects.filter(email=email).exclude(pk=user.pk).exists()):
        raise AddressTaken


def _record(action: str, user: User, *, actor: Actor, now: datetime, **facts: str) -> None:
    person = Person.objects.filter(user=user).first()
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=person.municipality if person else "",
        object_type="user",
        object_id=user.pk,
        facts=dict(facts),
        subject=person.pk if person else None,
    )
