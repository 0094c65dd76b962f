"""Tables of facilities, rule sets, applications and admission rounds."""

from childcare.models.applications import (
    Application,
    ApplicationVersion,
    Channel,
    Child,
    Exchange,
    Guardian,
    Household,
    Preference,
    SiblingBox,
    SiblingPolicy,
    StateOfApplication,
    WhyAVersion,
)
from childcare.models.checks import Document, DocumentState, FactCheck
from childcare.models.facilities import Facility, FacilityKind
from childcare.models.placements import (
    CareAmount,
    Certification,
    CertificationClass,
    FacilityAnswer,
    Offer,
    ParentAnswer,
)
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
    "ApplicationVersion",
    "Approval",
    "BlockingFamily",
    "CareAmount",
    "Certification",
    "CertificationClass",
    "Channel",
    "Child",
    "Decision",
    "Document",
    "DocumentState",
    "Exchange",
    "Facility",
    "FacilityAnswer",
    "FacilityKind",
    "FactCheck",
    "Guardian",
    "Household",
    "Offer",
    "Outcome",
    "ParentAnswer",
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
    "SiblingBox",
    "SiblingPolicy",
    "Slot",
    "StateOfApplication",
    "WhyAVersion",
]
