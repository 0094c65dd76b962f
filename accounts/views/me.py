"""What a signed-in person asks about themselves, and who may do what for them."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import principals_of
from accounts.families import (
    InviteRefused,
    NotAChild,
    TooManyChildren,
    accept_invite,
    acted_for_by,
    add_child,
    end_own,
    invite_helper,
    who_acts_for,
)
from accounts.models import DelegationKind, IdentityProof, Person, User
from accounts.people import person_of
from accounts.serializers.own_data import (
    ChildInput,
    ChildOutput,
    CodeInput,
    CodeOutput,
    InviteInput,
    MeOutput,
    RelationsOutput,
)
from core import policy
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of
from core.throttles import TooManyTries

NO_STORE = {"Cache-Control": "no-store"}


def me(request: Request) -> Person:
    """Return the caller's own person, whoever they act for: nobody takes another's data away."""
    return person_of(cast("User", request.user), municipality=settings.DEFAULT_MUNICIPALITY)


class MeView(APIView):
    """Who I am here."""

    policy_actions = {"GET": "me.read"}

    @extend_schema(operation_id="me", responses={200: MeOutput})
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
        answer: dict[str, Any] = {
            "person_id": actor.person_id,
            "municipality": actor.municipality,
            "proof_level": actor.proof_level,
            "assurance": actor.assurance,
            "roles": sorted(f"{grant.municipality}:{grant.role}" for grant in actor.roles),
            "actions": sorted(one for one in policy.actions() if policy.may(actor, one)),
            "acts_for": sorted(principals_of(person, now=timezone.now())) if person else [],
            "proofs": IdentityProof.objects.filter(person=person).order_by("-proofed_at")
            if person
            else [],
        }
        return Response(MeOutput(answer).data)


class DelegationsView(APIView):
    """For whom I act, and who acts for me."""

    policy_actions = {"GET": "me.family"}

    @extend_schema(operation_id="me_delegations", responses={200: RelationsOutput})
    def get(self, request: Request) -> Response:
        person, now = me(request), timezone.now()
        answer = {
            "i_act_for": acted_for_by(person, now=now),
            "act_for_me": who_acts_for(person, now=now),
        }
        return Response(RelationsOutput(answer).data)


class DelegationView(APIView):
    """End one relation, from either side."""

    policy_actions = {"DELETE": "me.family"}

    @extend_schema(operation_id="me_delegation_end", request=None, responses={204: None})
    def delete(self, request: Request, delegation_id: UUID) -> Response:
        person, now = me(request), timezone.now()
        if not end_own(person, delegation_id, actor=actor_of(request), now=now):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)


class ChildrenView(APIView):
    """Add a child, whose guardian I am by my own word."""

    policy_actions = {"POST": "me.family"}
    refuses = (NotAChild, TooManyChildren, *KEY_REFUSALS)

    @extend_schema(operation_id="me_child_add", request=ChildInput, responses={201: ChildOutput})
    def post(self, request: Request) -> Response:
        given = ChildInput(data=request.data)
        given.is_valid(raise_exception=True)
        person, now, actor = me(request), timezone.now(), actor_of(request)
        return answer_once(
            request,
            now=now,
            effect=lambda: (
                ChildOutput(add_child(person, **given.validated_data, actor=actor, now=now)).data
            ),
            status=status.HTTP_201_CREATED,
        )


class InvitesView(APIView):
    """Make a code for somebody who is to help me: a secret, so it is stored for nobody."""

    policy_actions = {"POST": "me.family"}

    @extend_schema(
        operation_id="me_helper_invite", request=InviteInput, responses={201: CodeOutput}
    )
    def post(self, request: Request) -> Response:
        given = InviteInput(data=request.data)
        given.is_valid(raise_exception=True)
        kind = DelegationKind(given.validated_data["kind"])
        code = invite_helper(me(request), kind=kind, now=timezone.now())
        return Response({"code": code}, status=status.HTTP_201_CREATED, headers=NO_STORE)


class AcceptInviteView(APIView):
    """Help whoever gave me this code. Wrong codes are counted, so there is no Idempotency-Key."""

    policy_actions = {"POST": "me.family"}
    refuses = (InviteRefused, TooManyTries)

    @extend_schema(operation_id="me_invite_accept", request=CodeInput, responses={204: None})
    def post(self, request: Request) -> Response:
        given = CodeInput(data=request.data)
        given.is_valid(raise_exception=True)
        code, now = given.validated_data["code"], timezone.now()
        accept_invite(me(request), code, actor=actor_of(request), now=now)
        return Response(status=status.HTTP_204_NO_CONTENT)
