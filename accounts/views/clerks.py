"""Who stands at a till: the till asks, the owner decides."""

from typing import cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import device_of
from accounts.clerk_pins import (
    CLERK_HEADER,
    PinRefused,
    PinTooEasy,
    clerks_of,
    end_clerk_session,
    open_clerk_session,
    pin_of,
    set_pin,
)
from accounts.members import (
    OwnerNeeded,
    RoleOfAnother,
    add_member,
    end_membership,
    members_now,
    organisations_of_mine,
)
from accounts.models import Membership, OrganisationRole, User
from accounts.serializers.clerks import (
    ClerkOutput,
    ClerkSessionOutput,
    MemberOutput,
    NewMemberInput,
    NewPinInput,
    PinInput,
)
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of

NO_STORE = {"Cache-Control": "no-store"}


class ClerksView(APIView):
    """Who may stand at the calling device now."""

    policy_actions = {"GET": "device.clerk"}

    @extend_schema(operation_id="device_clerks", responses={200: ClerkOutput(many=True)})
    def get(self, request: Request) -> Response:
        rows = clerks_of(device_of(request), now=timezone.now())
        return Response(ClerkOutput(rows, many=True).data, headers=NO_STORE)


class ClerkSessionsView(APIView):
    """Begin a shift by a PIN. Wrong PINs are counted, so there is no Idempotency-Key."""

    policy_actions = {"POST": "device.clerk"}
    refuses = (PinRefused,)

    @extend_schema(
        operation_id="device_clerk_begin", request=PinInput, responses={201: ClerkSessionOutput}
    )
    def post(self, request: Request) -> Response:
        given = PinInput(data=request.data)
        given.is_valid(raise_exception=True)
        new = open_clerk_session(
            device_of(request),
            **given.validated_data,
            actor=actor_of(request),
            now=timezone.now(),
        )
        answer = {"token": new.token, "ends_at": new.session.ends_at}
        return Response(
            ClerkSessionOutput(answer).data, status=status.HTTP_201_CREATED, headers=NO_STORE
        )


class ClerkSessionEndView(APIView):
    """End the shift that the header names."""

    policy_actions = {"POST": "device.clerk"}

    @extend_schema(
        operation_id="device_clerk_end",
        request=None,
        responses={204: None},
        parameters=[OpenApiParameter(CLERK_HEADER, str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request) -> Response:
        token = request.headers.get(CLERK_HEADER, "")
        end_clerk_session(device_of(request), token, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class MembersView(APIView):
    """Who works for my organisations now; let somebody more."""

    policy_actions = {"GET": "organisation.member.list", "POST": "organisation.member.add"}
    refuses = (RoleOfAnother, *KEY_REFUSALS)
    names_a_row_in_its_body = True

    @extend_schema(operation_id="organisation_members", responses={200: MemberOutput(many=True)})
    def get(self, request: Request) -> Response:
        rows = members_now(actor_of(request), "organisation.member.list", now=timezone.now())
        return Response(MemberOutput([_member(one) for one in rows], many=True).data)

    @extend_schema(
        operation_id="organisation_member_add",
        request=NewMemberInput,
        responses={201: MemberOutput},
    )
    def post(self, request: Request) -> Response:
        given = NewMemberInput(data=request.data)
        given.is_valid(raise_exception=True)
        actor, now, asked = actor_of(request), timezone.now(), given.validated_data
        organisation = get_object_or_404(organisations_of_mine(actor), pk=asked["organisation_id"])
        role = OrganisationRole(asked["role"])

        def effect() -> dict[str, object]:
            made = add_member(organisation, email=asked["email"], role=role, actor=actor, now=now)
            return dict(MemberOutput(_member(made)).data)

        return answer_once(request, now=now, effect=effect, status=status.HTTP_201_CREATED)


class MemberEndView(APIView):
    """End that somebody works there, at once."""

    policy_actions = {"POST": "organisation.member.end"}
    refuses = (OwnerNeeded,)

    @extend_schema(operation_id="organisation_member_end", request=None, responses={204: None})
    def post(self, request: Request, membership_id: UUID) -> Response:
        actor, now = actor_of(request), timezone.now()
        mine = members_now(actor, "organisation.member.end", now=now)
        end_membership(get_object_or_404(mine, pk=membership_id), actor=actor, now=now)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MemberPinView(APIView):
    """Give a member of mine a new PIN; their open shifts end."""

    policy_actions = {"PUT": "organisation.member.pin"}
    refuses = (PinTooEasy,)

    @extend_schema(
        operation_id="organisation_member_pin", request=NewPinInput, responses={200: MemberOutput}
    )
    def put(self, request: Request, membership_id: UUID) -> Response:
        mine = members_now(actor_of(request), "organisation.member.pin", now=timezone.now())
        member = get_object_or_404(mine, pk=membership_id)
        given = NewPinInput(data=request.data)
        given.is_valid(raise_exception=True)
        set_pin(
            member,
            **given.validated_data,
            set_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(MemberOutput(_member(member)).data)


def _member(row: Membership) -> dict[str, object]:
    pin = pin_of(row)
    return {
        "id": row.pk,
        "organisation_id": row.organisation_id,
        "email": row.user.email,
        "role": row.role,
        "place_id": row.place_id,
        "has_pin": pin is not None,
        "is_locked": pin is not None and pin.is_locked,
    }
