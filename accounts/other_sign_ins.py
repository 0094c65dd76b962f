"""LINE or another OpenID provider as one more way in: a door, never a proof of who it is."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from core import audit
from core.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSignIn:
    """One provider of this installation; ``account`` is the reader's own there, if connected."""

    provider: str
    name: str
    origin: str  # where its sign-in page stands
    account: int | None = None


def other_sign_ins(request: HttpRequest, *, user: User | None = None) -> list[OtherSignIn]:
    """Return the providers of this installation, with what ``user`` connected."""
    connected: dict[str, int] = {}
    if user is not None:
        connected = dict(SocialAccount.objects.filter(user=user).values_list("provider", "pk"))
    return [
        OtherSignIn(
            provider=one.app.provider_id,
            name=one.app.name,
            origin=_origin(one.app.settings),
            account=connected.get(one.app.provider_id),
        )
        for one in get_adapter().list_providers(request)
    ]


def _origin(settings: dict[str, str]) -> str:
    """Return the origin of the provider's sign-in page; where nothing is said, its issuer's."""
    told = settings.get("authorization_origin") or settings["server_url"]
    parts = urlsplit(told)
    return f"{parts.scheme}://{parts.netloc}"


def disconnect(user: User, pk: int, *, actor: Actor, now: datetime) -> bool:
    """Take a connected account away; ``False`` if it is not theirs.

    Nobody is locked out by it: a code by e-mail opens every account.
    """
    with transaction.atomic():
        found = SocialAccount.objects.filter(user=user, pk=pk)
        provider = found.values_list("provider", flat=True).first()
        if provider is None:
            return False
        found.delete()
        audit.record(
            "account.provider-removed",
            actor=actor,
            now=now,
            object_type="user",
            object_id=user.pk,
            facts={"provider": provider},
        )
    return True
