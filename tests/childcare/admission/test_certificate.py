"""The certificate, run as an auditor runs it: a file alone, on the standard library."""

import hashlib
import json
import random  # noqa: TID251  seeded
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from childcare.admission import certificate
from childcare.admission.certificate import Checker
from tests.childcare.admission import naive
from tests.childcare.admission.markets import (
    as_bytes,
    make_market,
    make_market_without_stable_result,
    solved,
)

SCRIPT = Path(certificate.__file__)


def files(tmp_path: Path, market: dict[str, Any], **override: Any) -> list[str]:
    """Write the market and its result, the latter as tampered with by ``override``."""
    result = json.loads(solved(market).as_json()) | override
    (tmp_path / "market.json").write_bytes(as_bytes(market))
    (tmp_path / "result.json").write_text(json.dumps(result))
    return [str(tmp_path / "market.json"), str(tmp_path / "result.json")]


def test_the_certificate_is_short_and_needs_python_alone(tmp_path: Path) -> None:
    text = SCRIPT.read_text()
    assert len(text.splitlines()) < 150

    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), *files(tmp_path, make_market())],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (0, "2 placed, 0 blocking, 0 over capacity\n")


@pytest.mark.parametrize("block", range(4))
def test_the_certificate_refuses_every_unstable_assignment(block: int) -> None:
    for seed in range(20_000 + block * 40, 20_000 + block * 40 + 40):
        market = naive.make_tiny_market(random.Random(seed))
        for assignment in naive.assignments(market):
            checker = Checker(market, assignment)
            assert checker.overfull() == [], seed
            assert checker.blocking() == naive.blocking(market, assignment), (seed, assignment)


def test_the_certificate_sees_every_broken_capacity(tmp_path: Path) -> None:
    for assignment in ([0, 0], [1, 1]):
        assert certificate.main(files(tmp_path, make_market(), assignment=assignment)) == 1


@pytest.mark.parametrize(
    ("override", "status"),
    [
        ({"assignment": [1, 0]}, 1),  # the seats of two children exchanged
        ({"assignment": [-1, 0], "placed": 1}, 1),  # a child left out
        ({"assignment": [0, -1], "placed": 1}, 1),
        ({"assignment": [0]}, 2),
        ({"assignment": [0, 2]}, 2),
        ({"assignment": [0, -2]}, 2),
        ({"assignment": [0, True]}, 2),
        ({"assignment": [0, 1.0]}, 2),
        ({"assignment": None}, 2),
        ({"placed": 3}, 2),
        ({"blocking_families": ["a"]}, 2),
        ({"market_sha256": "0" * 64}, 2),
    ],
)
def test_a_result_that_was_tampered_with_is_refused(
    tmp_path: Path, override: dict[str, Any], status: int
) -> None:
    assert certificate.main(files(tmp_path, make_market())) == 0
    assert certificate.main(files(tmp_path, make_market(), **override)) == status


@pytest.mark.parametrize("key", ["assignment", "placed", "blocking_families", "market_sha256"])
def test_a_result_without_one_of_its_parts_is_refused(tmp_path: Path, key: str) -> None:
    market, result = files(tmp_path, make_market())
    body = json.loads(Path(result).read_text())
    del body[key]
    Path(result).write_text(json.dumps(body))

    assert certificate.main([market, result]) == 2


def test_a_market_changed_by_one_byte_is_another_market(tmp_path: Path) -> None:
    market, result = files(tmp_path, make_market())
    Path(market).write_bytes(Path(market).read_bytes() + b" ")

    assert certificate.main([market, result]) == 2


