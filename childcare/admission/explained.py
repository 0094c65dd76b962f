"""An approver writes why what stands out is right: kept with the run, for this run alone."""

from datetime import datetime
from typing import Final, Literal

from django.db import transaction

from childcare.admission.refusals import NotInThisRunState
from childcare.admission.running import LIVE_RUNS
from childcare.models import Run
from core import audit
from core.actor import Actor

REASON_MAX: Final = 400


def explain(
    run: Run, what: Literal["scores", "seats"], *, reason: str, actor: Actor, now: datetime
) -> Run:
    """Keep ``reason`` for the run's scores or seats; a new run asks again."""
    written = {
        f"{what}_explained": reason.strip()[:REASON_MAX],
        f"{what}_explained_by_id": actor.user_id,
        f"{what}_explained_at": now,
    }
    with transaction.atomic():
        row = Run.objects.select_for_update().get(pk=run.pk)
        if row.state not in LIVE_RUNS:
            raise NotInThisRunState(state=row.state)
        for name, value in written.items():
            setattr(row, name, value)
        row.save(update_fields=written)
        audit.record(
            f"childcare.run.explain_{what}",
            actor=actor,
            now=now,
            municipality=row.round.municipality,
            object_type="run",
            object_id=row.pk,
        )
    return row
