"""A child's name and birth date, mended by the family as long as nobody has read them.

Once an application of the child was submitted, its papers and its class stand on them: from then on
the desk changes them.
"""

from datetime import date, datetime
from http import HTTPStatus

from django.db import transaction

from childcare.applying.refusals import BornInTheFuture
from childcare.applying.states import ApplicationState
from childcare.models import Child
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date


class ChildAlreadyApplied(Refusal):
    """An application of the child was submitted."""

    code = "child-already-applied"
    title = _("申しこんだあとは、ここで子どもの名前と生まれた日を直せません")
    next_step = _("市の保育の窓口に電話してください。")
    status = HTTPStatus.CONFLICT


def may_mend(child: Child) -> bool:
    """Say whether the child is not a proven person and no application was ever submitted."""
    return (
        child.person_id is None
        and not child.applications.exclude(state=ApplicationState.DRAFT).exists()
    )


def mend_child(
    child: Child, *, name: str, name_kana: str, birth_date: date, actor: Actor, now: datetime
) -> Child:
    """Change what the family wrote of its child; the wishes are checked before submission."""
    if birth_date > civil_date(now):
        raise BornInTheFuture
    with transaction.atomic():
        row = Child.objects.select_for_update().get(pk=child.pk)
        if not may_mend(row):
            raise ChildAlreadyApplied
        row.name, row.name_kana, row.birth_date = name, name_kana, birth_date
        row.save(update_fields=["name", "name_kana", "birth_date"])
        audit.record(
            "childcare.child.mend",
            actor=actor,
            now=now,
            municipality=row.household.municipality,
            object_type="child",
            object_id=row.pk,
            subject=row.household.applicant_id,
        )
    return row
