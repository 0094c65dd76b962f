"""An admission round of the city, computed."""

from collections.abc import Mapping

from childcare.admission.running import make_run
from core.audit import SYSTEM
from tests.childcare.admission.rounds import AFTER, apply_for, make_class, make_scored_round
from tests.childcare.placing.factories import decide
from tests.matrix_world import World


def values(_world: World) -> Mapping[str, object]:
    round_ = make_scored_round(name="matrix", first_year=1999)  # another row has today's
    row = apply_for(round_, make_class(round_), points=100)
    decide(make_run(round_, actor=SYSTEM, now=AFTER), row)
    return {
        "round_id": round_.pk, "heap_name": "not_placed", "file_number": 1,
        "letter_kind": "result",
    }  # fmt: skip
