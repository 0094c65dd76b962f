"""Ask one of the four questions about a campaign: the door of API and pages, and its trail."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from core import audit
from core.actor import Actor
from tourism.insight import answers
from tourism.insight.answers import AddedSpending, WhatNext, WhoCame, WhomToInvite
from tourism.insight.export import current_files
from tourism.models import Campaign

DIMENSIONS: Final = ("origin", "age_band", "party")


class Question(StrEnum):
    """The four; there is no fifth."""

    WHO_CAME = "who-came"
    WHAT_NEXT = "what-next"
    ADDED_SPENDING = "added-spending"
    WHOM_TO_INVITE = "whom-to-invite"


Filter = Mapping[str, Sequence[str]]
Answer = WhoCame | WhatNext | AddedSpending | WhomToInvite


def ask(
    campaign: Campaign, question: Question, *, chosen: Filter, actor: Actor, now: datetime
) -> Answer:
    """Return the answer; ``chosen`` narrows the first question by all, the second by origin."""
    files = current_files(campaign)
    audit.record(
        "insight.ask",
        actor=actor,
        now=now,
        municipality=campaign.municipality,
        object_type="campaign",
        object_id=campaign.pk,
        facts={"question": question, **{name: sorted(chosen.get(name, ())) for name in DIMENSIONS}},
    )
    match question:
        case Question.WHO_CAME:
            wanted = [frozenset(chosen.get(name, ())) or None for name in DIMENSIONS]
            return answers.who_came(files, wanted=wanted)
        case Question.WHAT_NEXT:
            return answers.what_next(files, origins=frozenset(chosen.get("origin", ())) or None)
        case Question.ADDED_SPENDING:
            return answers.added_spending(files)
        case Question.WHOM_TO_INVITE:
            return answers.whom_to_invite(files)
