"""Addresses of the pages of childcare."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from web.views import (
    childcare_applications,
    childcare_apply,
    childcare_check,
    childcare_child,
    childcare_nursery,
    staff_childcare,
    staff_childcare_entry,
    staff_childcare_papers,
    staff_childcare_placing,
    staff_consultations,
)

_APPLY = "childcare/apply/<uuid:application_id>"
_MINE = "childcare/applications/<uuid:application_id>"
_STAFF = "staff/childcare"
_ONE = f"{_STAFF}/applications/<uuid:application_id>"
_UUID = "[0-9a-f-]{36}"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("web.urls_facilities")),
    path("childcare/apply/", childcare_apply.start, name="childcare-apply"),
    path(f"{_APPLY}/wishes/", childcare_apply.wishes, name="childcare-apply-wishes"),
    path(f"{_APPLY}/questions/", childcare_apply.question, name="childcare-apply-questions"),
    path(f"{_APPLY}/questions/<slug:question_id>/", childcare_apply.question,
         name="childcare-apply-question"),
    path(f"{_APPLY}/child/", childcare_child.child_details, name="childcare-apply-child"),
    path(f"{_APPLY}/siblings/", childcare_apply.siblings, name="childcare-apply-siblings"),
    path(f"{_APPLY}/papers/", childcare_check.papers, name="childcare-apply-papers"),
    path(f"{_APPLY}/check/", childcare_check.check, name="childcare-apply-check"),
    path("childcare/papers/<uuid:document_id>/", childcare_check.paper, name="childcare-paper"),
    path("childcare/applications/", childcare_applications.applications,
         name="childcare-applications"),
    path(f"{_MINE}/", childcare_applications.application, name="childcare-application"),
    path(f"{_MINE}/submitted/", childcare_applications.submitted, name="childcare-submitted"),
    path(f"{_MINE}/receipt.pdf", childcare_applications.receipt, name="childcare-receipt"),
    path(f"{_MINE}/result.pdf", childcare_applications.letter, name="childcare-letter"),
    path(f"{_MINE}/withdraw/", childcare_applications.withdraw, name="childcare-withdraw"),
    path(f"{_MINE}/answer/", childcare_applications.answer, name="childcare-answer"),
    path("nursery/offers/", childcare_nursery.offers, name="nursery-offers"),
    path("nursery/offers/<uuid:seat_offer_id>/", childcare_nursery.offer, name="nursery-offer"),
    path(f"{_STAFF}/applications/", staff_childcare.queue, name="staff-childcare-applications"),
    path(f"{_STAFF}/applications/next/", staff_childcare.next_one, name="staff-childcare-next"),
    path(f"{_STAFF}/enter/", staff_childcare_entry.enter, name="staff-childcare-enter"),
    path(f"{_ONE}/", staff_childcare.application, name="staff-childcare-application"),
    path(f"{_ONE}/check/", staff_childcare.check, name="staff-childcare-check"),
    path(f"{_ONE}/tell/", staff_childcare_papers.tell, name="staff-childcare-tell"),
    path(f"{_ONE}/certify/", staff_childcare_papers.certify, name="staff-childcare-certify"),
    path(f"{_ONE}/carry/", staff_childcare_placing.carry, name="staff-childcare-carry"),
    path(f"{_STAFF}/papers/<uuid:document_id>/", staff_childcare_papers.paper,
         name="staff-childcare-paper"),
    re_path(rf"^{_STAFF}/papers/(?P<document_id>{_UUID})/(?P<paper_change>receive|accept|back)/$",
            staff_childcare_papers.paper_change, name="staff-childcare-paper-change"),
    path(f"{_ONE}/consultation/", staff_consultations.consultation_open,
         name="staff-consultation-open"),
    path(f"{_STAFF}/consultations/", staff_consultations.consultations,
         name="staff-consultations"),
    path(f"{_STAFF}/consultations/<uuid:consultation_id>/", staff_consultations.consultation_step,
         name="staff-consultation-step"),
    path(f"{_STAFF}/consultations/<uuid:consultation_id>/letter.pdf",
         staff_consultations.consultation_letter, name="staff-consultation-letter"),
    path(f"{_STAFF}/placing/", staff_childcare_placing.placing, name="staff-childcare-placing"),
    path(f"{_STAFF}/placing/<uuid:round_id>/", staff_childcare_placing.placing,
         name="staff-childcare-placing-round"),
    path(f"{_STAFF}/placing/<uuid:round_id>/lapse/", staff_childcare_placing.lapse,
         name="staff-childcare-lapse"),
    path(f"{_STAFF}/waiting/<uuid:class_slot_id>/", staff_childcare_placing.waiting,
         name="staff-childcare-waiting"),
    path(f"{_STAFF}/waiting/<uuid:class_slot_id>/offer/", staff_childcare_placing.offer_seat,
         name="staff-childcare-offer-seat"),
    path(f"{_STAFF}/offers/<uuid:seat_offer_id>/answer/", staff_childcare_placing.offer_answer,
         name="staff-childcare-offer-answer"),
    path(f"{_STAFF}/offers/<uuid:seat_offer_id>/admit/", staff_childcare_placing.admit,
         name="staff-childcare-admit"),
]  # fmt: skip
