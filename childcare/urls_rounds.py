"""URLs of admission rounds under /api/v1/, for the city's staff."""

from django.urls import URLPattern, URLResolver, path

from childcare.views import staff_round_dates, staff_round_slots, staff_rounds

_ROUND = "staff/childcare/rounds/<uuid:round_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/childcare/rounds", staff_rounds.RoundsView.as_view()),
    path(_ROUND, staff_rounds.RoundView.as_view()),
    path(f"{_ROUND}/dates", staff_round_dates.RoundDatesView.as_view()),
    path(f"{_ROUND}/slots", staff_round_slots.RoundSlotsView.as_view()),
    path(f"{_ROUND}/scores", staff_rounds.RoundScoresView.as_view()),
    path(f"{_ROUND}/run", staff_rounds.RoundRunView.as_view()),
    path(f"{_ROUND}/controls", staff_rounds.RoundControlsView.as_view()),
    path(f"{_ROUND}/approvals", staff_rounds.RoundApprovalView.as_view()),
    path(f"{_ROUND}/send-back", staff_rounds.RoundSendBackView.as_view()),
    path(f"{_ROUND}/score-reason", staff_rounds.RoundScoreReasonView.as_view()),
    path(f"{_ROUND}/seat-reason", staff_rounds.RoundSeatReasonView.as_view()),
    path(f"{_ROUND}/publication", staff_rounds.RoundPublicationView.as_view()),
    path(f"{_ROUND}/proof", staff_rounds.RoundProofView.as_view()),
    path(f"{_ROUND}/what-if", staff_rounds.RoundWhatIfView.as_view()),
]
