"""Addresses of the admission pages of the city's staff."""

from django.urls import URLPattern, URLResolver, path

from web.views import (
    childcare_admission,
    childcare_letters,
    childcare_round_dates,
    childcare_round_new,
    childcare_what_if,
)

_ROUND = "staff/admission/<uuid:round_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/admission/", childcare_admission.admission_list, name="staff-admission"),
    path("staff/admission/new/", childcare_round_new.round_new, name="staff-admission-new"),
    path(_ROUND, childcare_admission.admission_round, name="staff-admission-round"),
    path(f"{_ROUND}dates/", childcare_round_dates.round_dates, name="staff-admission-dates"),
    path(f"{_ROUND}slots/", childcare_admission.admission_slots, name="staff-admission-slots"),
    path(f"{_ROUND}score/", childcare_admission.admission_score, name="staff-admission-score"),
    path(f"{_ROUND}run/", childcare_admission.admission_run, name="staff-admission-run"),
    path(
        f"{_ROUND}approve/", childcare_admission.admission_approve, name="staff-admission-approve"
    ),
    path(
        f"{_ROUND}send-back/",
        childcare_admission.admission_send_back,
        name="staff-admission-send-back",
    ),
    path(
        f"{_ROUND}publish/", childcare_admission.admission_publish, name="staff-admission-publish"
    ),
    path(
        f"{_ROUND}explain-seats/",
        childcare_admission.admission_explain_seats,
        name="staff-admission-explain-seats",
    ),
    path(
        f"{_ROUND}explain/", childcare_admission.admission_explain, name="staff-admission-explain"
    ),
    path(f"{_ROUND}sample/", childcare_admission.admission_sample, name="staff-admission-sample"),
    path(f"{_ROUND}what-if/", childcare_what_if.admission_what_if, name="staff-admission-what-if"),
    path(f"{_ROUND}letters/", childcare_letters.letters, name="staff-admission-letters"),
    path(
        f"{_ROUND}letters/<slug:heap_name>/",
        childcare_letters.letter_print,
        name="staff-admission-letter-print",
    ),
    path(
        f"{_ROUND}letters/<uuid:letter_run_id>.pdf",
        childcare_letters.letter_file,
        name="staff-admission-letter-file",
    ),
    path(
        "staff/childcare/applications/<uuid:application_id>/letters/<slug:letter_kind>.pdf",
        childcare_letters.staff_letter,
        name="staff-childcare-letter",
    ),
    path(
        f"{_ROUND}certificate.py",
        childcare_admission.admission_certificate,
        name="staff-admission-certificate",
    ),
    path(
        f"{_ROUND}market.json",
        childcare_admission.admission_file,
        {"name": "market"},
        name="staff-admission-market",
    ),
    path(
        f"{_ROUND}result.json",
        childcare_admission.admission_file,
        {"name": "result"},
        name="staff-admission-result",
    ),
]
