"""Compile the catalogues of texts (``.po`` to ``.mo``); needs no GNU gettext."""

from django.conf import settings
from django.core.management.base import BaseCommand

from web.catalogues import compile_catalogues


class Command(BaseCommand):
    """``manage.py compile_texts``: a second run does nothing."""

    help = "Compile the catalogues of texts."
    requires_system_checks: list[str] = []

    def handle(self, *_args: object, **_options: object) -> None:
        """Compile what is newer than its compiled form."""
        self.stdout.write(f"Texts: {compile_catalogues(settings.BASE_DIR)} catalogues compiled")
