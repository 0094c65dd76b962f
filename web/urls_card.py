"""Addresses of the card's pages: holder, front desk, benefits, staff."""

from django.urls import path, re_path

from web.views import card, desk, staff_cards, staff_desks, staff_ledger

urlpatterns = [
    path("card/show/", card.show, name="card"),
    path("card/link/", card.link, name="card-link"),
    path("card/phones/", card.phones, name="card-devices"),
    path("card/phones/<uuid:card_id>/<uuid:device_id>/<str:change>/", card.phone_change,
         name="card-device-change"),
    path("benefits/", card.benefits, name="benefits"),
    path("desk/", desk.desk, name="desk"),
    path("desk/setup/", desk.setup, name="desk-setup"),
    path("staff/", staff_desks.staff_home, name="staff-home"),
    path("staff/ledger/", staff_ledger.ledger_list, name="staff-ledger"),
    path("staff/ledger/upload/", staff_ledger.ledger_upload, name="staff-ledger-upload"),
    path("staff/ledger/<uuid:import_id>/", staff_ledger.ledger_import, name="staff-ledger-import"),
    path("staff/ledger/<uuid:import_id>/approve/", staff_ledger.ledger_approve,
         name="staff-ledger-approve"),
    path("staff/ledger/<uuid:import_id>/reject/", staff_ledger.ledger_reject,
         name="staff-ledger-reject"),
    path("staff/ledger/<uuid:import_id>/problems.csv", staff_ledger.ledger_problems,
         name="staff-ledger-problems"),
    path("staff/cards/", staff_cards.card_search, name="staff-cards"),
    path("staff/handbooks/<uuid:handbook_id>/link/", staff_cards.card_link,
         name="staff-card-link"),
    path("staff/handbooks/<uuid:handbook_id>/letter/", staff_cards.card_letter,
         name="staff-card-letter"),
    path("staff/cards/<uuid:card_id>/", staff_cards.card_page, name="staff-card"),
    re_path(r"^staff/cards/(?P<card_id>[0-9a-f-]{36})/(?P<change>suspend|resume|revoke|reissue)/$",
            staff_cards.card_change, name="staff-card-change"),
    path("staff/cards/<uuid:card_id>/paper/", staff_cards.card_paper, name="staff-card-paper"),
    path("staff/cards/<uuid:card_id>/papers/<uuid:paper_id>/revoke/", staff_cards.paper_revoke,
         name="staff-paper-revoke"),
    path("staff/devices/", staff_desks.device_list, name="staff-devices-page"),
    path("staff/devices/<uuid:device_id>/revoke/", staff_desks.device_revoke,
         name="staff-device-revoke-page"),
    path("staff/benefits/", staff_desks.benefit_list, name="staff-benefits"),
    path("staff/benefits/new/", staff_desks.benefit_edit, name="staff-benefit-new"),
    path("staff/benefits/<uuid:benefit_id>/", staff_desks.benefit_edit, name="staff-benefit"),
    path("staff/statistics/", staff_desks.statistics_page, name="staff-statistics"),
]  # fmt: skip
