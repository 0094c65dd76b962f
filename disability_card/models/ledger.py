"""The handbook ledger (手帳台帳) as the city keeps it, its imports, and the letters' codes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.encrypted import EncryptedJSONField
from core.ids import uuid7


class Handbook(models.Model):
    """One handbook (障害者手帳) of the ledger; the key is (type, issuer, number).

    ``record`` holds the whole row of the last approved import: purpose, to decide discount class
    and validity; retention, until five years after the handbook was returned; source, the city's
    welfare system. Everything that could out a person is inside it, encrypted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    key_index = models.BinaryField(max_length=16)  # blind index of (type, issuer, number)
    resident_index = models.BinaryField(max_length=16)  # blind index of 宛名番号
    identity_index = models.BinaryField(max_length=16)  # blind index of folded name + birth date
    record = EncryptedJSONField()
    record_digest = models.BinaryField(max_length=32)  # keyed: says whether a row has changed
    as_of = models.DateTimeField()  # データ基準日時 of the row in force
    changed_on = models.DateField()  # 異動年月日
    is_gone = models.BooleanField(default=False)  # returned, died, moved out, or left the ledger
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "key_index"], name="handbook_key_is_unique_in_its_city"
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "resident_index"], name="handbook_by_resident"),
            models.Index(fields=["municipality", "identity_index"], name="handbook_by_identity"),
        ]


class LedgerImportState(models.TextChoices):
    """A file is checked, then approved by a second person, then applied; or it is refused."""

    CHECKED = "checked", _("確認待ち")
    REJECTED = "rejected", _("取り下げ")
    APPLIED = "applied", _("反映済み")
    FAILED = "failed", _("読めないファイル")


class LedgerImport(models.Model):
    """One file of the welfare system: what it would change, who checked it, who approved it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=20, blank=True)
    as_of = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=LedgerImportState)
    # Counts by effect and problem code, repairs, the attendant preview: numbers, no person.
    summary = models.JSONField(default=dict)
    # Row problems: row, column, code, message parameters; no value of the row stands in it.
    problems = models.JSONField(default=list)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | ~Q(decided_by=F("submitted_by")),
                name="ledger_import_is_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="ledger_import_decision_has_a_person_and_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "-submitted_at"], name="ledger_import_newest")
        ]


class RowEffect(models.TextChoices):
    """What approving the import does to one handbook, and so to its cards."""

    NEW = "new", _("新しい手帳")
    CHANGED_CARD = "changed_card", _("カードの中身が変わる")
    CHANGED_RECORD = "changed_record", _("台帳だけが変わる")
    GONE = "gone", _("返還・転出・死亡")
    MISSING = "missing", _("台帳から消えた")
    BACK = "back", _("台帳に戻った")
    CONFIRMED = "confirmed", _("変わらない")  # only the time at which it was last true moves on


class LedgerImportRow(models.Model):
    """One staged change of a checked import; a confirmed row changes only how new the facts are.

    ``record`` goes when the import is applied; which handbook changed, and in which fields, stays
    for the two officers as long as the handbook does.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ledger_import = models.ForeignKey(LedgerImport, on_delete=models.CASCADE, related_name="rows")
    row_number = models.PositiveIntegerField()  # 0: the handbook is missing from the file
    effect = models.CharField(max_length=20, choices=RowEffect)
    handbook = models.ForeignKey(Handbook, on_delete=models.CASCADE, null=True, related_name="+")
    key_index = models.BinaryField(max_length=16)
    record = EncryptedJSONField(null=True)
    changed = models.JSONField(default=list)  # names of the fields that differ, no value
    has_live_card = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ledger_import", "key_index"],
                name="ledger_import_row_key_is_unique_in_its_file",
            ),
        ]
        indexes = [
            models.Index(fields=["ledger_import", "effect"], name="ledger_import_row_by_effect")
        ]


class LinkingCode(models.Model):
    """A letter's reference (public) and secret (stored as a digest) that link a handbook."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    handbook = models.ForeignKey(Handbook, on_delete=models.CASCADE)
    reference = models.CharField(max_length=16)
    secret_digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # 30 days
    failures = models.PositiveSmallIntegerField(default=0)  # five lock the reference
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "reference"], name="linking_code_reference_is_unique"
            ),
        ]
