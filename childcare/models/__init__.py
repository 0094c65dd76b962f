"""Tables of facilities, rule sets, applications and admission rounds."""

from childcare.models.applications import Application, Child, Household, Preference
from childcare.models.facilities import Facility, FacilityKind
from childcare.models.rounds import Round, RoundKind, RoundState, Slot
from childcare.models.rule_sets import RuleSet, RuleSetStatus

__all__ = [
    "Application",
    "Child",
    "Facility",
    "FacilityKind",
    "Household",
    "Preference",
    "Round",
    "RoundKind",
    "RoundState",
    "RuleSet",
    "RuleSetStatus",
    "Slot",
]
