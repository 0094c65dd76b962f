"""Admission rounds for the city's own systems: score, run, approve, publish, prove."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from childcare.admission import refusals
from childcare.admission.approving import approve_run, send_back
from childcare.admission.controls import checked
from childcare.admission.draft_rules import draft_effect, rule_sets_to_try
from childcare.admission.overview import newest_run
from childcare.admission.proof import prove
from childcare.admission.publishing import publish_run
from childcare.admission.running import make_run
from childcare.admission.score_alarm import explain_scores
from childcare.admission.seat_alarm import explain_seats
from childcare.admission.what_if import one_more_seat
from childcare.models import Round, Run
from childcare.rule_sets.problems import RuleSetRefused
from childcare.rule_sets_in_force import NoRuleSetInForce
from childcare.score_round import RoundDecided, RoundNotScorable, score_round
from childcare.serializers.rounds import (
    ControlOutput,
    EffectOutput,
    RoundOutput,
    RunOutput,
    RunProofOutput,
    ScoredOutput,
    ScoreReasonInput,
    SendBackInput,
    WhatIfInput,
)
from core import policy
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of

_RUN_REFUSALS = (
    refusals.RoundStillOpen, refusals.RoundIsAnnounced, refusals.RuleSetNotPublished,
    refusals.ScoresMissing, refusals.ScorersDisagree, refusals.ScoresTied,
    refusals.ListsTooLong, refusals.NoSlots, refusals.SeatsUnlikeBefore,
)  # fmt: skip
_PUBLISH_REFUSALS = (
    refusals.ApprovalsMissing, refusals.NotTheSecondPerson, refusals.CertificateRefused,
    refusals.InputsChanged, refusals.CapacityNotReconciled, refusals.PapersNotEntered,
    refusals.ScorersDisagree, refusals.ScoresMissing, refusals.RoundIsAnnounced,
    refusals.ScoresUnlikeBefore, refusals.SeatsUnlikeBefore,
)  # fmt: skip


def rounds_for(request: Any, action: str) -> QuerySet[Round]:
    """Return the rounds on which the caller may do ``action``."""
    rows = Round.objects.select_related("rule_set")
    return policy.allowed(actor_of(request), action, rows)


def _round(request: Request, round_id: UUID, action: str) -> Round:
    return get_object_or_404(rounds_for(request, action), pk=round_id)


def _run(round_: Round) -> Run:
    run = newest_run(round_)
    if run is None:
        raise Http404
    return run


def _with_reason(
    request: Request, run: Run, process: Callable[..., Run], told: type[Serializer[Any]]
) -> Response:
    """Run a process that wants a reason in words."""
    given = told(data=request.data)
    given.is_valid(raise_exception=True)
    reason = given.validated_data["reason"]
    done = process(run, reason=reason, actor=actor_of(request), now=timezone.now())
    return Response(RunOutput(done).data)


class RoundsView(ListAPIView[Round]):
    """The city's rounds, newest first."""

    policy_actions = {"GET": "staff.childcare.round.list"}
    serializer_class = RoundOutput
    queryset = Round.objects.all()

    def get_queryset(self) -> QuerySet[Round]:
        """Return those of the caller's city."""
        return rounds_for(self.request, "staff.childcare.round.read")


class RoundView(APIView):
    """One round with the run that counts."""

    policy_actions = {"GET": "staff.childcare.round.read"}

    @extend_schema(operation_id="admission_round", responses={200: RoundOutput})
    def get(self, request: Request, round_id: UUID) -> Response:
        return Response(RoundOutput(_round(request, round_id, "staff.childcare.round.read")).data)


class RoundScoresView(APIView):
    """Score the round by both methods; the sheets of before are replaced."""

    policy_actions = {"POST": "staff.childcare.round.score"}
    refuses = (NoRuleSetInForce, RoundDecided, RoundNotScorable)

    @extend_schema(operation_id="score_round", request=None, responses={200: ScoredOutput})
    def post(self, request: Request, round_id: UUID) -> Response:
        round_ = _round(request, round_id, "staff.childcare.round.score")
        found = score_round(round_, actor=actor_of(request), now=timezone.now())
        told = {
            "applications": found.applications,
            "sheets": found.sheets,
            "differences": len(found.differences),
        }
        return Response(ScoredOutput(told).data)


class RoundRunView(APIView):
    """Freeze the inputs, place the children and certify; nobody is told."""

    policy_actions = {"POST": "staff.childcare.round.run"}
    refuses = (*_RUN_REFUSALS, *KEY_REFUSALS)

    @extend_schema(operation_id="run_round", request=None, responses={201: RunOutput})
    def post(self, request: Request, round_id: UUID) -> Response:
        round_ = _round(request, round_id, "staff.childcare.round.run")
        now = timezone.now()

        def effect() -> Mapping[str, Any]:
            return RunOutput(make_run(round_, actor=actor_of(request), now=now)).data

        return answer_once(request, effect, now=now, status=201)


