"""Whether a round is scored, and alike by both scorers: what a run and a notice stand on."""

from childcare.admission.refusals import ScorersDisagree, ScoresMissing
from childcare.applying.selection import selectable
from childcare.models import Round, Scorer
from childcare.score_round import scorers_disagree


def demand_agreement(round_: Round) -> None:
    """Raise where a score is missing, older than what it scores, or found differently."""
    if selectable(round_).exclude(score_sheets__scorer=Scorer.FIRST).exists():
        raise ScoresMissing
    if found := scorers_disagree(round_):
        raise ScorersDisagree(differences=len(found))
