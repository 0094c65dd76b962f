"""Who asks: built once a request, and all that the policy engine sees of a caller."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """A person, a device at a counter, or nobody known."""

    ANONYMOUS = "anonymous"
    USER = "user"
    DEVICE = "device"
    SYSTEM = "system"  # a command run by the city's IT staff


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGrant:
    """One role that holds now, where it holds."""

    role: str
    municipality: str
    scope: UUID | None = None  # a place; empty: everywhere in the city, or in the organisation
    organisation: UUID | None = None  # for whom a shop's, lodging's or nursery's own people work


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The caller of one request.

    ``person_id`` is who the caller is, ``on_behalf_of`` whom the caller acts for in this request
    (checked when the actor was built); ``subject_id`` is whose affairs the request is about.
    """

    kind: ActorKind = ActorKind.ANONYMOUS
    user_id: UUID | None = None
    person_id: UUID | None = None
    device_id: UUID | None = None
    device_profile: str = ""
    place_id: UUID | None = None
    municipality: str = ""
    roles: frozenset[RoleGrant] = field(default_factory=frozenset)
    proof_level: int = 0
    # 2 where this sign-in used a passkey, an authenticator app or the national identity provider.
    assurance: int = 1
    on_behalf_of: UUID | None = None
    # Staff at the counter act for `on_behalf_of` in this session of fifteen minutes.
    counter_session: UUID | None = None

    @property
    def subject_id(self) -> UUID | None:
        """Return the person whose affairs this request is about."""
        return self.on_behalf_of or self.person_id

    def cities_of(self, *roles: str) -> frozenset[str]:
        """Return the municipalities in which the actor has one of ``roles``."""
        return frozenset(grant.municipality for grant in self.roles if grant.role in roles)

    def grants_of(self, *roles: str) -> tuple[RoleGrant, ...]:
        """Return the grants of the actor that give one of ``roles``."""
        return tuple(grant for grant in self.roles if grant.role in roles)


ANONYMOUS = Actor()
