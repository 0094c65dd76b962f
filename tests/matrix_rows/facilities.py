"""A nursery of the city with a visit, a post, a photo and a file of seats."""

from datetime import timedelta
from typing import Any

from accounts.models import Organisation, OrganisationKind
from childcare.models import CapacityImport, CapacityImportState, OperatorChange, Photo, Post
from tests.childcare.facility_factories import make_facility, make_visit
from tests.disability_card.issuing import CITY, NOW


def values(world: Any) -> dict[str, object]:
    facility = make_facility()
    post = Post.objects.create(
        facility=facility, title={"ja": "x"}, text={"ja": "x"}, published_at=NOW
    )
    photo = Photo.objects.create(
        facility=facility, alternative={"ja": "x"}, file_sha256="0" * 64,
        media_type="image/jpeg", added_at=NOW,
    )  # fmt: skip
    seats = CapacityImport.objects.create(
        municipality=CITY, fiscal_year=2027, file_name="x.csv", file_sha256="0" * 64,
        state=CapacityImportState.CHECKED, submitted_by=world.clerk, submitted_at=NOW,
    )  # fmt: skip
    change = OperatorChange.objects.create(
        municipality=CITY, facility=facility, old_operator=world.nursery,
        new_operator=Organisation.objects.create(
            municipality=CITY, name="x", kind=OrganisationKind.NURSERY
        ),
        asked_by=world.clerk, asked_at=NOW,
    )  # fmt: skip
    return {
        "operator_change_id": change.pk,
        "facility_id": facility.pk,
        "visit_id": make_visit(facility, starts_at=NOW + timedelta(days=3_650)).pk,
        "post_id": post.pk,
        "photo_id": photo.pk,
        "capacity_import_id": seats.pk,
        "operator_id": world.nursery.pk,
        "row_id": post.pk,
        "topic": "post",
        "fiscal_year": 2027,
    }
