"""Model fields that are encrypted at rest: AES-256-GCM, bound to their row and column.

Stored form: ``version (1) | length of key id (1) | key id | nonce (12) | ciphertext and tag``.
The additional data are ``app.model.field`` and the row's primary key, so that a ciphertext moved
to another row or column fails loudly. A value is decrypted when the attribute is read, not when
the row is loaded: lists that do not look at it cost nothing.
"""

import json
import os
from datetime import date
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from django.core.exceptions import FieldError
from django.db import models

from core.key_ring import key_ring

_VERSION: Final = 1
_NONCE_BYTES: Final = 12


class Undecryptable(Exception):
    """A ciphertext was changed, moved to another row, or its key is gone. Never a wrong text."""


class Sealed:
    """A stored ciphertext that nobody has read yet."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @property
    def key_id(self) -> str:
        """The id of the key that sealed it."""
        return self.raw[2 : 2 + self.raw[1]].decode("ascii")


def seal(plain: bytes, *, bound_to: bytes) -> bytes:
    """Encrypt ``plain`` with the current key; ``bound_to`` is needed again to open it."""
    ring = key_ring()
    key_id, nonce = ring.current.encode("ascii"), os.urandom(_NONCE_BYTES)
    sealed = ring.ciphers[ring.current].encrypt(nonce, plain, bound_to)
    return bytes((_VERSION, len(key_id))) + key_id + nonce + sealed


def unseal(sealed: Sealed, *, bound_to: bytes) -> bytes:
    """Return what was sealed; raise :class:`Undecryptable` rather than a wrong text."""
    raw = sealed.raw
    try:
        if raw[0] != _VERSION:
            raise Undecryptable("unknown version of an encrypted column")
        cipher = key_ring().ciphers[sealed.key_id]
        start = 2 + raw[1]
        nonce, body = raw[start : start + _NONCE_BYTES], raw[start + _NONCE_BYTES :]
        return cipher.decrypt(nonce, body, bound_to)
    except (IndexError, KeyError, UnicodeDecodeError, ValueError, InvalidTag) as cause:
        raise Undecryptable(type(cause).__name__) from None


class _LazyValue:
    """The descriptor behind the attribute: opens a :class:`Sealed` at its first reading."""

    def __init__(self, field: "EncryptedField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])  # it was deferred
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            plain = unseal(value, bound_to=self.field.bound_to(instance))
            value = instance.__dict__[name] = self.field.from_plain(plain)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.Field):  # type: ignore[type-arg]
    """Base of the encrypted fields: subclasses say how a value becomes bytes and back.

    The row needs its primary key before it is saved (our ids are made by us), and no lookup
    works on it: whoever must find a value keeps a blind index beside it.
    """

    descriptor_class = _LazyValue
    empty_values = (None,)

    def get_internal_type(self) -> str:
        return "BinaryField"

    def to_plain(self, value: Any) -> bytes:
        raise NotImplementedError

    def from_plain(self, plain: bytes) -> Any:
        raise NotImplementedError

    def bound_to(self, instance: models.Model) -> bytes:
        """Return the additional data of this column in this row."""
        if instance.pk is None:
            raise ValueError("an encrypted column needs its row's id before it is saved")
        return self._bound_to(instance.pk)

    def _bound_to(self, pk: object) -> bytes:
        return f"{self.model._meta.label_lower}.{self.attname}|{pk}".encode()

    def sealed_for(self, value: Any, *, pk: object) -> Sealed | None:
        """Return ``value`` as it is stored in the row ``pk``: for rows written past the ORM."""
        if value is None:
            return None
        return Sealed(seal(self.to_plain(value), bound_to=self._bound_to(pk)))

    def contribute_to_class(
        self,
        cls: type[models.Model],
        name: str,
        private_only: bool = False,  # noqa: FBT001, FBT002  Django's own signature
    ) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, self.attname, _LazyValue(self))

    def from_db_value(self, value: Any, *_context: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001  Django's own signature
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value  # unread since it was loaded: the same bytes go back
        return Sealed(seal(self.to_plain(value), bound_to=self.bound_to(model_instance)))

    def get_db_prep_value(
        self,
        value: Any,
        connection: Any,
        prepared: bool = False,  # noqa: ARG002, FBT001, FBT002  Django's own signature
    ) -> Any:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise FieldError("an encrypted column is written by saving its row, nothing else")
        return connection.Database.Binary(value.raw)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError("an encrypted column cannot be searched; keep a blind index beside it")

    def value_to_string(self, obj: models.Model) -> str:  # noqa: ARG002
        raise FieldError("an encrypted column is not serialised")


class EncryptedTextField(EncryptedField):
    """Text, encrypted."""

    def to_plain(self, value: Any) -> bytes:
        return str(value).encode()

    def from_plain(self, plain: bytes) -> str:
        return plain.decode()


class EncryptedDateField(EncryptedField):
    """A civil date, encrypted."""

    def to_plain(self, value: Any) -> bytes:
        return (
            (value if isinstance(value, date) else date.fromisoformat(value)).isoformat().encode()
        )

    def from_plain(self, plain: bytes) -> date:
        return date.fromisoformat(plain.decode())


class EncryptedJSONField(EncryptedField):
    """A JSON value, encrypted. Assign a new value to change it: what is read is not tracked."""

    def to_plain(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def from_plain(self, plain: bytes) -> Any:
        return json.loads(plain)
