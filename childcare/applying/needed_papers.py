"""Which papers an application needs, and the rows that ask for those that are not there yet.

What a paper is and which stated fact it proves stands in the rule set; this module only compares
that list with what was received.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from childcare.models import Application, Document, DocumentState


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Needed:
    """One paper of one subject: the employment certificate of ``guardian:1``."""

    subject: str
    kind: str


def ask_for(application: Application, needed: Iterable[Needed]) -> None:
    """Make a row for each paper that is needed and not there; forget those no longer needed.

    A paper that was received stays, needed or not: it is the family's word.
    """
    wanted = set(needed)
    there: set[Needed] = set()
    for row in Document.objects.filter(application=application):
        paper = Needed(subject=row.subject, kind=row.kind)
        if row.state == DocumentState.MISSING and (paper not in wanted or paper in there):
            row.delete()
            continue
        there.add(paper)
    Document.objects.bulk_create(
        Document(application=application, kind=paper.kind, subject=paper.subject)
        for paper in sorted(wanted - there)
    )
