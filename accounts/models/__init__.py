"""Tables of people, sign-in, proofs, roles, relations and devices."""

from accounts.models.devices import (
    Device,
    DeviceProfile,
)
from accounts.models.people import (
    Delegation,
    DelegationKind,
    DelegationStatus,
    Person,
    ProtectiveBlock,
    Role,
    RoleAssignment,
    User,
    UserManager,
)
from accounts.models.proof import (
    IdentityProof,
    ProofSource,
)
from accounts.models.sign_in import (
    RefreshFamily,
)

__all__ = [
    "Delegation",
    "DelegationKind",
    "DelegationStatus",
    "Device",
    "DeviceProfile",
    "IdentityProof",
    "Person",
    "ProofSource",
    "ProtectiveBlock",
    "RefreshFamily",
    "Role",
    "RoleAssignment",
    "User",
    "UserManager",
]