@pytest.mark.parametrize("override", [{"placed": 9}, {"blocking_families": ["a", "b"]}])
def test_a_family_that_blocks_outweighs_what_the_result_says_of_itself(
    tmp_path: Path, override: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    paths = files(tmp_path, make_market(), assignment=[-1, 1], **override)

    assert certificate.main(paths) == 1
    assert "blocks: a" in capsys.readouterr().out


def test_an_id_that_the_screen_cannot_show_is_printed_all_the_same(tmp_path: Path) -> None:
    text = json.dumps(make_market()).replace('"a"', '"\\ud800園児"')
    (tmp_path / "market.json").write_text(text)
    result = {
        "assignment": [-1, -1], "placed": 0, "blocking_families": [], "method": "repair",
        "solver": "another", "market_sha256": hashlib.sha256(text.encode()).hexdigest(),
    }  # fmt: skip
    (tmp_path / "result.json").write_text(json.dumps(result))

    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path / "market.json"), str(tmp_path / "result.json")],
        capture_output=True, check=False, env={"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (1, b"")
    assert b"blocks: \\ud800\\u5712\\u5150\n" in done.stdout


def test_blocking_families_are_refused_even_when_declared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = make_market_without_stable_result()
    (name,) = solved(market).blocking_families

    assert certificate.main(files(tmp_path, market)) == 1
    assert f"blocks: {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "override",
    [
        {"priority": [["a", "s", 1], ["b", "s", 1], ["a", "t", 2], ["b", "t", 1]]},
        {"priority": [["a", "s", 1]]},
        {"capacity": {"s": 1, "t": -1}},
        {"capacity": {"s": 1}},
        {"shared": [{"slots": ["s", "s"], "seats": 1}]},
        {"held": {"a": "x"}},
        {"families": [{"children": ["a"], "options": []}, {"children": ["a"], "options": []}]},
        {"families": {}},
        {"families": [{"children": "ab", "options": []}]},
        {"families": [{"children": [], "options": []}]},
        {"families": [{"children": ["a", 7], "options": []}]},
        {"families": [{"children": ["a", "b"], "options": [[["s", "a"]]]}]},
        {"families": [{"children": ["a", "b"], "options": [[["s", ["a"]], ["t", []]]]}]},
        {"families": [{"children": ["a", "b"], "options": [[]]}]},
        {"priority": [["a", "s", 2], ["c", "s", 1]]},
        {"priority": [["a", "s", True]]},
        {"shared": [{"slots": "st", "seats": 1}]},
        {"shared": [{"slots": [], "seats": 1}]},
        {"shared": {}},
        {"held": {"c": "s"}},
        {"seats": {}},
        {"families": [one | {"box": "A"} for one in make_market()["families"]]},
        {"shared": [{"slots": ["s"], "seats": 1, "group": "x"}]},
    ],
)
def test_the_certificate_does_not_vouch_for_a_market_that_is_not_sound(
    tmp_path: Path, override: dict[str, Any]
) -> None:
    raw = as_bytes(make_market(**override))
    paths = files(tmp_path, make_market(), market_sha256=hashlib.sha256(raw).hexdigest())
    Path(paths[0]).write_bytes(raw)

    assert certificate.main(paths) == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_the_certificate_reads_utf_8_alone_as_the_solver_does(
    tmp_path: Path, encoding: str
) -> None:
    raw = json.dumps(make_market()).encode(encoding)
    paths = files(tmp_path, make_market(), market_sha256=hashlib.sha256(raw).hexdigest())
    Path(paths[0]).write_bytes(raw)

    assert certificate.main(paths) == 2


def test_solve_writes_a_result_that_the_certificate_takes(tmp_path: Path) -> None:
    market, out = tmp_path / "market.json", tmp_path / "out.json"
    market.write_bytes(as_bytes(make_market()))

    call_command("admission", "solve", str(market), "--out", str(out))

    assert certificate.main([str(market), str(out)]) == 0


def test_solve_never_writes_over_its_market_nor_leaves_half_a_result(tmp_path: Path) -> None:
    path = tmp_path / "market.json"
    path.write_bytes(as_bytes(make_market()))
    for out in (path, tmp_path / "market.json" / ".." / "market.json", tmp_path):
        with pytest.raises(CommandError, match="file of its own") as stopped:
            call_command("admission", "solve", str(path), "--out", str(out))
        assert stopped.value.returncode == 2

    assert path.read_bytes() == as_bytes(make_market())
    assert [one.name for one in tmp_path.iterdir()] == ["market.json"]


@pytest.mark.parametrize(
    ("market", "limit", "status"),
    [(make_market(), "0", 3), ({}, "60", 2), (make_market(capacity={}), "60", 2)],
)
def test_solve_says_by_its_exit_code_why_there_is_no_result(
    tmp_path: Path, market: dict[str, Any], limit: str, status: int
) -> None:
    path, out = tmp_path / "market.json", tmp_path / "out.json"
    path.write_bytes(as_bytes(market))

    with pytest.raises(CommandError) as refused:
        call_command("admission", "solve", str(path), "--out", str(out), "--time-limit", limit)

    assert refused.value.returncode == status
    assert out.exists() == (status == 3)
