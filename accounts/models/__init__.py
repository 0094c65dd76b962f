"""Tables of people, sign-in, roles, relations and devices."""

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
from accounts.models.sign_in import (
    RefreshFamily,
)

__all__ = [
    "Delegation",
    "DelegationKind",
    "DelegationStatus",
    "Device",
    "DeviceProfile",
    "Person",
    "ProtectiveBlock",
    "RefreshFamily",
    "Role",
    "RoleAssignment",
    "User",
    "UserManager",
]
