"""What each family of a round ticked about its brothers and sisters."""

from uuid import UUID

from childcare.admission.options import OneAlone, SiblingBox, SiblingForm
from childcare.models import Round, SiblingPolicy


def forms_of(round_: Round) -> dict[UUID, SiblingForm]:
    """Return household -> its form; a family that ticked nothing is not there."""
    return {
        one.household_id: SiblingForm(
            box=SiblingBox(one.box),
            same_first=one.same_first,
            one_alone=OneAlone(one.one_alone or OneAlone.EITHER),
        )
        for one in SiblingPolicy.objects.filter(round=round_)
    }
