"""Addresses of campaigns, shops, settlement and paper under /api/v1/."""

from django.urls import path

from tourism.views import own_shop, staff_campaigns, staff_settlement, staff_shops

_CAMPAIGN = "staff/campaigns/<uuid:campaign_id>"
_APPLICATION = "staff/shop-applications/<uuid:application_id>"
_SHOP = "staff/shops/<uuid:shop_id>"
_BATCH = "staff/settlements/<uuid:batch_id>"
_OWN = "shops/<uuid:shop_id>"

urlpatterns = [
    path("staff/campaigns", staff_campaigns.CampaignsView.as_view(), name="staff-campaigns-api"),
    path("staff/campaigns/preview", staff_campaigns.PreviewView.as_view(),
         name="campaign-preview"),
    path(_CAMPAIGN, staff_campaigns.CampaignView.as_view(), name="staff-campaign-api"),
    path(f"{_CAMPAIGN}/submit", staff_campaigns.SubmitCampaignView.as_view(),
         name="campaign-submit"),
    path(f"{_CAMPAIGN}/review", staff_campaigns.ReviewCampaignView.as_view(),
         name="campaign-review"),
    path(f"{_CAMPAIGN}/send-back", staff_campaigns.SendBackCampaignView.as_view(),
         name="campaign-send-back"),
    path("staff/shop-applications", staff_shops.ApplicationsView.as_view(),
         name="shop-applications-api"),
    path(f"{_APPLICATION}/take", staff_shops.TakeApplicationView.as_view(),
         name="shop-application-take"),
    path(f"{_APPLICATION}/accept", staff_shops.AcceptApplicationView.as_view(),
         name="shop-application-accept"),
    path(f"{_APPLICATION}/decline", staff_shops.DeclineApplicationView.as_view(),
         name="shop-application-decline"),
    path("staff/shops", staff_shops.ShopsView.as_view(), name="staff-shops-api"),
    path(f"{_SHOP}/state", staff_shops.ShopStateView.as_view(), name="shop-state"),
    path(f"{_SHOP}/accounts", staff_shops.ShopAccountsView.as_view(),
         name="shop-accounts-api"),
    path("staff/shop-accounts/<uuid:account_id>/approve",
         staff_shops.ApproveAccountView.as_view(), name="shop-account-approve"),
    path("staff/shop-accounts/<uuid:account_id>/refuse",
         staff_shops.RefuseAccountView.as_view(), name="shop-account-refuse"),
    path("staff/settlements", staff_settlement.BatchesView.as_view(), name="settlements-api"),
    path(_BATCH, staff_settlement.BatchView.as_view(), name="settlement-api"),
    path(f"{_BATCH}/approve", staff_settlement.ApproveBatchView.as_view(),
         name="settlement-approve"),
    path(f"{_BATCH}/send", staff_settlement.SendBatchView.as_view(), name="settlement-send"),
    path(f"{_BATCH}/paid", staff_settlement.PaidBatchView.as_view(), name="settlement-paid"),
    path(f"{_BATCH}/bank-file", staff_settlement.BankFileView.as_view(),
         name="settlement-bank-file"),
    path(f"{_BATCH}/statement", staff_settlement.StatementView.as_view(),
         name="settlement-statement"),
    path(f"{_BATCH}/returns", staff_settlement.ReturnsView.as_view(), name="settlement-returns"),
    path("staff/returns/<uuid:return_id>/confirm", staff_settlement.DecideReturnView.as_view(),
         name="return-confirm"),
    path("staff/returns/<uuid:return_id>/reject", staff_settlement.RejectReturnView.as_view(),
         name="return-reject"),
    path(f"{_CAMPAIGN}/funding", staff_settlement.FundingReportView.as_view(),
         name="funding-report"),
    path(f"{_CAMPAIGN}/evidence", staff_settlement.EvidenceView.as_view(),
         name="funding-evidence"),
    path("shop-applications", own_shop.ApplyView.as_view(), name="shop-apply"),
    path("shops", own_shop.OwnShopsView.as_view(), name="own-shops"),
    path(f"{_OWN}/branches", own_shop.BranchView.as_view(), name="shop-branches"),
    path(f"{_OWN}/tills", own_shop.TillsView.as_view(), name="shop-tills"),
    path(f"{_OWN}/tills/<uuid:device_id>/end", own_shop.EndTillView.as_view(),
         name="shop-till-end"),
    path(f"{_OWN}/members", own_shop.MembersView.as_view(), name="shop-members"),
    path(f"{_OWN}/members/<uuid:member_id>/end", own_shop.EndMemberView.as_view(),
         name="shop-member-end"),
]  # fmt: skip
