"""What staff do with people: find them with a reason, serve them, make two records one."""

from typing import cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.counter import OwnCounter, end_session, serve_person
from accounts.merging import NotTheSamePerson, merge_people
from accounts.models import CounterSession, Person, User
from accounts.people import set_protective_block
from accounts.people_search import people_open_to, record_reading, search_people
from accounts.serializers.staff import (
    CounterInput,
    CounterOutput,
    OtherPersonInput,
    PersonOutput,
    PersonSearchInput,
)
from accounts.views.me import NO_STORE
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of
from core.throttles import TooManyTries


def person_for(request: Request, action: str, person_id: UUID) -> Person:
    """Return a person on whom the officer may do ``action``; another city's is not found."""
    people = people_open_to(actor_of(request), action).select_related("user")
    return get_object_or_404(people, pk=person_id)


class PeopleSearchView(APIView):
    """Find people. POST, so that no name stands in an address; who asked why is recorded."""

    policy_actions = {"POST": "staff.person.search"}
    refuses = (TooManyTries,)

    @extend_schema(
        operation_id="staff_people_search",
        request=PersonSearchInput,
        responses={200: PersonOutput(many=True)},
    )
    def post(self, request: Request) -> Response:
        given = PersonSearchInput(data=request.data)
        given.is_valid(raise_exception=True)
        found = search_people(actor_of(request), **given.validated_data, now=timezone.now())
        return Response(PersonOutput(found, many=True).data, headers=NO_STORE)


class StaffPersonView(APIView):
    """One person; reading is recorded, and the person sees that it was."""

    policy_actions = {"GET": "staff.person.read"}

    @extend_schema(operation_id="staff_person", responses={200: PersonOutput})
    def get(self, request: Request, person_id: UUID) -> Response:
        person = person_for(request, "staff.person.read", person_id)
        record_reading(person, actor=actor_of(request), now=timezone.now())
        return Response(PersonOutput(person).data, headers=NO_STORE)


class MergeView(APIView):
    """Make another record of the same person one with this, which stays."""

    policy_actions = {"POST": "staff.person.merge"}
    refuses = (NotTheSamePerson, *KEY_REFUSALS)

    @extend_schema(
        operation_id="staff_person_merge", request=OtherPersonInput, responses={200: PersonOutput}
    )
    def post(self, request: Request, person_id: UUID) -> Response:
        kept = person_for(request, "staff.person.merge", person_id)
        given = OtherPersonInput(data=request.data)
        given.is_valid(raise_exception=True)
        gone = person_for(request, "staff.person.merge", given.validated_data["other"])
        now, actor = timezone.now(), actor_of(request)

        def effect() -> dict[str, object]:
            merge_people(kept, gone, actor=actor, now=now)
            kept.refresh_from_db()
            return dict(PersonOutput(kept).data)

        return answer_once(request, now=now, effect=effect)


class ProtectView(APIView):
    """Keep another person from seeing or acting for this one (支援措置)."""

    policy_actions = {"POST": "staff.person.protect"}

    @extend_schema(
        operation_id="staff_person_protect", request=OtherPersonInput, responses={204: None}
    )
    def post(self, request: Request, person_id: UUID) -> Response:
        person = person_for(request, "staff.person.protect", person_id)
        given = OtherPersonInput(data=request.data)
        given.is_valid(raise_exception=True)
        other = person_for(request, "staff.person.protect", given.validated_data["other"])
        officer, actor = cast("User", request.user), actor_of(request)
        set_protective_block(person, blocked=other, set_by=officer, actor=actor, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class CounterSessionsView(APIView):
    """Begin to act for who stands at the counter: fifteen minutes, and the person is told."""

    policy_actions = {"POST": "staff.counter"}
    refuses = (OwnCounter, *KEY_REFUSALS)
    names_a_row_in_its_body = True

    @extend_schema(
        operation_id="staff_counter_begin", request=CounterInput, responses={201: CounterOutput}
    )
    def post(self, request: Request) -> Response:
        given = CounterInput(data=request.data)
        given.is_valid(raise_exception=True)
        person = person_for(request, "staff.counter", given.validated_data["person_id"])
        officer, actor, now = cast("User", request.user), actor_of(request), timezone.now()
        document = given.validated_data["document"]
        return answer_once(
            request,
            now=now,
            effect=lambda: (
                CounterOutput(
                    serve_person(person, officer=officer, document=document, actor=actor, now=now)
                ).data
            ),
            status=status.HTTP_201_CREATED,
        )


class CounterSessionEndView(APIView):
    """End one's own counter session before its time; twice is once."""

    policy_actions = {"POST": "staff.counter"}

    @extend_schema(operation_id="staff_counter_end", request=None, responses={200: CounterOutput})
    def post(self, request: Request, counter_session_id: UUID) -> Response:
        mine = CounterSession.objects.filter(officer=cast("User", request.user))
        session = get_object_or_404(mine, pk=counter_session_id)
        end_session(session, actor=actor_of(request), now=timezone.now())
        session.refresh_from_db()
        return Response(CounterOutput(session).data)
