"""Addresses of claims, wallets, redemptions and what stands around them."""

from django.urls import path

from tourism.views.lodging import CheckInsView
from tourism.views.offline import LeaseEndView, LeasesView, OfflineSalesView
from tourism.views.redemptions import OffersView, RedemptionsView, by_the_shorter_road
from tourism.views.shop import (
    ConfirmSaleView,
    RefuseSaleView,
    ReversalView,
    WaitingSalesView,
)
from tourism.views.staff_wallets import FindWalletView
from tourism.views.tourist import (
    AskedSaleView,
    AskShopView,
    CancelSaleView,
    ClaimByAccountView,
    ClaimByCodeView,
    CouponCampaignsView,
    CouponCampaignView,
    WalletCodeView,
    WalletSpentView,
    WalletsView,
)

urlpatterns = [
    path("tourism/campaigns", CouponCampaignsView.as_view(), name="coupon-campaigns"),
    path(
        "tourism/campaigns/<uuid:campaign_id>", CouponCampaignView.as_view(), name="coupon-campaign"
    ),
    path(
        "tourism/campaigns/<uuid:campaign_id>/claims",
        ClaimByAccountView.as_view(),
        name="coupon-claim",
    ),
    path("tourism/claims", ClaimByCodeView.as_view(), name="coupon-claim-code"),
    path("tourism/wallets", WalletsView.as_view(), name="coupon-wallets"),
    path("tourism/wallets/<uuid:wallet_id>/code", WalletCodeView.as_view(), name="wallet-code"),
    path(
        "tourism/wallets/<uuid:wallet_id>/redemptions",
        WalletSpentView.as_view(),
        name="wallet-redemptions",
    ),
    path("tourism/wallets/<uuid:wallet_id>/pending-sales", AskShopView.as_view(), name="ask-shop"),
    path(
        "tourism/wallets/<uuid:wallet_id>/pending-sales/<uuid:pending_id>",
        AskedSaleView.as_view(),
        name="asked-sale",
    ),
    path(
        "tourism/wallets/<uuid:wallet_id>/pending-sales/<uuid:pending_id>/cancellation",
        CancelSaleView.as_view(),
        name="cancel-sale",
    ),
    path("tourism/offers", OffersView.as_view(), name="coupon-offers"),
    path(
        "tourism/redemptions",
        by_the_shorter_road(RedemptionsView.as_view()),
        name="coupon-redemptions",
    ),
    path(
        "tourism/redemptions/<uuid:redemption_id>/reversal",
        ReversalView.as_view(),
        name="coupon-reversal",
    ),
    path("tourism/pending-sales", WaitingSalesView.as_view(), name="pending-sales"),
    path(
        "tourism/pending-sales/<uuid:pending_id>/confirmation",
        ConfirmSaleView.as_view(),
        name="pending-sale-confirm",
    ),
    path(
        "tourism/pending-sales/<uuid:pending_id>/refusal",
        RefuseSaleView.as_view(),
        name="pending-sale-refuse",
    ),
    path("tourism/leases", LeasesView.as_view(), name="coupon-leases"),
    path("tourism/leases/<uuid:lease_id>/sales", OfflineSalesView.as_view(), name="offline-sales"),
    path("tourism/leases/<uuid:lease_id>/end", LeaseEndView.as_view(), name="lease-end"),
    path("staff/wallet-search", FindWalletView.as_view(), name="wallet-find"),
    path("tourism/check-ins", CheckInsView.as_view(), name="check-ins"),
]
