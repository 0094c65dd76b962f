"""A reader of 総合振込 files written apart from the writer: by byte places of the layout alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadLine:
    bank: str
    branch: str
    kind: str
    number: str
    holder: str
    amount_yen: int
    shop_number: int
    line_number: int


@dataclass(frozen=True)
class ReadFile:
    payer_code: str
    payer: str
    pay_on: str
    lines: tuple[ReadLine, ...]
    count: int
    total_yen: int


def read_transfers(content: bytes) -> ReadFile:
    """Read a file with or without line ends; ``AssertionError`` where it is not one."""
    step = 122 if content[120:122] == b"\r\n" else 120
    assert len(content) % step == 0
    records = [content[at : at + 120] for at in range(0, len(content), step)]
    if step == 122:
        assert all(content[at + 120 : at + 122] == b"\r\n" for at in range(0, len(content), step))
    assert b"\x1a" not in content
    head, *middle, tail, end = records
    assert head[:4] == b"1210"
    assert end == b"9" + b" " * 119
    assert tail[:1] == b"8"
    assert tail[19:] == b" " * 101
    lines = []
    for record in middle:
        assert record[:1] == b"2"
        assert record[111:112] == b"7"
        lines.append(
            ReadLine(
                bank=record[1:5].decode(),
                branch=record[20:23].decode(),
                kind=record[42:43].decode(),
                number=record[43:50].decode(),
                holder=record[50:80].decode("shift_jis").rstrip(),
                amount_yen=int(record[80:90]),
                shop_number=int(record[91:101]),
                line_number=int(record[101:111]),
            )
        )
    return ReadFile(
        payer_code=head[4:14].decode(),
        payer=head[14:54].decode("shift_jis").rstrip(),
        pay_on=head[54:58].decode(),
        lines=tuple(lines),
        count=int(tail[1:7]),
        total_yen=int(tail[7:19]),
    )
