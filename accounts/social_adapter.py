"""What allauth asks us about sign-in by LINE or another OIDC provider: a door, never a proof."""

from typing import Any, Final

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from accounts.models import User

_KEPT: Final = frozenset({"acr", "auth_time"})


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Keeps the provider's subject and nothing else about the person."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Drop every claim but when and how strongly the provider asked (they lie in clear)."""
        del request
        claims = sociallogin.account.extra_data
        flat = {**claims, **claims.get("id_token", {}), **claims.get("userinfo", {})}
        sociallogin.account.extra_data = {name: flat[name] for name in _KEPT & flat.keys()}

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """Take no e-mail address from the provider: the person gives one and confirms it."""
        del request, data
        user: User = sociallogin.user
        return user
