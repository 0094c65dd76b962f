"""An admission round of the city, computed."""

from collections.abc import Mapping

from accounts.models import Role
from childcare.admission.running import make_run
from childcare.models import Application, LetterHeap, LetterRun, Round
from childcare.placing.letter_runs import print_next
from core.audit import SYSTEM
from tests.childcare.admission.rounds import AFTER, apply_for, make_class, make_scored_round
from tests.childcare.placing.factories import decide
from tests.disability_card.factories import make_staff
from tests.matrix_world import World


def printed(round_: Round) -> LetterRun:
    """The file of the one letter that there is."""
    run = print_next(
        round_,
        LetterHeap.NOT_PLACED,
        Application.objects.filter(round=round_),
        waiting=1,
        officer=make_staff(Role.CHILDCARE_CLERK),
        actor=SYSTEM,
        now=AFTER,
    )
    assert run is not None
    return run


def values(_world: World) -> Mapping[str, object]:
    round_ = make_scored_round(name="matrix", first_year=1999)  # another row has today's
    row = apply_for(round_, make_class(round_), points=100)
    decide(make_run(round_, actor=SYSTEM, now=AFTER), row)
    return {
        "round_id": round_.pk, "heap_name": "not_placed", "letter_run_id": printed(round_).pk,
        "letter_kind": "result",
    }  # fmt: skip
