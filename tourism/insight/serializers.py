"""The four answers as JSON. A question that may not be answered has no number in it."""

from typing import Any

from rest_framework import serializers

from tourism.insight.answers import Told
from tourism.models.visitors import AgeBand, Origin, Party


class ChosenInput(serializers.Serializer[Any]):
    """Whom to count; a value may stand several times, none means everybody."""

    origin = serializers.MultipleChoiceField(choices=Origin.choices, required=False)
    age_band = serializers.MultipleChoiceField(choices=AgeBand.choices, required=False)
    party = serializers.MultipleChoiceField(choices=Party.choices, required=False)


class OriginInput(serializers.Serializer[Any]):
    """From where; none means from everywhere."""

    origin = serializers.MultipleChoiceField(choices=Origin.choices, required=False)


class _Told(serializers.Serializer[Any]):
    told = serializers.ChoiceField(choices=[(one.value, one.value) for one in Told])


class PartOutput(serializers.Serializer[Any]):
    """At least ten people, rounded to five; `others` where several values were joined."""

    key = serializers.ListField(child=serializers.CharField(), help_text="origin, age band, party")
    people = serializers.IntegerField()


class WhoCameOutput(_Told):
    people = serializers.IntegerField()
    parts = PartOutput(many=True)


class StepOutput(serializers.Serializer[Any]):
    first = serializers.CharField(help_text="kind of the first shop")
    following = serializers.CharField(help_text="kind of the next shop; `none`: no further coupon")
    people = serializers.IntegerField()


class WhatNextOutput(_Told):
    people = serializers.IntegerField()
    went_on = serializers.IntegerField()
    steps = StepOutput(many=True)


class DifferenceOutput(serializers.Serializer[Any]):
    """Yen a person, in steps of five, with an interval of 95 %."""

    yen = serializers.IntegerField()
    low_yen = serializers.IntegerField()
    high_yen = serializers.IntegerField()
    with_yen = serializers.IntegerField()
    without_yen = serializers.IntegerField()
    is_sure = serializers.BooleanField()


class AddedSpendingOutput(_Told):
    difference = DifferenceOutput(allow_null=True)


class InviteeOutput(serializers.Serializer[Any]):
    key = serializers.ListField(child=serializers.CharField(), help_text="origin, age band, party")
    people = serializers.IntegerField()
    own_yen_each = serializers.IntegerField()
    own_percent_of_coupon = serializers.IntegerField()


class WhomToInviteOutput(_Told):
    invitees = InviteeOutput(many=True)


class ExportOutput(serializers.Serializer[Any]):
    made_at = serializers.DateTimeField()
    people = serializers.IntegerField()
    visits = serializers.IntegerField()
