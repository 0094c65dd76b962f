"""Shapes of the front desk's API."""

from typing import Any

from rest_framework import serializers

from disability_card.offline_log import COUNT_MAX, ENTRIES_MAX
from signing.pack import TEXT_CHARS_MAX


class VerificationInput(serializers.Serializer[Any]):
    """A QR text or a short code; the venue is the device's own."""

    # Longer texts than a QR code holds are refused by the verifier, with a sentence for the desk.
    qr = serializers.CharField(max_length=4 * TEXT_CHARS_MAX, required=False, trim_whitespace=False)
    short_code = serializers.CharField(max_length=20, required=False)
    challenge = serializers.CharField(max_length=40, required=False)
    venue = serializers.CharField(max_length=8, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Demand exactly one of ``qr`` and ``short_code``."""
        if ("qr" in attrs) == ("short_code" in attrs):
            raise serializers.ValidationError("qr or short_code", code="one-of")
        return attrs


class NameToCheckOutput(serializers.Serializer[Any]):
    """A paper card's name, to be compared with the person's word."""

    name = serializers.CharField()
    birth_year = serializers.IntegerField()


class PriceOutput(serializers.Serializer[Any]):
    """What one person pays."""

    kind = serializers.ChoiceField(choices=["free", "price", "percent_off", "none"])
    yen = serializers.IntegerField(allow_null=True)
    percent_off = serializers.IntegerField(allow_null=True)


class AnswerOutput(serializers.Serializer[Any]):
    """What this venue gives."""

    outcome = serializers.ChoiceField(choices=["discount", "needs-details", "no-benefit"])
    benefit_id = serializers.UUIDField(required=False)
    title = serializers.CharField(required=False)
    text = serializers.CharField(required=False)
    usual_yen = serializers.IntegerField(allow_null=True, required=False)
    holder = PriceOutput(required=False)
    caregivers = serializers.IntegerField(required=False)
    caregiver = PriceOutput(required=False, allow_null=True)


class VerificationOutput(serializers.Serializer[Any]):
    """The verdict in the published form, and this venue's answer or the next step."""

    outcome = serializers.ChoiceField(choices=["accepted", "refused"])
    code = serializers.CharField()
    level = serializers.ChoiceField(choices=["green", "amber"], allow_null=True)
    medium = serializers.ChoiceField(choices=["phone", "paper"], allow_null=True)
    presenter = serializers.ChoiceField(choices=["holder", "guardian"], allow_null=True)
    discount_class = serializers.IntegerField(allow_null=True)
    caregivers = serializers.IntegerField(allow_null=True)
    name_to_check = NameToCheckOutput(allow_null=True)
    as_of = serializers.DateTimeField(allow_null=True)
    title = serializers.CharField(required=False)
    next_step = serializers.CharField(required=False)
    answer = AnswerOutput(allow_null=True)


class ChallengeOutput(serializers.Serializer[Any]):
    """What the counter shows as a QR code, and the challenge inside it."""

    text = serializers.CharField()
    challenge = serializers.CharField()
    expires_at = serializers.DateTimeField()


class BundleOutput(serializers.Serializer[Any]):
    """See docs/card-format."""

    format = serializers.CharField()
    trust_list = serializers.CharField()
    root_rolls = serializers.ListField(child=serializers.CharField())
    bundle = serializers.CharField()


class OfflineEntryInput(serializers.Serializer[Any]):
    """So many scans in one hour."""

    hour = serializers.DateTimeField()
    outcome = serializers.CharField(max_length=40)
    medium = serializers.ChoiceField(choices=["", "phone", "paper"])
    count = serializers.IntegerField(min_value=1, max_value=COUNT_MAX)


class OfflineLogInput(serializers.Serializer[Any]):
    """Counts made without a network; ``id`` is made by the device and counts once."""

    id = serializers.UUIDField()
    entries = serializers.ListField(
        child=OfflineEntryInput(), allow_empty=False, max_length=ENTRIES_MAX
    )


class OfflineLogOutput(serializers.Serializer[Any]):
    """Whether the log was new."""

    is_new = serializers.BooleanField()


class ShortCodeInput(serializers.Serializer[Any]):
    """The QR text that the phone would show."""

    qr = serializers.CharField(max_length=TEXT_CHARS_MAX, trim_whitespace=False)


class ShortCodeOutput(serializers.Serializer[Any]):
    """Eight characters to say aloud."""

    code = serializers.CharField()
    expires_at = serializers.DateTimeField()
