"""Children without a seat go into the next round with what they said; both people look again.

The facts are copied as they are: what has no period on the new reference date does not count,
and the family sees that when the new round asks.
"""

from dataclasses import replace

from django.db import IntegrityError, transaction

from childcare.applying.content_rules import CLASS_AGE_MAX, class_age_in
from childcare.applying.deadlines import demand_open
from childcare.applying.refusals import AppliedAlready, TooOldForNursery
from childcare.applying.states import ApplicationState, NotInThisState
from childcare.applying.submission import PapersOf, apply_version
from childcare.applying.versions import Told, content_of, lock_household
from childcare.models import Application, Round, Slot, WhyAVersion


def carry_to_round(
    application: Application, round_: Round, *, papers_of: PapersOf, told: Told
) -> Application:
    """Apply for ``round_`` with what ``application`` said; its wishes without a class are left out.

    Raises :class:`NotInThisState` for a child that has a seat, :class:`AppliedAlready`,
    :class:`DeadlinePassed` and :class:`TooOldForNursery`.
    """
    if application.state != ApplicationState.NOT_PLACED:
        raise NotInThisState(state=application.state)
    demand_open(round_, at=told.now)
    age = class_age_in(application.child.birth_date, school_year=round_.fiscal_year)
    if age > CLASS_AGE_MAX:
        raise TooOldForNursery
    open_here = {
        str(pk)
        for pk in Slot.objects.filter(round=round_, class_age=age).values_list(
            "facility_id", flat=True
        )
    }
    old = content_of(application)
    content = replace(old, preferences=tuple(one for one in old.preferences if one in open_here))
    with transaction.atomic():
        lock_household(application.child.household_id)
        try:
            with transaction.atomic():
                row = Application.objects.create(
                    municipality=round_.municipality,
                    round=round_,
                    child=application.child,
                    exchange=application.exchange,
                    exchange_municipality=application.exchange_municipality,
                    created_at=told.now,
                    submitted_at=told.now,
                )
        except IntegrityError:
            raise AppliedAlready from None
        row.state = ApplicationState.SUBMITTED
        apply_version(row, content, why=WhyAVersion.CARRIED, papers_of=papers_of, told=told)
    return row
