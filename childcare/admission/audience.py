"""Whom the notice of a run reaches, and how: in the app, by mail, or by a printed letter."""

from dataclasses import dataclass

from django.db.models import Q

from childcare.models import Application, Run

_IN_THE_APP = Q(
    child__household__applicant__user__is_active=True,
    child__household__applicant__merged_into=None,
)
# Who never chose hears by mail (accounts.notice_choices).
_BY_MAIL = Q(child__household__applicant__notice_choice=None) | Q(
    child__household__applicant__notice_choice__mail=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Children by how their family hears; a letter can be printed for each of them."""

    children: int
    in_the_app: int
    by_mail: int  # of those in the app

    @property
    def by_letter_alone(self) -> int:
        """Return how many hear of it by the printed letter and in no other way."""
        return self.children - self.in_the_app


def audience_of(run: Run) -> Audience:
    """Return whom the notice of ``run`` would reach now."""
    rows = Application.objects.filter(allocations__run=run)
    in_the_app = rows.filter(_IN_THE_APP)
    return Audience(
        children=rows.count(),
        in_the_app=in_the_app.count(),
        by_mail=in_the_app.filter(_BY_MAIL).count(),
    )
