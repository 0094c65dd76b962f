"""Shapes of what a person asks about themselves."""

from typing import Any

from rest_framework import serializers

from accounts.models import DataExport, DelegationKind, IdentityProof


class ProofOutput(serializers.ModelSerializer[IdentityProof]):
    """How and when the person's identity was proved; never by what."""

    class Meta:
        model = IdentityProof
        fields = ["level", "source", "proofed_at", "valid_until"]


class MeOutput(serializers.Serializer[Any]):
    """Who I am here: my person, my roles, what I may do, for whom I may act."""

    person_id = serializers.UUIDField(allow_null=True)
    municipality = serializers.CharField()
    proof_level = serializers.IntegerField()
    assurance = serializers.IntegerField(help_text="2: signed in with a second factor")
    roles = serializers.ListField(child=serializers.CharField())
    actions = serializers.ListField(child=serializers.CharField())
    acts_for = serializers.ListField(child=serializers.UUIDField())
    proofs = ProofOutput(many=True)


class RelationOutput(serializers.Serializer[Any]):
    """One delegation as one of its two people sees it."""

    id = serializers.UUIDField(source="pk")
    person_id = serializers.UUIDField(source="other")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=DelegationKind.choices)
    until = serializers.DateTimeField(allow_null=True)
    may_end = serializers.BooleanField()


class RelationsOutput(serializers.Serializer[Any]):
    """For whom I act, and who acts for me."""

    i_act_for = RelationOutput(many=True)
    act_for_me = RelationOutput(many=True)


class ChildInput(serializers.Serializer[Any]):
    """A child whom I add by my own word."""

    name = serializers.CharField(max_length=60)
    birth_date = serializers.DateField()


class ChildOutput(serializers.Serializer[Any]):
    """The child's person."""

    person_id = serializers.UUIDField(source="pk")


class InviteInput(serializers.Serializer[Any]):
    """As what somebody is to help me."""

    kind = serializers.ChoiceField(
        choices=[one for one in DelegationKind.choices if one[0] != DelegationKind.GUARDIAN]
    )


class CodeOutput(serializers.Serializer[Any]):
    """A code to pass on, shown once."""

    code = serializers.CharField()


class CodeInput(serializers.Serializer[Any]):
    """A code that somebody gave me."""

    code = serializers.CharField(max_length=40)


class ConsentOutput(serializers.Serializer[Any]):
    """One purpose, and whether I consent to it now."""

    purpose = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    text_version = serializers.CharField()
    is_given = serializers.BooleanField()


class ConsentInput(serializers.Serializer[Any]):
    """My decision, on the text of this version."""

    is_given = serializers.BooleanField()
    text_version = serializers.CharField(max_length=20)


class DataExportOutput(serializers.ModelSerializer[DataExport]):
    """My data, collected; readable until ``expires_at``."""

    class Meta:
        model = DataExport
        fields = ["id", "made_at", "expires_at"]


class ErasureOutput(serializers.Serializer[Any]):
    """Why something must stay; empty where all may go."""

    reasons = serializers.ListField(child=serializers.CharField())


class ReceiptOutput(serializers.Serializer[Any]):
    """The receipt of an erasure."""

    receipt = serializers.CharField()


class LookOutput(serializers.Serializer[Any]):
    """One time that somebody opened or changed my file; never the officer's name."""

    at = serializers.DateTimeField()
    action = serializers.CharField()
    who = serializers.ChoiceField(choices=["self", "staff", "device", "system", "other"])
    reason = serializers.CharField()
