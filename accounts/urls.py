"""URLs of accounts under /api/v1/."""

from django.urls import path

from accounts.views import (
    clerks,
    device,
    me,
    notices,
    own_data,
    protection,
    staff_devices,
    staff_people,
    staff_users,
)

urlpatterns = [
    path("me", me.MeView.as_view(), name="me"),
    path("me/delegations", me.DelegationsView.as_view(), name="me-delegations"),
    path("me/delegations/<uuid:delegation_id>", me.DelegationView.as_view(), name="me-delegation"),
    path("me/delegations/children", me.ChildrenView.as_view(), name="me-children"),
    path("me/delegations/invites", me.InvitesView.as_view(), name="me-invites"),
    path("me/delegations/accept", me.AcceptInviteView.as_view(), name="me-invite-accept"),
    path("me/consents", own_data.ConsentsView.as_view(), name="me-consents"),
    path("me/consents/<slug:purpose>", own_data.ConsentView.as_view(), name="me-consent"),
    path("me/export", own_data.ExportsView.as_view(), name="me-exports"),
    path("me/export/<uuid:export_id>", own_data.ExportView.as_view(), name="me-export"),
    path("me/erasure", own_data.ErasureView.as_view(), name="me-erasure"),
    path("me/audit", own_data.LooksView.as_view(), name="me-audit"),
    path("me/notices", notices.NoticesView.as_view(), name="me-notices"),
    path(
        "me/notices/<uuid:notice_id>/read", notices.NoticeReadView.as_view(), name="me-notice-read"
    ),
    path("me/notice-ways", notices.NoticeWaysView.as_view(), name="me-notice-ways"),
    path("me/notice-browsers", notices.BrowsersView.as_view(), name="me-notice-browsers"),
    path(
        "me/notice-browsers/<uuid:browser_id>",
        notices.BrowserView.as_view(),
        name="me-notice-browser",
    ),
    path("device/initialize", device.InitializeView.as_view(), name="device-initialize"),
    path("device/roll", device.RollView.as_view(), name="device-roll"),
    path("device/me", device.DeviceMeView.as_view(), name="device-me"),
    path("device/clerks", clerks.ClerksView.as_view(), name="device-clerks"),
    path("device/clerk-sessions", clerks.ClerkSessionsView.as_view(), name="device-clerk-sessions"),
    path(
        "device/clerk-sessions/end",
        clerks.ClerkSessionEndView.as_view(),
        name="device-clerk-session-end",
    ),
    path("organisation/members", clerks.MembersView.as_view(), name="organisation-members"),
    path(
        "organisation/members/<uuid:membership_id>/end",
        clerks.MemberEndView.as_view(),
        name="organisation-member-end",
    ),
    path(
        "organisation/members/<uuid:membership_id>/pin",
        clerks.MemberPinView.as_view(),
        name="organisation-member-pin",
    ),
    path("staff/devices", staff_devices.StaffDevicesView.as_view(), name="staff-devices"),
    path(
        "staff/devices/<uuid:device_id>/revoke",
        staff_devices.StaffDeviceRevokeView.as_view(),
        name="staff-device-revoke",
    ),
    path("staff/people", staff_people.PeopleSearchView.as_view(), name="staff-people-search"),
    path(
        "staff/people/<uuid:person_id>",
        staff_people.StaffPersonView.as_view(),
        name="staff-person-file",
    ),
    path(
        "staff/people/<uuid:person_id>/merge",
        staff_people.MergeView.as_view(),
        name="staff-person-merge",
    ),
    path(
        "staff/people/<uuid:person_id>/protect",
        staff_people.ProtectView.as_view(),
        name="staff-person-protect",
    ),
    path(
        "staff/people/<uuid:person_id>/protections",
        protection.ProtectionsView.as_view(),
        name="staff-person-protections",
    ),
    path(
        "staff/protections/<uuid:block_id>/lift",
        protection.LiftView.as_view(),
        name="staff-protection-lift-asked",
    ),
    path(
        "staff/protection-lifts",
        protection.WaitingLiftsView.as_view(),
        name="staff-protection-lifts",
    ),
    path(
        "staff/protection-lifts/<uuid:lift_id>/confirm",
        protection.LiftConfirmView.as_view(),
        name="staff-protection-lift-confirm",
    ),
    path(
        "staff/protection-lifts/<uuid:lift_id>/decline",
        protection.LiftDeclineView.as_view(),
        name="staff-protection-lift-decline",
    ),
    path(
        "staff/counter-sessions",
        staff_people.CounterSessionsView.as_view(),
        name="staff-counter-sessions",
    ),
    path(
        "staff/counter-sessions/<uuid:counter_session_id>/end",
        staff_people.CounterSessionEndView.as_view(),
        name="staff-counter-session-end",
    ),
    path("staff/users/<uuid:user_id>/lock", staff_users.LockView.as_view(), name="staff-user-lock"),
    path(
        "staff/users/<uuid:user_id>/unlock",
        staff_users.UnlockView.as_view(),
        name="staff-user-unlock",
    ),
    path(
        "staff/users/<uuid:user_id>/end-sessions",
        staff_users.EndSessionsView.as_view(),
        name="staff-user-end-sessions",
    ),
    path(
        "staff/users/<uuid:user_id>/recovery",
        staff_users.RecoveryView.as_view(),
        name="staff-user-recovery",
    ),
    path("staff/recoveries", staff_users.RecoveriesView.as_view(), name="staff-recoveries"),
    path(
        "staff/recoveries/<uuid:recovery_id>/approve",
        staff_users.RecoveryApproveView.as_view(),
        name="staff-recovery-approval",
    ),
    path("staff/roles", staff_users.RolesView.as_view(), name="staff-roles"),
    path(
        "staff/roles/<uuid:role_id>/end", staff_users.RoleEndView.as_view(), name="staff-role-stop"
    ),
]
