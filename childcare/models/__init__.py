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
from childcare.models.capacity import CapacityImport, CapacityImportState
from childcare.models.checks import Document, DocumentState, FactCheck
from childcare.models.consultations import Consultation, ConsultationState
from childcare.models.daily_life import DayMoment, MenuDay, MomentIcon, Photo, Post, YearEvent
from childcare.models.facilities import (
    ClassCapacity,
    Facility,
    FacilityKind,
    FacilityTerms,
    Operator,
    PublishedCutoff,
)
from childcare.models.letters import LetterHeap, LetterRun, PrintedLetter
from childcare.models.operators import ChangeDecision, OperatorChange
from childcare.models.placements import (
    CareAmount,
    Certification,
    CertificationChange,
    CertificationClass,
    EndReason,
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
from childcare.models.vacancy import VacancySnapshot, VacancyState, VisitBooking, VisitDay

__all__ = [
    "Allocation",
    "Application",
    "ApplicationVersion",
    "Approval",
    "BlockingFamily",
    "CapacityImport",
    "CapacityImportState",
    "CareAmount",
    "Certification",
    "CertificationChange",
    "CertificationClass",
    "ChangeDecision",
    "Channel",
    "Child",
    "ClassCapacity",
    "Consultation",
    "ConsultationState",
    "DayMoment",
    "Decision",
    "Document",
    "DocumentState",
    "EndReason",
    "Exchange",
    "Facility",
    "FacilityAnswer",
    "FacilityKind",
    "FacilityTerms",
    "FactCheck",
    "Guardian",
    "Household",
    "LetterHeap",
    "LetterRun",
    "MenuDay",
    "MomentIcon",
    "Offer",
    "Operator",
    "OperatorChange",
    "Outcome",
    "ParentAnswer",
    "Photo",
    "Post",
    "Preference",
    "PrintedLetter",
    "PublishedCutoff",
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
    "VacancySnapshot",
    "VacancyState",
    "VisitBooking",
    "VisitDay",
    "WhyAVersion",
    "YearEvent",
]
