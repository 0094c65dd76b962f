"""Shapes of what staff do with people and accounts."""

from typing import Any

from rest_framework import serializers

from accounts.counter import DOCUMENTS
from accounts.models import AccountRecovery, CounterSession, Person, Role, RoleAssignment
from accounts.people_search import REASONS


class PersonSearchInput(serializers.Serializer[Any]):
    """One whole way to find somebody, and why: a list of everybody is not one."""

    name = serializers.CharField(max_length=100, required=False, default="")
    birth_date = serializers.DateField(required=False, allow_null=True, default=None)
    email = serializers.EmailField(required=False, default="")
    reason = serializers.ChoiceField(choices=REASONS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Demand name and birth date, or an address."""
        if not (attrs["name"] and attrs["birth_date"]) and not attrs["email"]:
            raise serializers.ValidationError({"name": "name and birth_date, or email"})
        return attrs


class PersonOutput(serializers.Serializer[Any]):
    """A person as the city's staff see them."""

    id = serializers.UUIDField()
    municipality = serializers.CharField()
    user_id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    name_kana = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)
    address = serializers.CharField()
    proof_level = serializers.IntegerField()
    email = serializers.SerializerMethodField()
    is_locked = serializers.SerializerMethodField()

    def get_email(self, person: Person) -> str:
        """Return the account's address; empty without an account."""
        return person.user.email if person.user else ""

    def get_is_locked(self, person: Person) -> bool:
        """Say whether nobody can sign in to the account."""
        return person.user is not None and not person.user.is_active


class OtherPersonInput(serializers.Serializer[Any]):
    """Another person of the same city."""

    other = serializers.UUIDField()


class UserOutput(serializers.Serializer[Any]):
    """An account after a change."""

    user_id = serializers.UUIDField()
    is_locked = serializers.BooleanField()
    ended_sign_ins = serializers.IntegerField()


class RecoveryInput(serializers.Serializer[Any]):
    """Which document was seen, and the new address where the old one is lost too."""

    document = serializers.ChoiceField(choices=DOCUMENTS)
    new_email = serializers.EmailField(required=False, default="")


class RecoveryOutput(serializers.ModelSerializer[AccountRecovery]):
    """A recovery that waits for a second officer, or has been approved."""

    class Meta:
        model = AccountRecovery
        fields = ["id", "user_id", "document", "requested_at", "approved_at"]


class RoleInput(serializers.Serializer[Any]):
    """A role for an account of the caller's city."""

    user_id = serializers.UUIDField()
    role = serializers.ChoiceField(choices=Role.choices)


class RoleOutput(serializers.ModelSerializer[RoleAssignment]):
    """One role of one account; ``valid_to`` is the first instant without it."""

    class Meta:
        model = RoleAssignment
        fields = ["id", "user_id", "role", "municipality", "scope", "valid_from", "valid_to"]


class CounterInput(serializers.Serializer[Any]):
    """Whom staff serve, and which document they were shown."""

    person_id = serializers.UUIDField()
    document = serializers.ChoiceField(choices=DOCUMENTS)


class CounterOutput(serializers.ModelSerializer[CounterSession]):
    """A counter session; name it in the header ``Kaiteki-Counter-Session``."""

    class Meta:
        model = CounterSession
        fields = ["id", "person_id", "started_at", "ends_at", "ended_at"]
