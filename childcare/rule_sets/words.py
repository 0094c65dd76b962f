"""Texts of a rule set, in as many languages as its author wrote."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One text of the file in the languages that it was written in; Japanese always."""

    ja: str
    easy: str = ""
    en: str = ""

    def for_language(self, code: str) -> str:
        """Return the text for a reader's language code; Japanese where there is no other."""
        if code == "en":
            return self.en or self.ja
        if code == "ja-easy":
            return self.easy or self.ja
        return self.ja

    def __str__(self) -> str:
        return self.ja
