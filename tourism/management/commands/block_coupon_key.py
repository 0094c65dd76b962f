"""Block a stolen coupon key: what it signed is refused at every till that has a network."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.audit import SYSTEM
from core.municipality import all_municipalities
from tourism.coupon_keys import block_coupon_key
from tourism.models import CouponKey


class Command(BaseCommand):
    help = "盗まれたクーポンの鍵を止める。次のクーポンからは、新しい鍵で署名する。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("municipality", choices=sorted(all_municipalities()))
        parser.add_argument("kid")

    def handle(self, *_: Any, **options: Any) -> None:
        keys = CouponKey.objects.filter(municipality=options["municipality"])
        key = keys.filter(kid=options["kid"]).first()
        if key is None:
            known = " ".join(keys.order_by("kid").values_list("kid", flat=True))
            raise CommandError(f"この鍵はありません。ある鍵: {known}")
        block_coupon_key(key, actor=SYSTEM, now=timezone.now())
        self.stdout.write(f"blocked {key.kid}")
