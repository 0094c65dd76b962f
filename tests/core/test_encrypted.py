"""Encrypted columns: a changed, moved or foreign ciphertext never becomes a wrong text."""

from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from accounts.models import Person
from core.encrypted import Sealed, Undecryptable
from tests.disability_card.factories import make_person

pytestmark = pytest.mark.django_db


def stored(person: Person, column: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM accounts_person WHERE id = %s", [_id(person)])
        return bytes(cursor.fetchone()[0])


def store(person: Person, column: str, raw: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE accounts_person SET {column} = %s WHERE id = %s", [raw, _id(person)]
        )


def _id(person: Person) -> Any:
    return person.pk if connection.vendor == "postgresql" else person.pk.hex


def again(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_what_is_written_is_read_and_stands_nowhere_in_clear() -> None:
    person = make_person(name="佐久　はな子")
    assert again(person).name == "佐久　はな子"
    assert "佐久".encode() not in stored(person, "name")


@pytest.mark.parametrize("at", [0, 2, 5, -1])
def test_a_flipped_bit_fails_loudly(at: int) -> None:
    person = make_person(name="佐久　はな子")
    raw = bytearray(stored(person, "name"))
    raw[at] ^= 1
    store(person, "name", bytes(raw))
    with pytest.raises(Undecryptable):
        _ = again(person).name


def test_a_ciphertext_of_another_row_fails_loudly() -> None:
    one, other = make_person(name="一"), make_person(name="二")
    store(one, "name", stored(other, "name"))
    with pytest.raises(Undecryptable):
        _ = again(one).name


def test_a_ciphertext_of_another_column_fails_loudly() -> None:
    person = make_person(name="一", address="二")
    store(person, "name", stored(person, "address"))
    with pytest.raises(Undecryptable):
        _ = again(person).name


def test_a_value_that_nobody_read_is_written_back_as_it_was() -> None:
    person = make_person(name="佐久")
    before = stored(person, "name")
    again(person).save()
    assert stored(person, "name") == before
    assert isinstance(again(person).__dict__["name"], Sealed)


def test_it_cannot_be_searched_or_set_behind_its_row() -> None:
    make_person(name="佐久")
    with pytest.raises(FieldError):
        Person.objects.filter(name="佐久").exists()
    with pytest.raises(FieldError):
        Person.objects.update(name="千曲")
