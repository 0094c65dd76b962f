"""Makes docs/who-may-what.md of the matrix: `python -m tests.matrix_page`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

TABLES: Final = Path(__file__).with_name("matrix")
PAGE: Final = Path(__file__).parents[1] / "docs" / "who-may-what.md"
_HEAD: Final = """# Who may do what

Made of `tests/matrix/` by `python -m tests.matrix_page`; never edited by hand. Each address was
asked by every kind of caller below, and this is what each got. A test asks again at every change.

- **sees**: gets in, and the person's or the city's own rows are in the answer
- **in**: gets in, and nothing of them is there; also a form or a body that is not accepted
- everybody else is led to sign in, or gets 401, 403, 404 (there is no such row for them) or 405

"""
# In this order: the first that fits wholly is said for all of its members.
_BUT_MAX: Final = 8
_GROUPS: Final = (
    ("everybody", ()),
    ("everybody signed in", ("anonymous", "locked holder", "device: ", "this very desk")),
)


def callers(tables: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return every caller, in the order of the world."""
    longest: list[str] = []
    for told in tables.values():
        for names in told.values():
            found = names.split(", ")
            longest = found if len(found) > len(longest) else longest
    everybody = {one for told in tables.values() for names in told.values()
                 for one in names.split(", ")}  # fmt: skip
    return [*longest, *sorted(everybody - set(longest))]


def in_words(names: Iterable[str], everybody: Sequence[str]) -> str:
    """Return who they are, with a group's name where the whole group is among them."""
    left = set(names)
    said = []
    for title, without in _GROUPS:
        group = {one for one in everybody if not one.startswith(without or ("\0",))}
        if group and group <= left:
            said.append(title)
            left -= group
        elif len(group - left) <= 3 and len(group & left) > len(group) // 2:
            out = ", ".join(one for one in everybody if one in group - left)
            said.append(f"{title}, not: {out}")
            left -= group
    return "; ".join([*said, *(one for one in everybody if one in left)]) or "nobody"


def make_page() -> str:
    """Return the page: a part for each module of views, a row for each method and address."""
    files = {path.stem: json.loads(path.read_text()) for path in sorted(TABLES.glob("*.json"))}
    everybody = callers({ask: told for table in files.values() for ask, told in table.items()})
    lines = [_HEAD, "Callers: " + ", ".join(f"`{one}`" for one in everybody) + "\n"]
    for module, table in files.items():
        lines += [f"\n## {module}\n", "| call | sees | in |", "|---|---|---|"]
        for ask, told in table.items():
            method, _, path = ask.partition(" ")
            row = [f"`{method} /{path}`".replace("|", "\\|")]
            row += [
                in_words(told[kind].split(", "), everybody) if kind in told else ""
                for kind in ("sees", "in")
            ]
            lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(make_page())
