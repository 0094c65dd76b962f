"""Towns (町字) with a point: how an address or a postal code becomes a place on the map."""

from django.db import models

from core.ids import uuid7


class Town(models.Model):
    """One town of a city. Its point is about 1 km from any door in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    name = models.CharField(max_length=60)
    postal_code = models.CharField(max_length=7, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6)
    longitude = models.DecimalField(max_digits=9, decimal_places=6)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"], name="town_name_is_unique_in_its_city"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "postal_code"], name="town_by_postal_code")]
        ordering = ["municipality", "name"]

    def __str__(self) -> str:
        return self.name
