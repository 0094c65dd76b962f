"""An admission round of the city, computed."""

from collections.abc import Mapping

from childcare.admission.running import make_run
from core.audit import SYSTEM
from tests.childcare.admission.rounds import AFTER, apply_for, make_class, make_scored_round
from tests.matrix_world import World


def values(_world: World) -> Mapping[str, object]:
    round_ = make_scored_round(name="matrix", first_year=1999)  # another row has today's
    apply_for(round_, make_class(round_), points=100)
    make_run(round_, actor=SYSTEM, now=AFTER)
    return {"round_id": round_.pk}
