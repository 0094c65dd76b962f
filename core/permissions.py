"""The door of the REST API: each view names its action, or nobody may call it."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core import policy
from core.actor import ANONYMOUS, Actor

COUNTER_HEADER = "Kaiteki-Counter-Session"  # names the counter session in which staff act
ON_BEHALF_HEADER = "Kaiteki-On-Behalf-Of"  # names whom the caller acts for


def actor_of(request: Any) -> Actor:
    """Return the caller of a Django or REST request (``accounts`` builds it once)."""
    under = getattr(request, "_request", request)
    actor: Actor = getattr(under, "actor", ANONYMOUS)
    return actor


class PolicyPermission(BasePermission):
    """Views state ``policy_actions = {"GET": "card.list", ...}``; a method without one is denied.

    The row itself is checked by the view's selector (``policy.allowed``): a row one may not see
    answers 404.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        names: dict[str, str] = getattr(view, "policy_actions", None) or {}
        if request.method == "OPTIONS":
            return True
        name = names.get("GET" if request.method == "HEAD" else str(request.method))
        return name is not None and policy.may(actor_of(request), name)


class Public(BasePermission):
    """For views that are public by decision: documents that anybody must be able to fetch."""

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002
        return True
