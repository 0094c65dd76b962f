"""`manage.py admission`: what the pages do, for the city's IT staff, by exit codes."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from childcare.admission import certificate
from childcare.admission.approving import approve_run
from childcare.admission.files import market_path, result_path
from childcare.management.commands import admission
from childcare.models import Application, Decision, Round, Run
from core.ids import uuid7
from tests.childcare.admission.markets import as_bytes, make_market
from tests.childcare.admission.rounds import (
    AFTER,
    apply_for,
    make_class,
    make_officer,
    make_scored_round,
)


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("admission", *map(str, arguments), stdout=out)
    return out.getvalue()


def refused(*arguments: object) -> tuple[int, str]:
    with pytest.raises(CommandError) as error:
        run(*arguments)
    return error.value.returncode, str(error.value)


def make_small_round() -> tuple[Round, Application, Application]:
    """One seat for two children; the deadline is behind the real clock too."""
    round_ = make_scored_round()
    here = make_class(round_, seats=1)
    rows = apply_for(round_, here, points=90), apply_for(round_, here, points=80)
    round_.opens_at, round_.closes_at = AFTER.replace(year=2020), AFTER.replace(year=2021)
    round_.save()
    return round_, *rows


@pytest.mark.django_db
def test_a_round_goes_from_the_run_to_the_proof_without_a_browser(tmp_path: Path) -> None:
    round_, placed, waiting = make_small_round()

    assert run("run", round_.pk).startswith("run 1: 1 of 2 placed by deferred-acceptance in ")
    row = Run.objects.get()
    assert run("replay", round_.pk) == f"run 1: the same {row.result_sha256}\n"
    assert refused("publish", round_.pk) == (
        1,
        "approvals-missing: 2人の承認がそろっていません。"
        "まだ承認していない人が、自分のアカウントで承認してください。 "
        '{"state": "certified"}',
    )
    for _person in range(2):
        approve_run(row, actor=make_officer(), now=AFTER)
    assert run("publish", round_.pk).startswith("run 1: 2 told, chain ")
    assert run("publish", round_.pk).startswith("run 1: 2 told, chain ")  # once
    assert Decision.objects.count() == 2
    row.refresh_from_db()
    assert run("prove", round_.pk).splitlines() == [
        "score sheets -> market: holds", "market -> result: holds", "result -> notices: holds",
        row.chain_sha256,
    ]  # fmt: skip
    told = json.loads(run("explain", round_.pk, waiting.receipt_number))
    assert told["wishes"][0]["verdict"] == "points"
    code, said = refused("run", round_.pk)
    assert (code, said.startswith("round-is-announced: ")) == (1, True)
    assert placed.receipt_number != waiting.receipt_number

    # What the run wrote is what the certificate reads, by Python alone.
    done = subprocess.run(
        [sys.executable, "-I", certificate.__file__, market_path(row), result_path(row)],
        capture_output=True, check=False, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "1 placed, 0 blocking, 0 over capacity\n")


@pytest.mark.django_db
def test_a_changed_decision_is_named_by_the_proof() -> None:
    round_, _placed, _waiting = make_small_round()
    run("run", round_.pk)
    row = Run.objects.get()
    result_path(row).write_bytes(b"{}")
    code, said = refused("prove", round_.pk)
    assert code == 1
    assert "market -> result: BROKEN" in said
    code, said = refused("replay", round_.pk)
    assert (code, said.startswith("certificate-refused: ")) == (1, True)


@pytest.mark.django_db
def test_what_is_not_there_exits_with_two() -> None:
    round_, placed, _waiting = make_small_round()
    assert refused("run", uuid7())[0] == 2
    assert refused("explain", round_.pk, placed.receipt_number)[0] == 2  # not run yet
    run("run", round_.pk)
    assert refused("explain", round_.pk, "AAAA-AAAA")[0] == 2
    assert refused("what-if", round_.pk)[0] == 2
    assert refused("what-if", round_.pk, "--rule-set", uuid7())[0] == 2
    assert refused("what-if", round_.pk, "--facility", uuid7(), "--class-age", 1)[0] == 2


def test_a_file_too_large_to_read_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "market.json", tmp_path / "result.json"
    path.write_bytes(as_bytes(make_market()))
    monkeypatch.setattr(admission, "MARKET_BYTES_MAX", 10)
    code, said = refused("solve", path, "--out", out)
    assert (code, "bytes are more than 10" in said) == (2, True)
    code, said = refused("solve", Path("/dev/zero"), "--out", out)  # it says that it has 0 bytes
    assert (code, "has no end" in said) == (2, True)


def test_a_result_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path, out = tmp_path / "market.json", tmp_path / "result.json"
    path.write_bytes(b"\xff")
    out.write_bytes(b"of before")
    assert refused("solve", path, "--out", out)[0] == 2
    assert out.read_bytes() == b"of before"
    path.write_bytes(as_bytes(make_market()))
    assert refused("solve", path, "--out", tmp_path / "nowhere" / "result.json")[0] == 2
    run("solve", path, "--out", out)
    assert json.loads(out.read_bytes())["placed"] == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["market.json", "result.json"]


def test_the_certificate_says_what_it_wants(capsys: pytest.CaptureFixture[str]) -> None:
    assert certificate.main([]) == 2
    assert "give two files: MARKET.json RESULT.json" in capsys.readouterr().out
    assert certificate.main(["/nowhere", "/nowhere"]) == 2
    assert "/nowhere" in capsys.readouterr().out
