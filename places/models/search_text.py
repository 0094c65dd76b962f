"""What free text search reads: folded text, and its grams in one column.

`places.search_index` writes these rows, `places.search` asks them. SQLite has an FTS5 table over
``grams``, kept by triggers; PostgreSQL a GIN index of its tsvector: both by migration.
"""

from django.db import models
from django.db.models import Q

from places.models.event import Event
from places.models.place import Place


class SearchText(models.Model):
    """The folded text of one place or one event."""

    id = models.BigAutoField(primary_key=True)  # the row id of the FTS5 table
    place = models.OneToOneField(
        Place, on_delete=models.CASCADE, null=True, blank=True, related_name="search_text"
    )
    event = models.OneToOneField(
        Event, on_delete=models.CASCADE, null=True, blank=True, related_name="search_text"
    )
    name = models.TextField()  # by weight: a hit here comes first,
    where = models.TextField()  # then one in the address,
    rest = models.TextField()  # then one anywhere else
    grams = models.TextField()  # one- and two-character grams of all three, space between

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(place__isnull=True) ^ Q(event__isnull=True),
                name="search_text_is_of_one_thing",
            ),
        ]
