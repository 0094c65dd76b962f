"""Tables of people, sign-in, proofs, roles, relations, consents and devices."""

from accounts.models.clerks import (
    PIN_FAILURES_MAX,
    ClerkPin,
    ClerkSession,
)
from accounts.models.devices import (
    Device,
    DeviceProfile,
)
from accounts.models.notices import (
    NoticeChoice,
    PushSubscription,
)
from accounts.models.people import (
    Delegation,
    DelegationInvite,
    DelegationKind,
    DelegationStatus,
    Person,
    ProtectiveBlock,
    Role,
    RoleAssignment,
    User,
    UserManager,
)
from accounts.models.privacy import (
    Consent,
    ConsentAct,
    CounterSession,
    DataExport,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationRole,
)
from accounts.models.proof import (
    IdentityProof,
    ProofSource,
)
from accounts.models.protection import (
    LiftDecision,
    LiftReason,
    ProtectionLift,
)
from accounts.models.sign_in import (
    AccountRecovery,
    PasskeyCounter,
    RefreshFamily,
)

__all__ = [
    "PIN_FAILURES_MAX",
    "AccountRecovery",
    "ClerkPin",
    "ClerkSession",
    "Consent",
    "ConsentAct",
    "CounterSession",
    "DataExport",
    "Delegation",
    "DelegationInvite",
    "DelegationKind",
    "DelegationStatus",
    "Device",
    "DeviceProfile",
    "IdentityProof",
    "LiftDecision",
    "LiftReason",
    "Membership",
    "NoticeChoice",
    "Organisation",
    "OrganisationKind",
    "OrganisationRole",
    "PasskeyCounter",
    "Person",
    "ProofSource",
    "ProtectionLift",
    "ProtectiveBlock",
    "PushSubscription",
    "RefreshFamily",
    "Role",
    "RoleAssignment",
    "User",
    "UserManager",
]
