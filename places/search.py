"""Find places and events by words and facts: the same answers on SQLite and PostgreSQL.

Steps: (1) the query is folded and cut into terms; (2) the index gives every row that has all grams
of all terms; (3) each term must stand in the folded text itself, since grams lose their order;
(4) rows are ordered by where the terms stand (name, address, elsewhere), then by folded name, then
by id. Nothing of a search is stored. No likeness decides: a row has the words or it has not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Collate

from jp.grams import search_terms, term_grams
from places.models import Event, Place

T = TypeVar("T", Place, Event)
# Order by code points on both engines; a locale's order would differ between machines.
_BYTEWISE: Final = {"postgresql": "C", "sqlite": "BINARY"}
_WEIGHTS: Final = (("name", 1), ("where", 2), ("rest", 3))
QUERY_CHARS_MAX: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFilter:
    """What somebody looks for. Empty and ``None`` ask nothing; a flag asks for a sure yes."""

    municipality: str
    words: str = ""
    sheet: str = ""
    town: str = ""
    category: str = ""
    language: str = ""
    wheelchair: bool = False
    accessible_toilet: bool = False
    assistance_dog: bool = False
    stroller: bool = False


FLAGS: Final = ("wheelchair", "accessible_toilet", "assistance_dog", "stroller")


def found_places(wanted: PlaceFilter) -> QuerySet[Place]:
    """Return the places that ``wanted`` describes, best first."""
    facts: dict[str, Any] = {"municipality": wanted.municipality}
    for name in ("sheet", "town", "category"):
        if value := getattr(wanted, name):
            facts[name] = value
    facts |= {name: True for name in FLAGS if getattr(wanted, name)}
    rows = Place.objects.filter(**facts)
    if wanted.language:
        rows = rows.filter(_speaks(wanted.language))
    return with_words(rows, wanted.words, words_first=not wanted.town)


def with_words(rows: QuerySet[T], words: str, *, words_first: bool = True) -> QuerySet[T]:
    """Return those of ``rows`` that have every term of ``words``, annotated with their rank.

    ``weight`` is the sum over the terms of the best field that each stands in, ``sort_name`` the
    folded name. Without words every row has weight 0. ``words_first`` lets SQLite, which cannot
    guess how many rows have a gram, begin with the words: right unless the rows are narrowed by
    something that an index answers (100,000 places: a rare word 0.8 ms instead of 80). PostgreSQL
    judges by itself.
    """
    terms = search_terms(words[:QUERY_CHARS_MAX])
    if terms and not words_first:
        rows = rows.filter(_has_grams(terms))  # before the weights: an outer join, so rows first
    total: Combinable | Value = Value(0, output_field=IntegerField())
    for place, term in enumerate(terms):
        name = f"weight_{place}"
        rows = rows.alias(**{name: _weight(term)}).filter(**{f"{name}__gt": 0})
        total = total + F(name)
    if terms and words_first:
        rows = rows.filter(_has_grams(terms), search_text__isnull=False)
    return rows.annotate(weight=total, sort_name=_sort_name()).order_by("weight", "sort_name", "id")


def _weight(term: str) -> Case:
    """1 where the name has the term, 2 the address, 3 the rest, 0 nothing of the row."""
    return Case(
        *(
            When(**{f"search_text__{field}__contains": term}, then=Value(weight))
            for field, weight in _WEIGHTS
        ),
        default=Value(0),
        output_field=IntegerField(),
    )


def _has_grams(terms: Sequence[str]) -> Q:
    """Ask the index for the rows with every gram of every term.

    A term without a gram (a sign, an emoji) is left to the comparison of the text.
    """
    grams = tuple(dict.fromkeys(gram for term in terms for gram in term_grams(term)))
    if not grams:
        return Q()
    if connection.vendor == "sqlite":
        # Each gram is one token of unicode61, so a quoted string of one token is no phrase.
        query = " AND ".join(f'"{gram}"' for gram in grams)
        statement = "SELECT rowid FROM places_gram WHERE places_gram MATCH %s"
    else:
        query = " & ".join(f"'{gram}'" for gram in grams)
        statement = (
            "SELECT id FROM places_searchtext"
            " WHERE array_to_tsvector(string_to_array(grams, ' ')) @@ %s::tsquery"
        )
    # Grams are letters and digits only, and a parameter besides.
    return Q(search_text__in=RawSQL(statement, [query]))  # noqa: S611  fixed text


def _speaks(language: str) -> Q:
    """Say that ``language`` stands in the row's list: SQLite has no `contains` for JSON."""
    if connection.vendor == "sqlite":
        statement = (
            "SELECT places_place.id FROM places_place, json_each(places_place.languages)"
            " WHERE json_each.value = %s"
        )
        return Q(pk__in=RawSQL(statement, [language]))  # noqa: S611  fixed text
    return Q(languages__contains=[language])


def _sort_name() -> Collate:
    return Collate(F("search_text__name"), _BYTEWISE[connection.vendor])


def found_events(
    municipality: str, *, words: str = "", on_or_after: date | None = None, yearly: bool = True
) -> QuerySet[Event]:
    """Return events that are not over on ``on_or_after``; those without days if ``yearly``."""
    rows = Event.objects.filter(municipality=municipality)
    if on_or_after is not None:
        coming = Q(ends_on__gte=on_or_after)
        rows = rows.filter(coming | Q(ends_on__isnull=True) if yearly else coming)
    return with_words(rows, words)
