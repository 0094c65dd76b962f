"""Shapes of shops: applications, shops as staff see them, and a shop's own view of itself."""

from typing import Any

from rest_framework import serializers

from accounts.models import Device, Membership
from tourism.models import Shop, ShopApplication, ShopBankAccount, ShopKind
from tourism.shop_applications import BankFields, ShopForm
from tourism.statements import masked
from tourism.zengin import AccountKind

KINDS = [(kind.value, kind.name.lower()) for kind in AccountKind]
_TIME = serializers.RegexField(r"\A(?:[01]\d|2[0-3]):[0-5]\d\Z", required=False, default="")


class BankInput(serializers.Serializer[Any]):
    """A bank account as the bank book has it; the names are compared with the codes."""

    bank_code = serializers.CharField(max_length=4)
    branch_code = serializers.CharField(max_length=3)
    kind = serializers.ChoiceField(choices=KINDS, default=AccountKind.ORDINARY.value)
    number = serializers.CharField(max_length=8)
    holder_kana = serializers.CharField(max_length=60)
    bank_name = serializers.CharField(max_length=60, allow_blank=True, default="")
    branch_name = serializers.CharField(max_length=60, allow_blank=True, default="")

    def fields_of(self) -> BankFields:
        """Return what was sent."""
        return BankFields(**self.validated_data)


class ShopInput(serializers.Serializer[Any]):
    """What a shop writes about itself."""

    shop_name = serializers.CharField(max_length=120)
    shop_kana = serializers.CharField(max_length=120, allow_blank=True, default="")
    kind = serializers.ChoiceField(choices=ShopKind.choices)
    address = serializers.CharField(max_length=200)
    phone = serializers.CharField(max_length=20)
    contact_name = serializers.CharField(max_length=60)
    email = serializers.EmailField(max_length=200)
    corporate_number = serializers.CharField(max_length=13, allow_blank=True, default="")
    is_local = serializers.BooleanField(default=True)
    open_days = serializers.RegexField(
        r"\A[月火水木金土日]{0,7}\Z", required=False, allow_blank=True, default=""
    )
    opens = _TIME
    closes = serializers.RegexField(r"\A(?:[01]\d|2[0-3]):[0-5]\d\Z", required=False, default="")
    bank = BankInput()

    def form(self) -> ShopForm:
        """Return what was sent; :class:`ContactIncomplete` and its like where it cannot be."""
        given = dict(self.validated_data)
        bank = BankFields(**given.pop("bank"))
        return ShopForm(**(given | {"kind": ShopKind(given["kind"]), "bank": bank}))


class AppliedOutput(serializers.ModelSerializer[ShopApplication]):
    """The number that a shop says on the phone."""

    class Meta:
        model = ShopApplication
        fields = ["reference", "state", "applied_at"]


class ApplicationOutput(serializers.ModelSerializer[ShopApplication]):
    """An application as staff read it."""

    contact = serializers.SerializerMethodField()

    class Meta:
        model = ShopApplication
        fields = [
            "id",
            "reference",
            "state",
            "shop_name",
            "kind",
            "applied_at",
            "decided_at",
            "decision_note",
            "shop",
            "contact",
        ]

    def get_contact(self, application: ShopApplication) -> dict[str, str]:
        return {
            name: str(application.content[name])
            for name in ("address", "phone", "contact_name", "email", "corporate_number")
        }


class AccountOutput(serializers.ModelSerializer[ShopBankAccount]):
    """An account at a shop: masked, whoever reads it."""

    shown = serializers.SerializerMethodField()

    class Meta:
        model = ShopBankAccount
        fields = ["id", "state", "shown", "proposed_at", "approved_at", "counts_from"]

    def get_shown(self, account: ShopBankAccount) -> str:
        return masked(account.account)


class ShopOutput(serializers.ModelSerializer[Shop]):
    """A shop."""

    name = serializers.CharField(source="place.name")
    address = serializers.CharField(source="place.address")

    class Meta:
        model = Shop
        fields = [
            "id",
            "number",
            "name",
            "address",
            "kind",
            "is_local",
            "state",
            "state_since",
            "state_reason",
        ]


class ShopStateInput(serializers.Serializer[Any]):
    """Where a shop goes, and why."""

    state = serializers.ChoiceField(choices=["active", "suspended", "left"])
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class TillInput(serializers.Serializer[Any]):
    """What a till is called."""

    name = serializers.CharField(max_length=60)


class TillOutput(serializers.ModelSerializer[Device]):
    """A till of the shop."""

    class Meta:
        model = Device
        fields = ["id", "name", "created_at", "last_seen_at", "setup_expires_at"]


class NewTillOutput(TillOutput):
    """A till and its one-time set-up token, in clear for this once."""

    setup_token = serializers.CharField()

    class Meta(TillOutput.Meta):
        fields = [*TillOutput.Meta.fields, "setup_token"]


class ClerkInput(serializers.Serializer[Any]):
    """The address by which a clerk signs in."""

    email = serializers.EmailField(max_length=200)


class ShopMemberOutput(serializers.ModelSerializer[Membership]):
    """Somebody who works for the shop."""

    email = serializers.EmailField(source="user.email")

    class Meta:
        model = Membership
        fields = ["id", "email", "role", "valid_from"]
