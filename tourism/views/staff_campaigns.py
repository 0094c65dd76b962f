"""Campaigns for the city's staff: list, make, change, hand on, review, publish, pause, close."""

from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role, User
from core import policy
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of
from tourism.campaign_editing import (
    CampaignChanged,
    NotADraft,
    SecondPersonNeeded,
    SlugTaken,
    WrongState,
    edit_campaign,
    make_campaign,
    review_campaign,
    send_back_campaign,
    submit_campaign,
)
from tourism.campaign_plan import PLAN_FAULTS, check_plan
from tourism.campaign_preview import preview
from tourism.models import Campaign
from tourism.serializers.campaigns import (
    CampaignInput,
    CampaignOutput,
    NoteInput,
    PlanShape,
    PreviewOutput,
)

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True)


def campaigns_for(request: Any, action: str) -> QuerySet[Campaign]:
    """Return the campaigns on which the caller may do ``action``."""
    return policy.allowed(actor_of(request), action, Campaign.objects.all())


def city_of(request: Any) -> str:
    """Return the city in which the caller runs campaigns."""
    return min(actor_of(request).cities_of(Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER))


class CampaignsView(ListAPIView[Campaign]):
    """The city's campaigns, newest first; make a draft."""

    policy_actions = {"GET": "campaign.list", "POST": "campaign.make"}
    refuses = (*PLAN_FAULTS, SlugTaken, *KEY_REFUSALS)
    serializer_class = CampaignOutput
    queryset = Campaign.objects.all()

    def get_queryset(self) -> QuerySet[Campaign]:
        """Return those of the caller's city."""
        return campaigns_for(self.request, "campaign.list").order_by("-pk")

    @extend_schema(
        operation_id="make_campaign", request=CampaignInput, responses={201: CampaignOutput}
    )
    def post(self, request: Request) -> Response:
        """Keep a draft; the first fault of its plan is the answer otherwise."""
        given = CampaignInput(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()

        def make() -> dict[str, Any]:
            made = make_campaign(
                given.campaign_plan(),
                municipality=city_of(request),
                slug=given.validated_data["slug"],
                text=given.campaign_text(),
                made_by=cast("User", request.user),
                actor=actor_of(request),
                now=now,
            )
            return dict(CampaignOutput(made).data)

        return answer_once(request, make, now=now, status=status.HTTP_201_CREATED)


class CampaignView(APIView):
    """One campaign; change a draft."""

    policy_actions = {"GET": "campaign.list", "PUT": "campaign.edit"}
    refuses = (*PLAN_FAULTS, NotADraft, CampaignChanged)

    @extend_schema(operation_id="staff_campaign", responses={200: CampaignOutput})
    def get(self, request: Request, campaign_id: UUID) -> Response:
        found = get_object_or_404(campaigns_for(request, "campaign.list"), pk=campaign_id)
        return Response(CampaignOutput(found).data, headers={"ETag": f'"{found.version}"'})

    @extend_schema(
        operation_id="edit_campaign",
        request=CampaignInput,
        responses={200: CampaignOutput},
        parameters=[IF_MATCH],
    )
    def put(self, request: Request, campaign_id: UUID) -> Response:
        """Change a draft that is still as ``If-Match`` says; its slug stays."""
        found = get_object_or_404(campaigns_for(request, "campaign.edit"), pk=campaign_id)
        given = CampaignInput(data=request.data)
        given.is_valid(raise_exception=True)
        named = request.headers.get("If-Match", "").strip('"')
        edited = edit_campaign(
            found,
            given.campaign_plan(),
            text=given.campaign_text(),
            version=int(named) if named.isascii() and named.isdigit() else 0,
            made_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(CampaignOutput(edited).data, headers={"ETag": f'"{edited.version}"'})


class PreviewView(APIView):
    """What a plan would give, before it is kept."""

    policy_actions = {"POST": "campaign.make"}
    refuses = PLAN_FAULTS

    @extend_schema(
        operation_id="preview_campaign", request=PlanShape, responses={200: PreviewOutput}
    )
    def post(self, request: Request) -> Response:
        given = PlanShape(data=request.data)
        given.is_valid(raise_exception=True)
        plan = given.plan()
        check_plan(plan)
        return Response(PreviewOutput(preview(plan), context={"plan": plan}).data)


class SubmitCampaignView(APIView):
    """Hand a draft to the second person."""

    policy_actions = {"POST": "campaign.edit"}
    refuses = (WrongState, *PLAN_FAULTS)

    @extend_schema(operation_id="submit_campaign", request=None, responses={200: CampaignOutput})
    def post(self, request: Request, campaign_id: UUID) -> Response:
        found = get_object_or_404(campaigns_for(request, "campaign.edit"), pk=campaign_id)
        done = submit_campaign(found, actor=actor_of(request), now=timezone.now())
        return Response(CampaignOutput(done).data)


class ReviewCampaignView(APIView):
    """Accept a campaign as the second person."""

    policy_actions = {"POST": "campaign.review"}
    refuses = (WrongState, SecondPersonNeeded, *PLAN_FAULTS)

    @extend_schema(operation_id="review_campaign", request=None, responses={200: CampaignOutput})
    def post(self, request: Request, campaign_id: UUID) -> Response:
        found = get_object_or_404(campaigns_for(request, "campaign.review"), pk=campaign_id)
        done = review_campaign(
            found,
            reviewed_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(CampaignOutput(done).data)


class SendBackCampaignView(APIView):
    """Give a campaign back to who made it, with the reason."""

    policy_actions = {"POST": "campaign.review"}
    refuses = (WrongState, SecondPersonNeeded)

    @extend_schema(
        operation_id="send_back_campaign", request=NoteInput, responses={200: CampaignOutput}
    )
    def post(self, request: Request, campaign_id: UUID) -> Response:
        found = get_object_or_404(campaigns_for(request, "campaign.review"), pk=campaign_id)
        given = NoteInput(data=request.data)
        given.is_valid(raise_exception=True)
        back = send_back_campaign(
            found,
            note=given.validated_data["note"],
            sent_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(CampaignOutput(back).data)
