"""The phone's endpoints under /api/v1/, and the holder's list of phones."""

from django.urls import path

from disability_card.views.devices import (
    DevicesView,
    DeviceView,
    OfferView,
    ResumeDeviceView,
    SuspendDeviceView,
)
from disability_card.views.staff_card_devices import (
    StaffCardDevicesView,
    StaffCardDeviceView,
    StaffResumeDeviceView,
    StaffSuspendDeviceView,
)
from disability_card.views.wallet import CredentialView, NonceView, TokenView

_DEVICES = "cards/<uuid:card_id>/devices"
_DEVICE = f"{_DEVICES}/<uuid:device_id>"

urlpatterns = [
    path("oauth/token", TokenView.as_view(), name="oauth-token"),
    path("vci/nonce", NonceView.as_view(), name="vci-nonce"),
    path("vci/credential", CredentialView.as_view(), name="vci-credential"),
    path("cards/<uuid:card_id>/offer", OfferView.as_view(), name="card-offer"),
    path(_DEVICES, DevicesView.as_view(), name="card-devices"),
    path(_DEVICE, DeviceView.as_view(), name="card-device"),
    path(f"{_DEVICE}/suspend", SuspendDeviceView.as_view(), name="card-device-suspend"),
    path(f"{_DEVICE}/resume", ResumeDeviceView.as_view(), name="card-device-resume"),
    path(f"staff/{_DEVICES}", StaffCardDevicesView.as_view(), name="staff-card-devices"),
    path(f"staff/{_DEVICE}", StaffCardDeviceView.as_view(), name="staff-card-device"),
    path(
        f"staff/{_DEVICE}/suspend",
        StaffSuspendDeviceView.as_view(),
        name="staff-card-device-suspend",
    ),
    path(
        f"staff/{_DEVICE}/resume",
        StaffResumeDeviceView.as_view(),
        name="staff-card-device-resume",
    ),
]
