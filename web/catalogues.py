"""The catalogues of texts: find every message id, say what is missing, compile.

Each service has catalogues of its own (`childcare/locale/`, `tourism/locale/`, `places/locale/`)
for its code and for the pages that `web` makes of it; all else stands in `web/locale/`. A message
that two of them say stands in the first.

Message ids are Japanese. ``en`` and やさしい日本語 must hold each of them; Japanese itself only
holds our own words for messages of the libraries (their ids are English). No GNU gettext is
needed: polib reads and writes the files.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polib
from django.template.base import Lexer, Token, TokenType

from web.easy_japanese import kanji_without_reading

ROOMS: Final = (
    "api",
    "web",
    "disability_card",
    "childcare",
    "tourism",
    "places",
    "accounts",
    "core",
)
LOCALES: Final = {"en": "en", "ja-easy": "ja_Easy"}
# In the order in which Django looks a message up.
CATALOGUES: Final = ("web", "childcare", "tourism", "places")
_PLURAL_FORMS: Final = {
    "en": "nplurals=2; plural=(n != 1);",
    "ja-easy": "nplurals=1; plural=0;",
}
_FUNCTIONS: Final = {
    "_": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "gettext_noop": 1,
    "_noop": 1,  # where `_` is the translating one
    "ngettext": 2,
    "ngettext_lazy": 2,
}
_JAPANESE: Final = re.compile(r"[ぁ-ヿ㐀-鿿]")
_KANA: Final = re.compile(r"[ぁ-ヿ]")
_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[sd]")
_INLINE: Final = re.compile(r"""_\(\s*(["'])(.*?)\1\s*\)""")
_TRANS: Final = re.compile(r"""^trans(?:late)?\s+(["'])(.*?)\1""")
_BLOCK: Final = re.compile(r"^blocktrans(?:late)?\b")
_BLOCK_END: Final = re.compile(r"^endblocktrans(?:late)?\b")
_PLURAL: Final = re.compile(r"^plural\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One message that a catalogue does not hold as it must."""

    language: str
    message: str
    place: str
    what: str


def messages(root: Path) -> dict[str, str]:
    """Return every Japanese message id of code and templates with the first place it stands."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in _python_files(root / room):
            _collect(found, _in_python(path), path.relative_to(root))
        for path in _templates(root / room):
            _collect(found, _in_template(path), path.relative_to(root))
    return found


def counted(root: Path) -> set[str]:
    """Return the message ids that are said of a number: a catalogue finds them by their plural."""
    found: set[str] = set()
    for room in ROOMS:
        for path in _python_files(root / room):
            for name, texts in _calls(path):
                if name.startswith("ngettext"):
                    found.update(text for text, _line in texts[:1])
        for path in _templates(root / room):
            tokens = iter(Lexer(path.read_text(encoding="utf-8")).tokenize())
            blocks = [list(_block_messages(one, tokens)) for one in tokens if _opens_block(one)]
            found.update(forms[0] for forms in blocks if len(forms) > 1)
    return {message for message in found if _JAPANESE.search(message)}


def _python_files(room: Path) -> list[Path]:
    left_out = {"migrations", "node_modules", "tests"}
    return [path for path in sorted(room.rglob("*.py")) if not left_out & set(path.parts)]


def _templates(room: Path) -> list[Path]:
    return sorted((room / "templates").rglob("*.*"))


def _collect(found: dict[str, str], ids: Iterator[tuple[str, int]], path: Path) -> None:
    for message, line in ids:
        if _JAPANESE.search(message):
            found.setdefault(message, f"{path}:{line}")


def _in_python(path: Path) -> Iterator[tuple[str, int]]:
    for _name, texts in _calls(path):
        yield from texts


def _calls(path: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Yield each call of a translating function with its texts and their line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        yield (
            name,
            [
                (argument.value, node.lineno)
                for argument in node.args[: _FUNCTIONS.get(name, 0)]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            ],
        )


def _in_template(path: Path) -> Iterator[tuple[str, int]]:
    tokens = iter(Lexer(path.read_text(encoding="utf-8")).tokenize())
    for token in tokens:
        if token.token_type in {TokenType.VAR, TokenType.BLOCK}:
            for inline in _INLINE.finditer(token.contents):
                yield inline[2], token.lineno or 0
        if token.token_type != TokenType.BLOCK:
            continue
        if match := _TRANS.match(token.contents):
            yield match[2], token.lineno or 0
        elif _opens_block(token):
            for message in _block_messages(token, tokens):
                yield message, token.lineno or 0


def _opens_block(token: Token) -> bool:
    return token.token_type == TokenType.BLOCK and _BLOCK.match(token.contents) is not None


def _block_messages(opening: Token, tokens: Iterator[Token]) -> Iterator[str]:
    """Yield the singular and the plural of a ``blocktranslate``, as Django looks them up."""
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type == TokenType.BLOCK and _BLOCK_END.match(token.contents):
            break
        if token.token_type == TokenType.BLOCK and _PLURAL.match(token.contents):
            parts.append([])
        elif token.token_type == TokenType.VAR:
            parts[-1].append(f"%({token.contents})s")
        else:
            parts[-1].append(token.contents.replace("%", "%%"))
    for part in parts:
        text = "".join(part)
        if " trimmed" in opening.contents:
            text = " ".join(line.strip() for line in text.splitlines() if line.strip())
        yield text


def catalogue_path(root: Path, language: str, room: str = "web") -> Path:
    """Return the catalogue file of ``language`` in ``room``."""
    return root / room / "locale" / LOCALES[language] / "LC_MESSAGES" / "django.po"


def home_of(place: str) -> str:
    """Return the room in whose catalogue a message that stands at ``place`` belongs."""
    return next((room for room in CATALOGUES[1:] if room in place), "web")


def entries(root: Path, language: str) -> dict[str, polib.POEntry]:
    """Return the entries of every catalogue of ``language`` by message id, as Django finds them."""
    found: dict[str, polib.POEntry] = {}
    for room in CATALOGUES:
        path = catalogue_path(root, language, room)
        if path.exists():
            for entry in polib.pofile(str(path)):
                found.setdefault(entry.msgid, entry)
    return found


def defects(root: Path) -> list[Defect]:
    """Return every message that a catalogue lacks or holds wrongly."""
    found = []
    wanted, of_numbers = messages(root), counted(root)
    for language in LOCALES:
        texts = entries(root, language)
        for message, place in wanted.items():
            entry = texts.get(message)
            what = _defect(language, message, entry)
            if not what and message in of_numbers and not (entry and entry.msgid_plural):
                what = "has no plural, so that nobody finds it"
            if what:
                found.append(Defect(language=language, message=message, place=place, what=what))
    return found


def _defect(language: str, message: str, entry: polib.POEntry | None) -> str:
    if entry is None or entry.obsolete or "fuzzy" in entry.flags:
        return "missing"
    texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
    if not all(texts):
        return "missing"
    if any(set(_PLACEHOLDER.findall(text)) - set(_PLACEHOLDER.findall(message)) for text in texts):
        return "names a value that the Japanese does not have"
    if language == "en" and any(_KANA.search(text) for text in texts):
        return "has kana"
    if language == "ja-easy" and (bare := "".join(map(kanji_without_reading, texts))):
        return f"kanji without a reading: {bare}"
    return ""


def unused(root: Path) -> list[str]:
    """Return Japanese message ids of the catalogues that no code or template says any more."""
    wanted = messages(root)
    return sorted(
        {
            message
            for language in LOCALES
            for message in entries(root, language)
            if _JAPANESE.search(message) and message not in wanted
        }
    )


def add_missing(root: Path) -> int:
    """Append an empty entry for each missing message; return how many."""
    lacking = [defect for defect in defects(root) if defect.what == "missing"]
    of_numbers = counted(root)
    for language in LOCALES:
        known = entries(root, language)
        for room in CATALOGUES:
            path = catalogue_path(root, language, room)
            ours = [
                defect.message
                for defect in lacking
                if defect.language == language
                and defect.message not in known
                and home_of(defect.place) == room
            ]
            if not ours:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue = polib.pofile(str(path), wrapwidth=98) if path.exists() else _empty(language)
            catalogue.extend(
                _empty_entry(message, language, of_number=message in of_numbers) for message in ours
            )
            catalogue.save(str(path))
    return len(lacking)


def _empty_entry(message: str, language: str, *, of_number: bool) -> polib.POEntry:
    if not of_number:
        return polib.POEntry(msgid=message, msgstr="")
    forms = 2 if language == "en" else 1
    return polib.POEntry(
        msgid=message, msgid_plural=message, msgstr_plural=dict.fromkeys(range(forms), "")
    )


def _empty(language: str) -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=98)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": _PLURAL_FORMS[language],
    }
    return catalogue


def compile_catalogues(root: Path) -> int:
    """Write a ``.mo`` beside each ``.po`` that is newer; return how many were written."""
    written = 0
    for source in sorted(path for room in CATALOGUES for path in (root / room).rglob("*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        polib.pofile(str(source)).save_as_mofile(str(target))
        written += 1
    return written
