"""run_demo says at once that its port is taken, and takes its programs with it when it ends."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.core.management import CommandError, call_command

from web.demo_processes import end, ending_on_sigterm, is_taken


def test_a_taken_port_is_said_before_anything_is_prepared_or_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as other:
        # As the app's own server listens: it would let a second one in.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"port {port} is taken: PORT=\d+ make run"):
            call_command("run_demo", port=port)
    assert capsys.readouterr().out == ""


def test_a_port_closed_just_now_is_free() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            other.accept()[0].close()  # leaves the port in TIME_WAIT
    assert not is_taken("127.0.0.1", port)


def test_sigterm_unwinds_so_that_every_program_is_ended() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])

    def wait_and_end() -> None:
        with ending_on_sigterm():
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(60)
            finally:
                end(child)

    with pytest.raises(SystemExit) as left:
        wait_and_end()
    assert left.value.code == 128 + signal.SIGTERM
    assert child.returncode == -signal.SIGTERM
