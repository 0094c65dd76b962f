"""Tables of facilities, rule sets, applications and admission rounds."""

from childcare.models.applications import Application, Child, Household, Preference
from childcare.models.facilities import Facility, FacilityKind
from childcare.models.rounds import Round, RoundKind, RoundState, Slot
from childcare.models.rule_sets import RuleSet, RuleSetStatus
from childcare.models.runs import (
    Allocation,
    Approval,
    BlockingFamily,
    Decision,
    Outcome,
    Run,
    RunState,
)
from childcare.models.score_sheets import Scorer, ScoreSheet

__all__ = [
    "Allocation",
    "Application",
    "Approval",
    "BlockingFamily",
    "Child",
    "Decision",
    "Facility",
    "FacilityKind",
    "Household",
    "Outcome",
    "Preference",
    "Round",
    "RoundKind",
    "RoundState",
    "RuleSet",
    "RuleSetStatus",
    "Run",
    "RunState",
    "ScoreSheet",
    "Scorer",
    "Slot",
]
