"""Write the search texts of places and events that have none."""

from typing import Any

from django.core.management.base import BaseCommand

from places.search_index import index_missing


class Command(BaseCommand):
    help = "Write the search texts that are missing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"{index_missing()}")