class RoundControlsView(APIView):
    """What still stands between the newest run and the notices."""

    policy_actions = {"GET": "staff.childcare.round.read"}

    @extend_schema(operation_id="round_controls", responses={200: ControlOutput(many=True)})
    def get(self, request: Request, round_id: UUID) -> Response:
        run = _run(_round(request, round_id, "staff.childcare.round.read"))
        return Response(ControlOutput(checked(run, now=timezone.now()), many=True).data)


class RoundApprovalView(APIView):
    """Approve the newest run as one of two people."""

    policy_actions = {"POST": "staff.childcare.round.approve"}
    refuses = (
        refusals.NotInThisRunState, refusals.NotTheSecondPerson, refusals.CertificateRefused,
        refusals.SeatsUnlikeBefore,
    )  # fmt: skip

    @extend_schema(operation_id="approve_round", request=None, responses={200: RunOutput})
    def post(self, request: Request, round_id: UUID) -> Response:
        run = _run(_round(request, round_id, "staff.childcare.round.approve"))
        done = approve_run(run, actor=actor_of(request), now=timezone.now())
        return Response(RunOutput(done).data)


class RoundSendBackView(APIView):
    """Take the newest run out of use, with the reason."""

    policy_actions = {"POST": "staff.childcare.round.send_back"}
    refuses = (refusals.NotInThisRunState,)

    @extend_schema(
        operation_id="send_round_back", request=SendBackInput, responses={200: RunOutput}
    )
    def post(self, request: Request, round_id: UUID) -> Response:
        run = _run(_round(request, round_id, "staff.childcare.round.send_back"))
        return _with_reason(request, run, send_back, SendBackInput)


class RoundScoreReasonView(APIView):
    """Write why the scores are right though they are unlike the round before."""

    policy_actions = {"POST": "staff.childcare.round.explain"}
    refuses = (refusals.NotInThisRunState,)

    @extend_schema(
        operation_id="explain_round_scores", request=ScoreReasonInput, responses={200: RunOutput}
    )
    def post(self, request: Request, round_id: UUID) -> Response:
        run = _run(_round(request, round_id, "staff.childcare.round.explain"))
        return _with_reason(request, run, explain_scores, ScoreReasonInput)


class RoundSeatReasonView(APIView):
    """Write why the seats are right though they are far from last year's."""

    policy_actions = {"POST": "staff.childcare.round.explain_seats"}
    refuses = (refusals.RoundIsAnnounced,)

    @extend_schema(
        operation_id="explain_round_seats", request=ScoreReasonInput, responses={200: RoundOutput}
    )
    def post(self, request: Request, round_id: UUID) -> Response:
        round_ = _round(request, round_id, "staff.childcare.round.explain_seats")
        given = ScoreReasonInput(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data["reason"]
        done = explain_seats(round_, reason=reason, actor=actor_of(request), now=timezone.now())
        return Response(RoundOutput(done).data)


class RoundPublicationView(APIView):
    """Tell the families, once; a published round answers what it published."""

    policy_actions = {"POST": "staff.childcare.round.publish"}
    refuses = (*_PUBLISH_REFUSALS, *KEY_REFUSALS)

    @extend_schema(operation_id="publish_round", request=None, responses={200: RunOutput})
    def post(self, request: Request, round_id: UUID) -> Response:
        run = _run(_round(request, round_id, "staff.childcare.round.publish"))
        now = timezone.now()

        def effect() -> Mapping[str, Any]:
            return RunOutput(publish_run(run, actor=actor_of(request), now=now)).data

        return answer_once(request, effect, now=now)


class RoundProofView(APIView):
    """Whether score sheets, snapshot, result and notices still belong together."""

    policy_actions = {"GET": "staff.childcare.round.read"}

    @extend_schema(operation_id="prove_round", responses={200: RunProofOutput})
    def get(self, request: Request, round_id: UUID) -> Response:
        run = _run(_round(request, round_id, "staff.childcare.round.read"))
        return Response(RunProofOutput(prove(run)).data)


class RoundWhatIfView(APIView):
    """What one more seat, or another point table, would change: counts, small ones left out."""

    policy_actions = {"GET": "staff.childcare.round.what_if"}
    refuses = (
        refusals.CertificateRefused, refusals.ScoresTied, RoundNotScorable, RuleSetRefused,
    )  # fmt: skip

    @extend_schema(
        operation_id="round_what_if", parameters=[WhatIfInput], responses={200: EffectOutput}
    )
    def get(self, request: Request, round_id: UUID) -> Response:
        run = _run(_round(request, round_id, "staff.childcare.round.what_if"))
        given = WhatIfInput(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        if "rule_set" in asked:
            draft = get_object_or_404(rule_sets_to_try(run), pk=asked["rule_set"])
            return Response(EffectOutput(draft_effect(run, draft)).data)
        try:
            effect = one_more_seat(run, facility=asked["facility"], class_age=asked["class_age"])
        except KeyError:
            raise Http404 from None
        return Response(EffectOutput(effect).data)
