"""docs/api/sign-in.md, run as it stands: curl signs a person in with a code from a mail."""

import json
import re
import subprocess
import time
from pathlib import Path
from typing import Final

import pytest
from django.core import mail
from pytest_django.live_server_helper import LiveServer

from tests.accounts.test_sign_in import KNOWN, code_in_mail, make_user

PAGE: Final = Path(__file__).parents[2] / "docs" / "api" / "sign-in.md"
PATIENCE_SECONDS: Final = 120
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def wait_for_mail() -> str:
    for _ in range(PATIENCE_SECONDS * 10):
        if mail.outbox:
            return code_in_mail()
        time.sleep(0.1)
    raise AssertionError("no mail came")


def test_the_page_signs_a_person_in_refreshes_and_signs_out(
    live_server: LiveServer, tmp_path: Path
) -> None:
    make_user()
    script = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL))
    with subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={"SERVER": live_server.url, "EMAIL": KNOWN, "PATH": "/usr/local/bin:/usr/bin:/bin"},
    ) as shell:  # fmt: skip
        _out, errors = shell.communicate(wait_for_mail() + "\n", timeout=PATIENCE_SECONDS)
    assert shell.returncode == 0, errors
    for name in ("me.json", "me-again.json"):
        assert json.loads((tmp_path / name).read_text())["proof_level"] == 0
    assert (tmp_path / "after.txt").read_text() == "401\n"
    after = json.loads((tmp_path / "after.json").read_text())
    assert after["code"] in {"sign-in-first", "token-not-accepted"}
