"""News for me by API: the list, what I have read, and how else I want to hear of it."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import PushSubscription
from accounts.notice_choices import (
    NoLineAccount,
    NotAPushService,
    Ways,
    add_browser,
    choose_ways,
    notices_of,
    read_notice,
    ways_of,
)
from accounts.serializers.notices import (
    BrowserInput,
    BrowserOutput,
    NoticeOutput,
    WaysInput,
    WaysOutput,
)
from accounts.views.me import me
from core.models import Notice
from core.notice_channels.web_push import application_server_key
from core.user_agents import device_label


class NoticesView(ListAPIView[Notice]):
    """What is new for me, newest first."""

    policy_actions = {"GET": "me.notices"}
    serializer_class = NoticeOutput
    queryset = Notice.objects.none()

    def get_queryset(self) -> QuerySet[Notice]:
        return notices_of(me(self.request))


class NoticeReadView(APIView):
    """Mark one as read; twice is once."""

    policy_actions = {"POST": "me.notices"}

    @extend_schema(operation_id="me_notice_read", request=None, responses={200: NoticeOutput})
    def post(self, request: Request, notice_id: UUID) -> Response:
        notice = get_object_or_404(notices_of(me(request)), pk=notice_id)
        return Response(NoticeOutput(read_notice(notice, now=timezone.now())).data)


class NoticeWaysView(APIView):
    """How I hear of news outside of the app."""

    policy_actions = {"GET": "me.notices", "PUT": "me.notices"}
    refuses = (NoLineAccount,)

    @extend_schema(operation_id="me_notice_ways", responses={200: WaysOutput})
    def get(self, request: Request) -> Response:
        return Response(_told(ways_of(me(request))))

    @extend_schema(
        operation_id="me_notice_ways_choose", request=WaysInput, responses={200: WaysOutput}
    )
    def put(self, request: Request) -> Response:
        given = WaysInput(data=request.data)
        given.is_valid(raise_exception=True)
        ways = Ways(**given.validated_data)
        choose_ways(me(request), ways, now=timezone.now())
        return Response(_told(ways))


class BrowsersView(APIView):
    """Have this browser told; the same one twice is one."""

    policy_actions = {"POST": "me.notices"}
    refuses = (NotAPushService,)

    @extend_schema(
        operation_id="me_notice_browser_add", request=BrowserInput, responses={201: BrowserOutput}
    )
    def post(self, request: Request) -> Response:
        given = BrowserInput(data=request.data)
        given.is_valid(raise_exception=True)
        made = add_browser(
            me(request),
            **given.validated_data,
            label=device_label(request.headers.get("User-Agent", "")),
            now=timezone.now(),
        )
        return Response(BrowserOutput(made).data, status=status.HTTP_201_CREATED)


class BrowserView(APIView):
    """Have a browser told no longer."""

    policy_actions = {"DELETE": "me.notices"}

    @extend_schema(operation_id="me_notice_browser_remove", request=None, responses={204: None})
    def delete(self, request: Request, browser_id: UUID) -> Response:
        get_object_or_404(PushSubscription, pk=browser_id, person=me(request)).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _told(ways: Ways) -> dict[str, object]:
    return {
        "mail": ways.mail,
        "line": ways.line,
        "web_push": ways.web_push,
        "letter": ways.letter,
        "application_server_key": application_server_key(),
    }
