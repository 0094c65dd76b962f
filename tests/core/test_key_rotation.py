"""Rotation: afterwards no row names an old key, and every value reads as before."""

import base64
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Person
from core.encrypted import Sealed, Undecryptable
from core.key_ring import key_ring, make_key_ring
from core.key_rotation import encrypted_models, keys_in_use, rows_with_old_keys, seal_again
from tests.disability_card.factories import make_handbook, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A key ring of this test alone, with the key ``k1``."""
    path = tmp_path / "key-ring"
    make_key_ring(path)
    settings.KEY_RING = str(path)
    key_ring.cache_clear()
    yield path
    key_ring.cache_clear()


def add_key(ring: Path, name: str = "k2") -> None:
    line = f"{name}:{base64.b64encode(os.urandom(32)).decode()}\n"
    ring.write_text(line + ring.read_text())
    key_ring.cache_clear()


def remove_key(ring: Path, name: str = "k1") -> None:
    lines = ring.read_text().splitlines(keepends=True)
    ring.write_text("".join(line for line in lines if not line.startswith(f"{name}:")))
    key_ring.cache_clear()


def rotate(*arguments: str) -> str:
    out = StringIO()
    call_command("rotate_encryption_keys", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_no_row_names_the_old_key_and_it_may_go(ring: Path) -> None:
    person, handbook = make_person(name="佐久", address=""), make_handbook()
    record = handbook.record
    add_key(ring)
    assert "Every value is sealed with k2." in rotate()
    assert set(keys_in_use()) == {"k2"}
    remove_key(ring)
    handbook.refresh_from_db()
    assert Person.objects.get(pk=person.pk).name == "佐久"
    assert Person.objects.get(pk=person.pk).birth_date is None
    assert handbook.record == record


def test_checking_counts_and_changes_nothing(ring: Path) -> None:
    make_person(name="佐久")
    add_key(ring)
    with pytest.raises(CommandError, match="still name another key"):
        rotate("--check")
    assert set(keys_in_use()) == {"k1"}


def test_a_second_run_writes_nothing(ring: Path) -> None:
    person = make_person(name="佐久")
    add_key(ring)
    rotate()
    before = Person.objects.get(pk=person.pk).__dict__["name"].raw
    rotate()
    assert list(rows_with_old_keys()) == []
    assert Person.objects.get(pk=person.pk).__dict__["name"].raw == before


def test_what_cannot_be_read_is_told_left_and_fails_the_run(ring: Path) -> None:
    broken, good = make_person(name="一"), make_person(name="二")
    stored = bytearray(Person.objects.get(pk=broken.pk).__dict__["name"].raw)
    stored[-1] ^= 1
    key = broken.pk if connection.vendor == "postgresql" else broken.pk.hex
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_person SET name = %s WHERE id = %s", [bytes(stored), key])
    add_key(ring)
    with pytest.raises(CommandError):
        rotate()
    assert Person.objects.get(pk=good.pk).__dict__["name"].key_id == "k2"
    assert Person.objects.get(pk=broken.pk).__dict__["name"].raw == bytes(stored)
    with pytest.raises(Undecryptable):
        seal_again(Person, broken.pk)


def test_a_row_that_is_gone_is_no_fault(ring: Path) -> None:
    seal_again(Person, uuid4())


def test_many_rows_are_read_in_pages(ring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.key_rotation._ROWS_AT_ONCE", 2)
    for number in range(5):
        make_person(name=str(number), user=None)
    add_key(ring)
    rotate()
    values = [row.__dict__["name"] for row in Person.objects.all()]
    assert len(values) == 5
    assert {value.key_id for value in values if isinstance(value, Sealed)} == {"k2"}


def test_every_encrypted_column_of_the_installation_is_found() -> None:
    found = {model._meta.label: columns for model, columns in encrypted_models().items()}
    assert set(found["accounts.Person"]) == {"name", "name_kana", "birth_date", "address"}
    assert {"core.Notice", "disability_card.Handbook", "disability_card.Card"} <= found.keys()
