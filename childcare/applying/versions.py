"""The one place that writes a version of an application, and what that reopens.

Every change goes through :func:`write_version`, whoever told it to whichever desk (吹田 2024: a
change of choices was handled by one desk only): the wishes, the sibling form and the held seat
follow the version in the same transaction, and whatever two people had checked is open again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from childcare.applying.content import Content, Siblings, differences
from childcare.applying.states import BEFORE_SELECTION, ApplicationState, demand_move
from childcare.facts import facts_to_json
from childcare.models import (
    Application,
    ApplicationVersion,
    Document,
    DocumentState,
    Household,
    Preference,
    SiblingPolicy,
    WhyAVersion,
)
from core import audit
from core.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who said it, how, to whom and when."""

    channel: str
    actor: Actor
    now: datetime

    @property
    def entered_by(self) -> UUID | None:
        """Return the account that typed it."""
        return self.actor.user_id

    @property
    def on_behalf_of(self) -> UUID | None:
        """Return for whom it was typed (代理入力)."""
        return self.actor.on_behalf_of


def content_of(application: Application) -> Content:
    """Return what counts now: the newest version; an empty content before the first."""
    version = application.current
    return Content() if version is None else version_content(version)


def version_content(version: ApplicationVersion) -> Content:
    """Return the content of one version."""
    return Content.from_json(
        {
            "facts": version.facts,
            "preferences": version.preferences,
            "siblings": version.siblings,
            "held_facility": str(version.held_facility_id or ""),
        }
    )


def lock_household(household_id: UUID) -> Household:
    """Lock a family for a write that may reach all its applications."""
    return Household.objects.select_for_update().get(pk=household_id)


def write_version(
    application: Application, content: Content, *, why: WhyAVersion, told: Told
) -> ApplicationVersion:
    """Append a version and let everything else follow it. Runs in the caller's transaction."""
    _demand_transaction()
    before = content_of(application)
    version = ApplicationVersion.objects.create(
        application=application,
        number=application.current.number + 1 if application.current else 1,
        facts=facts_to_json(content.facts),
        preferences=list(content.preferences),
        siblings=content.siblings.as_json(),
        held_facility_id=content.held_facility or None,
        why=why,
        channel=told.channel,
        entered_by_id=told.entered_by,
        on_behalf_of_id=told.on_behalf_of,
        at=told.now,
    )
    application.current = version
    application.held_facility_id = version.held_facility_id
    if before.preferences != content.preferences:
        write_preferences(application, content.preferences)
    write_siblings(application, content.siblings)
    changed = differences(before, content)
    _reopen_papers(application, {(one.subject, one.name) for one in changed}, before, content)
    audit.record(
        "childcare.version",
        actor=told.actor,
        now=told.now,
        municipality=application.municipality,
        object_type="application",
        object_id=application.pk,
        facts={
            "number": version.number,
            "why": str(why),
            "channel": told.channel,
            "fields": [f"{one.subject}/{one.name}" for one in changed][:50],
        },
        subject=application.child.household.applicant_id,
    )
    return version


def settle_state(application: Application) -> None:
    """Put an application that the city still checks where its papers and checks say.

    A verified one that got a new version or a new paper is under review again.
    """
    if application.state not in BEFORE_SELECTION:
        return
    states = set(application.documents.values_list("state", flat=True))
    if states & {DocumentState.MISSING, DocumentState.DEFICIENT}:
        wanted = ApplicationState.DOCUMENTS_MISSING
    elif application.state == ApplicationState.SUBMITTED:
        wanted = ApplicationState.SUBMITTED
    else:
        wanted = ApplicationState.UNDER_REVIEW
    if application.state != wanted:
        application.state = demand_move(application.state, wanted)


def write_preferences(application: Application, facilities: Sequence[str]) -> None:
    """Replace the wishes by those of the newest version."""
    Preference.objects.filter(application=application).delete()
    Preference.objects.bulk_create(
        Preference(application=application, facility_id=UUID(facility), rank=rank)
        for rank, facility in enumerate(facilities, start=1)
    )


def write_siblings(application: Application, siblings: Siblings) -> None:
    """Keep one sibling form a family and round."""
    if not siblings.box:
        return
    SiblingPolicy.objects.update_or_create(
        household_id=application.child.household_id,
        round_id=application.round_id,
        defaults={
            "box": siblings.box,
            "same_first": siblings.same_first,
            "one_alone": siblings.one_alone,
        },
    )


def _reopen_papers(
    application: Application,
    changed: Iterable[tuple[str, str]],
    before: Content,
    after: Content,
) -> None:
    """A paper that proves a changed fact is to be looked at again."""
    keys = set(changed)
    proofs = {
        fact.document
        for content in (before, after)
        for fact in content.facts
        if fact.document and (fact.subject, fact.name) in keys
    }
    if proofs:
        Document.objects.filter(
            application=application, state=DocumentState.ACCEPTED, pk__in=_ids(proofs)
        ).update(state=DocumentState.RECEIVED, entered_in=None, checked_by=None, checked_at=None)


def _ids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue  # the code of a kind of paper, not a paper
    return found


def _demand_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a version is written with its effects in one transaction")
