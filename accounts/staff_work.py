"""What staff do with people and accounts: lock, give roles, recover, merge."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from accounts.models import (
    AccountRecovery,
    Delegation,
    DelegationStatus,
    IdentityProof,
    Person,
    Role,
    RoleAssignment,
    User,
)
from accounts.security import end_sign_ins
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.text import fold_name

PAYOUT_HOLD: Final = timedelta(hours=24)
Merged = Callable[[Person, Person, Actor, datetime], None]  # kept, gone
_when_merged: list[Merged] = []
_SUBJECT = _("アカウントのログイン方法が変わりました")
_BODY = _(
    "窓口で本人を確かめて、ログインの方法を変えました。心あたりがないときは、すぐに市の窓口に電話してください。"
)


class NotTheSamePerson(Refusal):
    """Two records that are not one person by name and birth date, or one of them is merged."""

    code = "not-the-same-person"
    title = _("同じ人の記録ではないようです")
    next_step = _("名前と生まれた日が同じ記録だけ、1つにできます。")
    status = HTTPStatus.CONFLICT


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


class OwnAccount(Refusal):
    """Nobody changes their own roles or locks themselves."""

    code = "own-account"
    title = _("自分のアカウントには、できません")
    next_step = _("べつの管理者に頼んでください。")
    status = HTTPStatus.FORBIDDEN


def when_merged(callback: Merged) -> None:
    """Have ``callback`` move a room's records when two people turn out to be one."""
    _when_merged.append(callback)


def set_locked(user: User, *, locked: bool, actor: Actor, now: datetime) -> int:
    """Lock an account, with all its sign-ins ended at once, or open it again.

    Returns how many sign-ins ended.
    """
    if actor.user_id == user.pk:
        raise OwnAccount
    with transaction.atomic():
        user.is_active = not locked
        user.save(update_fields=["is_active"])
        ended = end_sign_ins(user, actor=actor, now=now) if locked else 0
        _record("user.lock" if locked else "user.unlock", user, actor=actor, now=now)
    return ended


def give_role(
    user: User, role: Role, municipality: str, *, granted_by: User, actor: Actor, now: datetime
) -> RoleAssignment:
    """Give a role from this instant; the same open role twice is one."""
    if granted_by.pk == user.pk:
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
    if assignment.user_id == actor.user_id:
        raise OwnAccount
    with transaction.atomic():
        RoleAssignment.objects.filter(pk=assignment.pk, valid_to__isnull=True).update(valid_to=now)
        _record("role.end", assignment.user, actor=actor, now=now, role=assignment.role)


def request_recovery(
    person: Person, *, new_email: str, document: str, officer: User, actor: Actor, now: datetime
) -> AccountRecovery:
    """Ask a second officer to let ``person`` back in; nothing changes yet."""
    assert person.user is not None
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
        if officer.pk in {row.requested_by_id, user.pk}:
            raise SecondOfficerNeeded
        row.approved_by, row.approved_at = officer, now
        row.save(update_fields=["approved_by", "approved_at"])
        old = user.email
        Authenticator.objects.filter(user=user).delete()
        end_sign_ins(user, actor=actor, now=now)
        if row.new_email and not User.objects.filter(email=row.new_email).exists():
            EmailAddress.objects.filter(user=user).delete()
            EmailAddress.objects.create(user=user, email=row.new_email, verified=True, primary=True)
            user.email = row.new_email
            user.save(update_fields=["email"])
        _record("user.recovered", user, actor=actor, now=now)
    send_mail(gettext(_SUBJECT), gettext(_BODY), None, [old])


def payouts_are_held(user: User, *, now: datetime) -> bool:
    """Say whether the account came back less than 24 hours ago."""
    return AccountRecovery.objects.filter(user=user, approved_at__gt=now - PAYOUT_HOLD).exists()


def merge_people(kept: Person, gone: Person, *, actor: Actor, now: datetime) -> None:
    """Make two records of one person one; the account of ``gone`` is closed."""
    with transaction.atomic():
        locked = {
            one.pk: one
            for one in Person.objects.select_for_update()
            .filter(pk__in=[kept.pk, gone.pk])
            .order_by("pk")
        }
        kept, gone = locked[kept.pk], locked[gone.pk]
        if not _are_one(kept, gone):
            raise NotTheSamePerson
        IdentityProof.objects.filter(person=gone).update(person=kept)
        _move_delegations(kept, gone, now=now)
        for callback in _when_merged:
            callback(kept, gone, actor, now)
        kept.proof_level = max(kept.proof_level, gone.proof_level)
        kept.save(update_fields=["proof_level"])
        gone.merged_into = kept
        gone.save(update_fields=["merged_into"])
        if gone.user is not None:
            end_sign_ins(gone.user, actor=actor, now=now)
            gone.user.is_active = False
            gone.user.save(update_fields=["is_active"])
        audit.record(
            "person.merge",
            actor=actor,
            now=now,
            municipality=kept.municipality,
            object_type="person",
            object_id=kept.pk,
            facts={"gone": str(gone.pk)},
        )


def _are_one(kept: Person, gone: Person) -> bool:
    return (
        kept.pk != gone.pk
        and kept.municipality == gone.municipality
        and kept.merged_into_id is None
        and gone.merged_into_id is None
        and bool(kept.name)
        and kept.birth_date is not None
        and kept.birth_date == gone.birth_date
        and fold_name(kept.name) == fold_name(gone.name)
        and not (gone.user is not None and gone.user.is_staff)
    )


def _move_delegations(kept: Person, gone: Person, *, now: datetime) -> None:
    """Take over both sides; what would name the same two people twice, or one alone, ends."""
    active = Delegation.objects.filter(status=DelegationStatus.ACTIVE)
    for row in active.filter(Q(principal=gone) | Q(agent=gone)):
        principal = kept if row.principal_id == gone.pk else row.principal
        agent = kept if row.agent_id == gone.pk else row.agent
        is_twice = active.filter(principal=principal, agent=agent, kind=row.kind).exists()
        if principal.pk == agent.pk or is_twice:
            row.status, row.valid_to = DelegationStatus.ENDED, now
        else:
            row.principal, row.agent = principal, agent
        row.save()


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
