"""One registry of facilities: a museum, a bath house and a nursery are each one row here.

What a service needs beyond name and place stands in a role row in that service's room.
"""

import uuid

from django.db import models

from core.ids import uuid7


class Place(models.Model):
    """A facility as the national open data knows it (公共施設一覧, 観光施設一覧)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)  # 全国地方公共団体コード
    number = models.CharField(max_length=20)  # NO of the open data sheet, unique in the city
    name = models.CharField(max_length=120)
    name_kana = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    url = models.URLField(blank=True)
    # デモ: an invented place, said so wherever it is shown.
    is_example = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"], name="place_number_is_unique_in_its_city"
            ),
        ]
        ordering = ["municipality", "name_kana", "number"]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> uuid.UUID:
        """The id by which devices and roles are bound to this place."""
        return self.id
