"""What places and events share: where they are, and who can get in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PointKind(models.TextChoices):
    """Whose point a row carries: a town's point is about 1 km from the true one."""

    OWN = "own", _("この場所の位置")
    TOWN = "town", _("町の位置（約1km）")
    NONE = "none", _("位置はわかりません")


class Located(models.Model):
    """An address and a point in WGS 84. The point is there unless ``point_kind`` is ``none``."""

    address = models.CharField(max_length=200, blank=True)  # 所在地_連結表記
    building = models.CharField(max_length=120, blank=True)  # 方書
    postal_code = models.CharField(max_length=7, blank=True)
    town = models.CharField(max_length=60, blank=True)  # 町字, as `Town.name` has it
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    point_kind = models.CharField(max_length=4, choices=PointKind, default="none")
    access = models.TextField(blank=True)  # アクセス方法
    parking = models.TextField(blank=True)  # 駐車場情報

    class Meta:
        abstract = True


class Reachable(models.Model):
    """Who can get in and be understood; ``None`` says that nobody told us."""

    wheelchair = models.BooleanField(null=True, blank=True)  # 車椅子可
    accessible_toilet = models.BooleanField(null=True, blank=True)  # バリアフリートイレ
    assistance_dog = models.BooleanField(null=True, blank=True)  # 盲導犬・介助犬、聴導犬同伴
    stroller = models.BooleanField(null=True, blank=True)  # ベビーカー利用
    accessibility_note = models.TextField(blank=True)  # バリアフリー情報
    languages = models.JSONField(default=list, blank=True)  # ["ja", "en"]: spoken there

    class Meta:
        abstract = True


def point_rule(name: str) -> models.CheckConstraint:
    """Return the rule that a row has both coordinates and their kind, or none of them."""
    whole = Q(latitude__isnull=False, longitude__isnull=False) & ~Q(point_kind=PointKind.NONE)
    nothing = Q(latitude__isnull=True, longitude__isnull=True, point_kind=PointKind.NONE)
    return models.CheckConstraint(condition=whole | nothing, name=name)
