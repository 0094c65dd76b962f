"""docs/encrypted-columns.md names each encrypted column, and each clear one that looks personal."""

import re
from pathlib import Path
from typing import Final

from django.apps import apps
from django.db import models

from core.encrypted import EncryptedField

PAGE: Final = Path(__file__).parents[1] / "docs" / "encrypted-columns.md"
_ROW = re.compile(r"^\| `([\w.]+)` \| (.+) \|$", re.MULTILINE)
_PERSONAL: Final = {
    "name", "name_kana", "birth_date", "address", "phone", "contact", "email", "ip", "user_agent",
    "uid", "extra_data", "account", "handbook_number", "income", "diagnosis",
}  # fmt: skip
# What the city publishes anyway: facilities, campaigns, rule sets, Django's own tables.
_PUBLIC: Final = re.compile(
    r"^(places|auth)\.|^socialaccount\.SocialApp\.|^childcare\.(RuleSet|Facility\w*)\."
    r"|^tourism\.(Campaign|FundingLine|Listing|Spot|Course|Event)\w*\."
)


def lists() -> tuple[dict[str, str], dict[str, str]]:
    encrypted, _, clear = PAGE.read_text().partition("## In clear by decision")
    return dict(_ROW.findall(encrypted)), dict(_ROW.findall(clear))


def columns() -> list[tuple[str, models.Field[object, object]]]:
    return [
        (f"{model._meta.label}.{field.name}", field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
    ]


def test_every_encrypted_column_is_named_and_no_other() -> None:
    encrypted = {name for name, field in columns() if isinstance(field, EncryptedField)}
    assert set(lists()[0]) == encrypted


def test_a_clear_column_that_looks_personal_is_clear_by_decision() -> None:
    clear = {
        name
        for name, field in columns()
        if field.name in _PERSONAL
        and not isinstance(field, EncryptedField | models.ForeignKey)
        and not _PUBLIC.match(name)
    }
    assert clear == set(lists()[1])
