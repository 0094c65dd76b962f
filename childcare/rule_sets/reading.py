"""Take the text of a rule set apart: plain mappings, lists, words, whole numbers, true and false.

YAML is read event by event, so that nothing of its tricks is ever carried out: no anchors (a
page of them grows to gigabytes), no tags, no second document, no key twice, no scalar that two
YAML readers would read in two ways, and no float: half a point lost to rounding moves a child.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import yaml

from childcare.rule_sets.problems import Problem, RuleSetRefused

BYTES_MAX: Final = 512 * 1024  # the largest real table is 40 KB
DEPTH_MAX: Final = 20
_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]{0,15}")
_NUMBER: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE].*")
# What YAML 1.1 readers take for a number, a truth value, nothing or a time of day.
_UNCLEAR: Final = re.compile(
    r"[-+]?[0-9][0-9_,]*|[-+]?0[xob][0-9a-fA-F_]*|[-+]?[0-9]+(:[0-9]{1,2})+(\.[0-9]*)?"
    r"|[-+]?\.(inf|nan)|~|yes|no|on|off|y|n|=|<<",
    re.IGNORECASE,
)
_WORDS: Final = {"true": True, "false": False, "null": None}

Tree = dict[str, "Tree"] | list["Tree"] | str | int | bool | None


@dataclass(slots=True)
class ReadFile:
    """The tree, and the line on which each place of it starts."""

    tree: Tree
    lines: dict[str, int] = field(default_factory=dict)

    def problem(self, code: str, place: str, **params: str | int) -> Problem:
        """Return a problem at ``place`` with the line of the nearest place that has one."""
        near = place
        while near and near not in self.lines:
            near = near.rpartition("/")[0]
        return Problem(code=code, place=place, line=self.lines.get(near, 0), params=params)


def read_text(content: bytes) -> ReadFile:
    """Read YAML or JSON; raise :class:`RuleSetRefused` with the place of what is not allowed."""
    if len(content) > BYTES_MAX:
        raise RuleSetRefused([Problem(code="too-large")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = content[: bad.start].count(b"\n") + 1
        raise RuleSetRefused([Problem(code="not-text", line=line)]) from None
    try:
        return _Builder(iter(yaml.parse(text, Loader=yaml.SafeLoader))).document()
    except yaml.YAMLError as bad:
        mark = getattr(bad, "problem_mark", None)
        what = str(getattr(bad, "problem", None) or "?")[:120]
        problem = Problem(code="not-yaml", line=mark.line + 1 if mark else 0, params={"what": what})
        raise RuleSetRefused([problem]) from None


class _Builder:
    """Builds the tree of one document, refusing at the first trick."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        self.lines: dict[str, int] = {}

    def document(self) -> ReadFile:
        next(self.events)  # the stream starts
        if not isinstance(next(self.events), yaml.DocumentStartEvent):
            raise RuleSetRefused([Problem(code="not-one-document")])
        tree = self.node(next(self.events), place="", depth=0)
        next(self.events)  # the document ends
        last = next(self.events)
        if not isinstance(last, yaml.StreamEndEvent):
            raise RuleSetRefused([_at("not-one-document", last, place="")])
        return ReadFile(tree=tree, lines=self.lines)

    def node(self, event: yaml.Event, *, place: str, depth: int) -> Tree:
        self.lines[place] = _line(event)
        if depth > DEPTH_MAX:
            raise RuleSetRefused([_at("too-deep", event, place=place)])
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise RuleSetRefused([_at("anchor", event, place=place)])
        if getattr(event, "tag", None):
            raise RuleSetRefused([_at("tag", event, place=place)])
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event, place=place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(place=place, depth=depth)
        return self.mapping(place=place, depth=depth)

    def sequence(self, *, place: str, depth: int) -> list[Tree]:
        parts: list[Tree] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            parts.append(self.node(event, place=f"{place}/{len(parts)}", depth=depth + 1))
        return parts

    def mapping(self, *, place: str, depth: int) -> dict[str, Tree]:
        found: dict[str, Tree] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                raise RuleSetRefused([_at("anchor", event, place=place)])
            key = str(event.value)
            if key in found:
                raise RuleSetRefused([_at("duplicate-key", event, place=place, key=key)])
            found[key] = self.node(next(self.events), place=f"{place}/{key}", depth=depth + 1)
        return found


def _scalar(event: yaml.ScalarEvent, *, place: str) -> str | int | bool | None:
    value: str = event.value
    if event.style is not None:  # quoted, or a block of text
        return value
    if value in _WORDS:
        return _WORDS[value]
    if _WHOLE.fullmatch(value):
        return int(value)
    if _NUMBER.fullmatch(value):
        raise RuleSetRefused([_at("float", event, place=place, value=value[:40])])
    if not value or value.lower() in _WORDS or _UNCLEAR.fullmatch(value):
        raise RuleSetRefused([_at("unclear-scalar", event, place=place, value=value[:40])])
    return value


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 0


def _at(code: str, event: yaml.Event, *, place: str, **params: str | int) -> Problem:
    return Problem(code=code, place=place, line=_line(event), params=params)
