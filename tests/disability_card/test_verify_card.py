"""manage.py verify_card: another vendor's till, line by line, without a database."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from disability_card.management.commands.verify_card import LINE_BYTES_MAX, bounded_lines
from tests.vectors.city import (
    BUNDLE_IAT,
    OTHER_VENUE,
    make_bundle_document,
    make_venue_bundle,
    qr,
    shown,
    venue_card,
)
from tests.vectors.make_vectors import FOLDER

ROOT = Path(__file__).parents[2]
AT = "2026-12-01T01:00:00Z"
GOOD = qr(shown(venue_card(), seed="till"))
FIELDS = {
    "outcome",
    "code",
    "level",
    "medium",
    "presenter",
    "discount_class",
    "caregivers",
    "name_to_check",
    "as_of",
}


def run(
    lines: bytes | io.BufferedIOBase,
    *,
    bundle: Path = FOLDER / "bundle.json",
    trust: Path = FOLDER / "trust.json",
    **options: Any,
) -> list[dict[str, Any]]:
    out = io.StringIO()
    stdin = io.BytesIO(lines) if isinstance(lines, bytes) else lines
    given: dict[str, Any] = {"at": AT, "offline": True} | options
    arguments = ["--bundle", str(bundle), "--trust", str(trust)]
    arguments += ["--at", given.pop("at")] if given["at"] else []
    given.pop("at", None)
    call_command("verify_card", *arguments, stdin=stdin, stdout=out, **given)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def codes(lines: bytes, **options: Any) -> list[str]:
    return [answer["code"] for answer in run(lines, **options)]


def scan(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


@pytest.mark.parametrize("name", ["accepted.jsonl", "refused.jsonl"])
def test_the_published_vectors_come_out_as_published(name: str) -> None:
    rows = [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]
    lines = b"".join(
        scan(**{key: row[key] for key in ("qr", "at", "venue", "challenge") if key in row})
        for row in rows
    )
    answers = run(lines, at=None)
    assert len(answers) == len(rows)
    for row, answer in zip(rows, answers, strict=True):
        if "expect" in row:
            assert answer == row["expect"], row["name"]
        else:
            assert answer["code"] == row["code"], row["name"]


def test_the_vector_files_themselves_can_be_piped_in() -> None:
    """A line's other members (name, code, expect) are none of the command's business."""
    text = (FOLDER / "refused.jsonl").read_bytes()
    expected = [json.loads(line)["code"] for line in text.splitlines()]
    assert codes(text) == expected


def test_a_text_and_an_object_are_the_same_scan() -> None:
    assert codes(GOOD.encode() + b"\n") == ["ok"]
    assert codes(scan(qr=GOOD)) == ["ok"]


def test_an_answer_has_the_published_members_accepted_or_refused() -> None:
    accepted, refused = run(GOOD.encode() + b"\nrubbish\n")
    assert accepted.keys() == refused.keys() == FIELDS
    assert refused == dict.fromkeys(FIELDS) | {"outcome": "refused", "code": "not-a-card"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        pytest.param(b"", "not-a-card", id="an empty line"),
        pytest.param(b"{", "not-a-card", id="cut JSON"),
        pytest.param(b'{"qr": }', "not-a-card", id="broken JSON"),
        pytest.param(b'{"qr":"a","qr":"b"}', "not-a-card", id="a key twice"),
        pytest.param(b"{}", "unreadable", id="no qr"),
        pytest.param(b'{"qr":7}', "unreadable", id="qr a number"),
        pytest.param(scan(qr=GOOD, at="yesterday").strip(), "unreadable", id="no instant"),
        pytest.param(
            scan(qr=GOOD, at="2026-12-01T10:00:00").strip(), "unreadable", id="an instant nowhere"
        ),
        pytest.param(scan(qr=GOOD, at=7).strip(), "unreadable", id="at a number"),
        pytest.param(scan(qr=GOOD, venue=["x"]).strip(), "unreadable", id="venue a list"),
        pytest.param(scan(qr=GOOD, challenge=7).strip(), "unreadable", id="challenge a number"),
        pytest.param(b"\xff\xfe\x00", "not-a-card", id="bytes of nothing"),
        pytest.param(b"SK1:\xff\xfe\x00", "unreadable", id="bytes behind our prefix"),
        pytest.param("手帳カード".encode("cp932"), "not-a-card", id="another encoding"),
        pytest.param(b"x" * 3_101, "too-long", id="long"),
        pytest.param(b"x" * (LINE_BYTES_MAX + 1), "too-long", id="over-long"),
        pytest.param(b"x" * (3 * LINE_BYTES_MAX), "too-long", id="over-long three times"),
        pytest.param(b"[" * 9_000, "too-long", id="deep"),
        pytest.param(b'{"qr":' * 2_000, "not-a-card", id="deep objects"),
    ],
)
def test_a_bad_line_is_answered_and_the_next_one_too(line: bytes, code: str) -> None:
    lines = line + b"\n" + GOOD.encode() + b"\r\n" + line + b"\nrubbish"
    assert codes(lines) == [code, "ok", code, "not-a-card"]


def test_a_byte_order_mark_before_the_first_line_is_not_part_of_it() -> None:
    for line in (GOOD.encode(), scan(qr=GOOD).strip(), b" \t" + scan(qr=GOOD).strip()):
        assert codes(b"\xef\xbb\xbf" + line + b"\n") == ["ok"]
    marked = b"\xef\xbb\xbf" + GOOD.encode() + b"\n"
    assert codes(GOOD.encode() + b"\n" + marked) == ["ok", "not-a-card"]


def test_the_last_line_needs_no_line_end() -> None:
    assert codes(GOOD.encode()) == ["ok"]
    assert codes(b"") == []


def test_an_over_long_line_is_never_held_whole() -> None:
    class Endless(io.RawIOBase):
        """Gives a line of 64 MB and remembers the longest piece that was asked for."""

        longest = 0
        left = 64 * 2**20

        def readline(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert 0 < size <= LINE_BYTES_MAX
            piece = min(size, self.left)
            self.left -= piece
            return b"x" * piece

    assert list(bounded_lines(Endless())) == [None]  # type: ignore[arg-type]


def test_replay_marks_live_for_the_run_and_know_the_line_s_venue() -> None:
    lines = scan(qr=GOOD) + scan(qr=GOOD) + scan(qr=GOOD, venue=OTHER_VENUE)
    assert codes(lines) == ["ok", "ok", "replayed"]
    assert codes(scan(qr=GOOD)) == ["ok"]


def test_online_windows_are_narrower() -> None:
    old = scan(qr=qr(shown(venue_card(), iat=BUNDLE_IAT - 10)))
    assert codes(old, offline=True) == ["ok"]
    assert codes(old, offline=False) == ["qr-too-old"]


def test_a_line_s_own_time_wins_over_the_option() -> None:
    lines = scan(qr=GOOD) + scan(qr=GOOD, at=AT)
    assert codes(lines, at="2026-12-01T10:30:00+09:00") == ["qr-too-old", "ok"]


def test_a_plain_till_lets_no_qr_code_set_its_clock() -> None:
    """A QR code may hold any text, so also a JSON object with an old screenshot and its time."""
    late = "2026-12-01T12:00:00+09:00"
    trick = scan(qr=GOOD, at=AT)
    assert codes(trick, at=late) == ["ok"]
    assert codes(trick, at=late, plain=True) == ["not-a-card"]
    assert codes(GOOD.encode(), at=AT, plain=True) == ["ok"]


def test_bad_device_files_answer_every_line(tmp_path: Path) -> None:
    for line in (FOLDER / "devices.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        bundle = tmp_path / "bundle.json"
        bundle.write_text(json.dumps(row["bundle"]))
        assert codes(scan(qr=row["qr"]) + b"x\n", bundle=bundle) == [row["code"]] * 2


def test_a_file_that_is_missing_or_no_json_ends_the_command(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run(b"", bundle=tmp_path / "nowhere.json")
    broken = tmp_path / "trust.json"
    broken.write_text("{")
    with pytest.raises(CommandError, match="not JSON"):
        run(b"", trust=broken)
    for other in ("[]", "{}", '{"format": "kaiteki-trust/1", "root_thumbprints": "x"}'):
        broken.write_text(other)
        with pytest.raises(CommandError, match="not a trust file"):
            run(b"", trust=broken)


def test_an_instant_without_an_offset_is_refused_as_an_option() -> None:
    with pytest.raises(CommandError):
        run(b"", at="2026-12-01T10:00:00")


class Changing(io.RawIOBase):
    """Standard input that does something between two lines."""

    def __init__(self, steps: Iterator[bytes]) -> None:
        self._steps = steps

    def readline(self, _size: int | None = -1, /) -> bytes:
        return next(self._steps, b"")


@pytest.mark.parametrize(
    ("seconds", "expected"), [(30, ["ok", "key-blocked"]), (-30, ["ok", "ok"])]
)
def test_a_new_bundle_is_read_while_running_and_an_older_one_is_not(
    tmp_path: Path, seconds: int, expected: list[str]
) -> None:
    bundle = tmp_path / "bundle.json"
    bundle.write_text(json.dumps(make_bundle_document()))

    def steps() -> Iterator[bytes]:
        yield scan(qr=qr(shown(venue_card(), seed="before")))
        blocking = make_venue_bundle(iat=BUNDLE_IAT + seconds, blocked=["2026-1"])
        bundle.write_text(json.dumps(make_bundle_document(bundle=blocking)))
        yield scan(qr=qr(shown(venue_card(), seed="after")))

    answers = run(Changing(steps()), bundle=bundle)  # type: ignore[arg-type]
    assert [answer["code"] for answer in answers] == expected


def test_it_runs_as_a_program_without_a_database_and_answers_line_by_line() -> None:
    command = [sys.executable, "manage.py", "verify_card", "--offline", "--at", AT]
    command += ["--bundle", str(FOLDER / "bundle.json"), "--trust", str(FOLDER / "trust.json")]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={
            "PATH": "/usr/bin",
            "LC_ALL": "C",
            "KAITEKI_DATABASE_URL": "postgres://nobody@127.0.0.1:1/x",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as till:
        assert till.stdin is not None
        assert till.stdout is not None
        for line, code in ((GOOD, "ok"), ("x", "not-a-card")):
            till.stdin.write(line.encode() + b"\n")
            till.stdin.flush()
            # Nothing more is written before this answer is read: a till asks one at a time.
            assert json.loads(till.stdout.readline())["code"] == code
        till.stdin.close()
        assert till.wait(timeout=60) == 0


def piped(lines: bytes | None, *, reads: int) -> tuple[int, str]:
    """Run the command, read its first ``reads`` answers; return (exit code, complaints)."""
    command = [sys.executable, "manage.py", "verify_card", "--offline", "--at", AT]
    command += ["--bundle", str(FOLDER / "bundle.json"), "--trust", str(FOLDER / "trust.json")]
    with subprocess.Popen(
        command, cwd=ROOT, env={"PATH": "/usr/bin"}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=None if lines is not None else lambda: os.close(0),  # noqa: PLW1509
    ) as till:  # fmt: skip
        assert till.stdin is not None
        assert till.stdout is not None
        assert till.stderr is not None
        if lines is not None:
            till.stdin.write(lines)
        till.stdin.close()
        for _ in range(reads):
            assert till.stdout.readline()
        till.stdout.close()
        return till.wait(timeout=60), till.stderr.read().decode()


def test_a_reader_that_goes_away_ends_the_run_without_a_word() -> None:
    assert piped(b"x\n" * 2_000, reads=1) == (0, "")


def test_no_standard_input_is_one_sentence() -> None:
    code, complained = piped(None, reads=0)
    assert code == 1
    assert complained == "CommandError: no standard input\n"


def test_a_time_without_its_offset_is_one_sentence() -> None:
    with pytest.raises(CommandError, match="offset"):
        run(b"x\n", at="2026-12-01T01:00:00")
