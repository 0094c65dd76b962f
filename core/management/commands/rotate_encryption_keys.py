"""Seal all encrypted columns with the newest key of the ring, and prove that no old one is left."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import track

from core.encrypted import Undecryptable
from core.key_ring import key_ring
from core.key_rotation import keys_in_use, label_of, rows_with_old_keys, seal_again


class Command(BaseCommand):
    help = (
        "First put a new line `id:base64` (32 random bytes: `openssl rand -base64 32`) on top of "
        "the key ring and restart every server; then run this; then, when requests that began "
        "before have ended, run it with --check; then remove the old lines. "
        "It may be stopped and started again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="count only, change nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Rotate, count, and fail while a value still names an old key."""
        if not options["check"]:
            self._rotate()
        counted = keys_in_use()
        for key_id in sorted(counted.keys() | key_ring().ciphers.keys()):
            self.stdout.write(f"{key_id}\t{counted[key_id]}")
        old = sum(counted.values()) - counted[key_ring().current]
        if old:
            raise CommandError(f"{old} values still name another key than {key_ring().current}")
        self.stdout.write(f"Every value is sealed with {key_ring().current}.")

    def _rotate(self) -> None:
        unreadable = []
        rows = list(rows_with_old_keys())
        for model, pk in track(rows, description="Sealing again", disable=not self._is_terminal()):
            try:
                seal_again(model, pk)
            except Undecryptable:
                unreadable.append(f"{label_of(model)} {pk}")
        for row in unreadable:
            self.stderr.write(f"cannot be read, left as it is: {row}")

    def _is_terminal(self) -> bool:
        return bool(self.stdout.isatty())
