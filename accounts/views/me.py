"""What a signed-in person asks about themselves."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import principals_of
from accounts.models import Person
from accounts.serializers import MeOutput
from core.permissions import actor_of


class MeView(APIView):
    """Who I am here."""

    policy_actions = {"GET": "me.read"}

    @extend_schema(operation_id="me", responses={200: MeOutput})
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
        acts_for = principals_of(person, now=timezone.now()) if person else frozenset()
        answer = {
            "person_id": actor.person_id,
            "municipality": actor.municipality,
            "proof_level": actor.proof_level,
            "roles": sorted(f"{grant.municipality}:{grant.role}" for grant in actor.roles),
            "acts_for": sorted(acts_for),
        }
        return Response(MeOutput(answer).data)
