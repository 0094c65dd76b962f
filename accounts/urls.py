"""URLs of accounts under /api/v1/."""

from django.urls import path

from accounts.views.device import DeviceMeView, InitializeView, RollView
from accounts.views.me import MeView
from accounts.views.staff_devices import StaffDeviceRevokeView, StaffDevicesView

urlpatterns = [
    path("me", MeView.as_view(), name="me"),
    path("device/initialize", InitializeView.as_view(), name="device-initialize"),
    path("device/roll", RollView.as_view(), name="device-roll"),
    path("device/me", DeviceMeView.as_view(), name="device-me"),
    path("staff/devices", StaffDevicesView.as_view(), name="staff-devices"),
    path(
        "staff/devices/<uuid:device_id>/revoke",
        StaffDeviceRevokeView.as_view(),
        name="staff-device-revoke",
    ),
]
