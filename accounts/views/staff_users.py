"""What staff do with accounts: lock, end sign-ins, find the way back, give and end roles."""

from collections.abc import Callable
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import AccountRecovery, Person, Role, RoleAssignment, User
from accounts.people_search import people_open_to
from accounts.security import end_sign_ins
from accounts.serializers.staff import (
    RecoveryInput,
    RecoveryOutput,
    RoleInput,
    RoleOutput,
    UserOutput,
)
from accounts.staff_work import (
    AccountClosed,
    AddressTaken,
    NotOpen,
    OwnAccount,
    SecondOfficerNeeded,
    approve_recovery,
    end_role,
    give_role,
    request_recovery,
    set_locked,
)
from core import policy
from core.actor import Actor
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of


def person_of_user(request: Request, action: str, user_id: UUID) -> tuple[Person, User]:
    """Return the account and its person, if the officer may do ``action`` on them; else 404."""
    people = people_open_to(actor_of(request), action).select_related("user")
    person = get_object_or_404(people, user_id=user_id)
    if person.user is None:
        raise Http404
    return person, person.user


Change = Callable[[User, Actor, datetime], int]  # returns how many sign-ins ended


class UserChangeView(APIView):
    """One change of one account, once for its ``Idempotency-Key``."""

    refuses = (OwnAccount, AccountClosed, *KEY_REFUSALS)

    def answer(self, request: Request, user_id: UUID, change: Change) -> Response:
        """Change the account and answer how it is now."""
        _person, user = person_of_user(request, "staff.user.lock", user_id)
        actor, now = actor_of(request), timezone.now()

        def effect() -> dict[str, object]:
            ended = change(user, actor, now)
            return dict(
                UserOutput(
                    {"user_id": user.pk, "is_locked": not user.is_active, "ended_sign_ins": ended}
                ).data
            )

        return answer_once(request, now=now, effect=effect)


def _lock(user: User, actor: Actor, now: datetime) -> int:
    return set_locked(user, locked=True, actor=actor, now=now)


def _unlock(user: User, actor: Actor, now: datetime) -> int:
    return set_locked(user, locked=False, actor=actor, now=now)


def _end_all(user: User, actor: Actor, now: datetime) -> int:
    return end_sign_ins(user, actor=actor, now=now)


class LockView(UserChangeView):
    """Lock an account: all its sign-ins end at once."""

    policy_actions = {"POST": "staff.user.lock"}

    @extend_schema(operation_id="staff_user_lock", request=None, responses={200: UserOutput})
    def post(self, request: Request, user_id: UUID) -> Response:
        return self.answer(request, user_id, _lock)


class UnlockView(UserChangeView):
    """Open a locked account again."""

    policy_actions = {"POST": "staff.user.lock"}

    @extend_schema(operation_id="staff_user_unlock", request=None, responses={200: UserOutput})
    def post(self, request: Request, user_id: UUID) -> Response:
        return self.answer(request, user_id, _unlock)


class EndSessionsView(UserChangeView):
    """End all sign-ins of an account, on every device."""

    policy_actions = {"POST": "staff.user.lock"}

    @extend_schema(
        operation_id="staff_user_end_sessions", request=None, responses={200: UserOutput}
    )
    def post(self, request: Request, user_id: UUID) -> Response:
        return self.answer(request, user_id, _end_all)


class RecoveryView(APIView):
    """Ask a second officer to let somebody back in who lost every key."""

    policy_actions = {"POST": "staff.user.recover"}
    refuses = (AddressTaken, *KEY_REFUSALS)

    @extend_schema(
        operation_id="staff_user_recovery", request=RecoveryInput, responses={201: RecoveryOutput}
    )
    def post(self, request: Request, user_id: UUID) -> Response:
        person, _user = person_of_user(request, "staff.user.recover", user_id)
        given = RecoveryInput(data=request.data)
        given.is_valid(raise_exception=True)
        officer, actor, now = cast("User", request.user), actor_of(request), timezone.now()
        return answer_once(
            request,
            now=now,
            effect=lambda: (
                RecoveryOutput(
                    request_recovery(
                        person, **given.validated_data, officer=officer, actor=actor, now=now
                    )
                ).data
            ),
            status=status.HTTP_201_CREATED,
        )


class RecoveriesView(ListAPIView[AccountRecovery]):
    """The recoveries of the caller's cities, newest first."""

    policy_actions = {"GET": "staff.user.recovery.list"}
    serializer_class = RecoveryOutput
    queryset = AccountRecovery.objects.all()

    def get_queryset(self) -> QuerySet[AccountRecovery]:
        action = "staff.user.recovery.list"
        people = people_open_to(actor_of(self.request), action)
        return AccountRecovery.objects.filter(user__person__in=people)


class RecoveryApproveView(APIView):
    """Let somebody back in, as the second officer."""

    policy_actions = {"POST": "staff.user.recover"}
    refuses = (AddressTaken, NotOpen, SecondOfficerNeeded, *KEY_REFUSALS)

    @extend_schema(
        operation_id="staff_recovery_approve", request=None, responses={200: RecoveryOutput}
    )
    def post(self, request: Request, recovery_id: UUID) -> Response:
        actor, now = actor_of(request), timezone.now()
        people = people_open_to(actor, "staff.user.recover")
        rows = AccountRecovery.objects.filter(user__person__in=people)
        found = get_object_or_404(rows, pk=recovery_id)
        officer = cast("User", request.user)

        def effect() -> dict[str, object]:
            approve_recovery(found, officer=officer, actor=actor, now=now)
            found.refresh_from_db()
            return dict(RecoveryOutput(found).data)

        return answer_once(request, now=now, effect=effect)


class RolesView(ListAPIView[RoleAssignment]):
    """The roles in the caller's cities, newest first; give one."""

    policy_actions = {"GET": "staff.role.list", "POST": "staff.role.give"}
    refuses = (OwnAccount, AccountClosed, *KEY_REFUSALS)
    names_a_row_in_its_body = True
    serializer_class = RoleOutput
    queryset = RoleAssignment.objects.all()

    def get_queryset(self) -> QuerySet[RoleAssignment]:
        return policy.allowed(
            actor_of(self.request), "staff.role.list", RoleAssignment.objects.all()
        )

    @extend_schema(operation_id="staff_role_give", request=RoleInput, responses={201: RoleOutput})
    def post(self, request: Request) -> Response:
        given = RoleInput(data=request.data)
        given.is_valid(raise_exception=True)
        person, user = person_of_user(request, "staff.role.give", given.validated_data["user_id"])
        officer, actor, now = cast("User", request.user), actor_of(request), timezone.now()
        role = Role(given.validated_data["role"])
        return answer_once(
            request,
            now=now,
            effect=lambda: (
                RoleOutput(
                    give_role(
                        user, role, person.municipality, granted_by=officer, actor=actor, now=now
                    )
                ).data
            ),
            status=status.HTTP_201_CREATED,
        )


class RoleEndView(APIView):
    """End one role at this instant: the next request is without it."""

    policy_actions = {"POST": "staff.role.end"}
    refuses = (OwnAccount,)

    @extend_schema(operation_id="staff_role_end", request=None, responses={200: RoleOutput})
    def post(self, request: Request, role_id: UUID) -> Response:
        actor = actor_of(request)
        rows = policy.allowed(actor, "staff.role.end", RoleAssignment.objects.all())
        found = get_object_or_404(rows, pk=role_id)
        end_role(found, actor=actor, now=timezone.now())
        found.refresh_from_db()
        return Response(RoleOutput(found).data)
