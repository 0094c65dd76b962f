"""Read a page as a test needs it: its words, headings, landmarks and addresses."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "input", "br", "img", "wbr", "path", "circle"})


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    language: str
    words: list[str] = field(default_factory=list)


class PageReader(HTMLParser):
    """Collects every element of a page with the words that stand in it and the language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.texts: list[tuple[str, str]] = []  # (language, words)
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        outer = self._open[-1].language if self._open else ""
        element = Element(tag, attributes, attributes.get("lang", outer))
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words.append(data)
        if self._open and self._open[-1].tag not in {"script", "style"}:
            self.texts.append((self._open[-1].language, data))

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def words_of(self, tag: str) -> list[str]:
        return ["".join(element.words).strip() for element in self.all(tag)]

    def said(self) -> Iterator[tuple[str, str]]:
        """Every word with its language, those of names and hints too."""
        yield from self.texts
        for element in self.elements:
            for name in ("aria-label", "alt", "title", "placeholder", "data-busy", "data-term"):
                if name in element.attributes:
                    yield element.language, element.attributes[name]
