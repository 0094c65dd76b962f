"""Addresses of applications under /api/v1/."""

from django.urls import path

from childcare.views import applications, staff_applications as staff, staff_certifications

_ONE = "childcare/applications/<uuid:application_id>"
_STAFF = "staff/childcare/applications/<uuid:application_id>"
_PAPER = "staff/childcare/documents/<uuid:document_id>"

urlpatterns = [
    path("childcare/open-rounds", applications.OpenRoundsView.as_view()),
    path("childcare/applications", applications.ApplicationsView.as_view()),
    path(_ONE, applications.ApplicationView.as_view()),
    path(f"{_ONE}/submit", applications.SubmitView.as_view()),
    path(f"{_ONE}/withdraw", applications.WithdrawView.as_view()),
    path(f"{_ONE}/answer", applications.SeatAnswerView.as_view()),
    path(f"{_ONE}/documents", applications.DocumentsView.as_view()),
    path("staff/childcare/applications", staff.StaffApplicationsView.as_view()),
    path(_STAFF, staff.StaffApplicationView.as_view()),
    path(f"{_STAFF}/checks", staff.CheckView.as_view()),
    path(f"{_STAFF}/told-facts", staff.ToldFactsView.as_view()),
    path(f"{_STAFF}/certifications", staff_certifications.CertificationsView.as_view()),
    path(
        "staff/childcare/certifications/<uuid:certification_id>/end",
        staff_certifications.EndCertificationView.as_view(),
    ),
    path(f"{_PAPER}/accept", staff.DocumentAcceptView.as_view()),
    path(f"{_PAPER}/send-back", staff.DocumentBackView.as_view()),
    path("staff/childcare/offers/<uuid:seat_offer_id>/admit", staff.AdmitView.as_view()),
    path("childcare/placements", staff.NurseryOffersView.as_view()),
    path("childcare/placements/<uuid:seat_offer_id>/answer", staff.NurseryAnswerView.as_view()),
]
