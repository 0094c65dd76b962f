"""A field that may stay empty in some cases only: its tag says when it must not."""

from typing import Any

from django import forms


def needed_when(field: forms.Field, words: Any) -> None:
    """Have the tag beside the label say ``words`` in place of なくてもよい; the form checks it."""
    field.needed_when = words  # type: ignore[attr-defined]
