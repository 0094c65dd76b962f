"""Shapes of the news in the app, and of the ways to hear of it."""

from typing import Any

from rest_framework import serializers

from core.models import Notice


class NoticeOutput(serializers.ModelSerializer[Notice]):
    """There is news at ``link``; what it is stands there."""

    class Meta:
        model = Notice
        fields = ["id", "kind", "link", "created_at", "read_at"]


class WaysInput(serializers.Serializer[Any]):
    """The ways to hear of news; in the app it stands anyway."""

    mail = serializers.BooleanField()
    line = serializers.BooleanField()
    web_push = serializers.BooleanField()
    letter = serializers.BooleanField()


class WaysOutput(WaysInput):
    """My ways, and the key with which a browser subscribes."""

    application_server_key = serializers.CharField(
        help_text="empty where this installation tells no browsers"
    )


class BrowserInput(serializers.Serializer[Any]):
    """What the browser's ``PushSubscription`` gives."""

    endpoint = serializers.CharField(max_length=1_000)
    p256dh = serializers.CharField(max_length=100)
    auth = serializers.CharField(max_length=40)


class BrowserOutput(serializers.Serializer[Any]):
    """A browser that will be told."""

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # a label of its own
    created_at = serializers.DateTimeField()
