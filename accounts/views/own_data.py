"""My data by API: consents, who looked, all of it to take away, its erasure."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import session_of
from accounts.consents import PURPOSES, Purpose, TextChanged, UnknownPurpose, decide, has_consented
from accounts.fresh_sign_in import SignInAgain, demand_fresh
from accounts.models import DataExport
from accounts.own_data import (
    StillNeeded,
    as_looks,
    erase,
    export_data,
    look_events,
    reasons_to_keep,
)
from accounts.serializers.own_data import (
    ConsentInput,
    ConsentOutput,
    DataExportOutput,
    ErasureOutput,
    LookOutput,
    ReceiptOutput,
)
from accounts.views.me import NO_STORE, me
from core.idempotency import KEY_REFUSALS, answer_once
from core.models import AuditEvent
from core.permissions import actor_of


class ConsentsView(APIView):
    """What the city asks my consent to, and how I decided."""

    policy_actions = {"GET": "me.data"}

    @extend_schema(operation_id="me_consents", responses={200: ConsentOutput(many=True)})
    def get(self, request: Request) -> Response:
        person = me(request).pk
        told = [_consent(one, is_given=has_consented(person, code)) for code, one in
                PURPOSES.items()]  # fmt: skip
        return Response(ConsentOutput(told, many=True).data)


class ConsentView(APIView):
    """Give or withdraw one consent; the same decision twice is one act."""

    policy_actions = {"PUT": "me.data"}
    refuses = (UnknownPurpose, TextChanged)

    @extend_schema(
        operation_id="me_consent_decide", request=ConsentInput, responses={200: ConsentOutput}
    )
    def put(self, request: Request, purpose: str) -> Response:
        given = ConsentInput(data=request.data)
        given.is_valid(raise_exception=True)
        decide(
            me(request).pk,
            purpose,
            **given.validated_data,
            channel="app",
            actor=actor_of(request),
            now=timezone.now(),
        )
        told = _consent(PURPOSES[purpose], is_given=given.validated_data["is_given"])
        return Response(ConsentOutput(told).data)


class ExportsView(APIView):
    """Collect all that is kept of me; needs a sign-in of the last five minutes."""

    policy_actions = {"GET": "me.data", "POST": "me.data"}
    refuses = (SignInAgain, *KEY_REFUSALS)

    @extend_schema(operation_id="me_exports", responses={200: DataExportOutput(many=True)})
    def get(self, request: Request) -> Response:
        mine = DataExport.objects.filter(person=me(request), expires_at__gt=timezone.now())
        return Response(DataExportOutput(mine.order_by("-made_at"), many=True).data)

    @extend_schema(operation_id="me_export_make", request=None, responses={201: DataExportOutput})
    def post(self, request: Request) -> Response:
        person, now, actor = me(request), timezone.now(), actor_of(request)
        demand_fresh(session_of(request), now=now)
        return answer_once(
            request,
            now=now,
            effect=lambda: DataExportOutput(export_data(person, actor=actor, now=now)).data,
            status=status.HTTP_201_CREATED,
        )


class ExportView(APIView):
    """What was collected, as JSON, to the person alone and for a day."""

    policy_actions = {"GET": "me.data"}
    refuses = (SignInAgain,)

    @extend_schema(operation_id="me_export", responses={200: dict[str, Any]})
    def get(self, request: Request, export_id: UUID) -> Response:
        now = timezone.now()
        mine = DataExport.objects.filter(person=me(request), expires_at__gt=now)
        found = get_object_or_404(mine, pk=export_id)
        demand_fresh(session_of(request), now=now)
        return Response(found.content, headers=NO_STORE)


class ErasureView(APIView):
    """Say what stands in the way of an erasure; erase, and answer with the receipt."""

    policy_actions = {"GET": "me.data", "POST": "me.data"}
    refuses = (SignInAgain, StillNeeded, *KEY_REFUSALS)

    @extend_schema(operation_id="me_erasure", responses={200: ErasureOutput})
    def get(self, request: Request) -> Response:
        reasons = reasons_to_keep(me(request), now=timezone.now())
        return Response({"reasons": [gettext(one) for one in reasons]})

    @extend_schema(operation_id="me_erase", request=None, responses={201: ReceiptOutput})
    def post(self, request: Request) -> Response:
        person, now, actor = me(request), timezone.now(), actor_of(request)
        demand_fresh(session_of(request), now=now)
        return answer_once(
            request,
            now=now,
            effect=lambda: {"receipt": erase(person, actor=actor, now=now)},
            status=status.HTTP_201_CREATED,
        )


class LooksView(ListAPIView[AuditEvent]):
    """Who opened or changed my file, newest first."""

    policy_actions = {"GET": "me.data"}
    serializer_class = LookOutput
    queryset = AuditEvent.objects.none()

    @extend_schema(operation_id="me_audit")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:  # noqa: ARG002
        person = me(request)
        page = self.paginate_queryset(look_events(person)) or []
        return self.get_paginated_response(LookOutput(as_looks(page, person), many=True).data)


def _consent(purpose: Purpose, *, is_given: bool) -> dict[str, object]:
    return {
        "purpose": purpose.code,
        "title": gettext(purpose.title),
        "text": gettext(purpose.text),
        "text_version": purpose.version,
        "is_given": is_given,
    }
