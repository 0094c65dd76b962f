"""The staff's addresses under /api/v1/, and the public list of benefits."""

from django.urls import path

from disability_card.views.benefits import (
    BenefitsView,
    StaffBenefitsView,
    StaffBenefitView,
    StatisticsView,
)
from disability_card.views.staff_ledger import (
    ApproveImportView,
    LedgerImportsView,
    LedgerImportView,
    LedgerRowsView,
    RejectImportView,
)

_IMPORT = "staff/ledger-imports/<uuid:import_id>"

urlpatterns = [
    path("benefits", BenefitsView.as_view(), name="benefits-list"),
    path("staff/benefits", StaffBenefitsView.as_view(), name="staff-benefits-api"),
    path("staff/benefits/<uuid:benefit_id>", StaffBenefitView.as_view(), name="staff-benefit-api"),
    path("staff/ledger-imports", LedgerImportsView.as_view(), name="ledger-imports"),
    path(_IMPORT, LedgerImportView.as_view(), name="ledger-import"),
    path(f"{_IMPORT}/rows", LedgerRowsView.as_view(), name="ledger-import-rows"),
    path(f"{_IMPORT}/approve", ApproveImportView.as_view(), name="ledger-import-approve"),
    path(f"{_IMPORT}/reject", RejectImportView.as_view(), name="ledger-import-reject"),
    path("staff/verification-statistics", StatisticsView.as_view(), name="verification-statistics"),
]
