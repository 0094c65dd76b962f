"""What allauth asks us about sign-in by LINE or another OIDC provider: a door, never a proof."""

from typing import Any, Final

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest
from django.shortcuts import redirect

from accounts.models import User

_KEPT: Final = frozenset({"acr", "auth_time"})


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Keeps the provider's subject and nothing else about the person."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Drop every claim but when and how strongly the provider asked (they lie in clear).

        An answer that names another issuer than the ID token's was mixed up (RFC 9207 section 2.4).
        Who connects a provider must still be fresh when they come back from it: to the library an
        account without a second factor always is.
        """
        is_connecting = sociallogin.state.get("process") == AuthProcess.CONNECT
        own = get_account_adapter(request)
        if is_connecting and own.is_reauthentication_required(app="allauth.socialaccount"):
            raise ImmediateHttpResponse(redirect("/my/account/confirm/?next=/my/account/"))
        claims = sociallogin.account.extra_data
        issuer = claims.get("id_token", {}).get("iss")
        if issuer is None or request.GET.get("iss", issuer) != issuer:
            raise ImmediateHttpResponse(
                render_authentication_error(request, sociallogin.account.get_provider())
            )
        flat = {**claims, **claims.get("id_token", {}), **claims.get("userinfo", {})}
        sociallogin.account.extra_data = {name: flat[name] for name in _KEPT & flat.keys()}

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """Take no e-mail address from the provider: the person gives one and confirms it."""
        del request, data
        user: User = sociallogin.user
        return user

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """Return to our own page, where the connected providers are listed."""
        del request, socialaccount
        return "/my/account/"
