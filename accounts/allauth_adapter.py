"""What allauth asks us: our users, our mails."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import (
    get_authentication_records,
    record_authentication,
)
from allauth.account.models import EmailAddress
from django.http import HttpRequest, HttpResponse

from accounts.fresh_sign_in import FRESH_FOR, signed_in_at
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Users have an e-mail address and nothing else that allauth writes."""

    def save_user(
        self,
        request: HttpRequest,
        user: User,
        form: Any,
        commit: bool = True,  # noqa: FBT001, FBT002  allauth's own signature
    ) -> User:
        """Fill ``user`` from the sign-up form, without a password."""
        user.set_unusable_password()
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Anybody may make an account; what it may see depends on proof and linking."""
        return True

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:
        """Count the code from a mail as its address's confirmation, whoever made the account.

        A shop's owner or the city makes accounts for others by their address; without this the
        first sign-in would ask for a second code from the same mailbox.
        """
        proved = (one.get("email") for one in get_authentication_records(request, user)
                  if one.get("method") == "code")  # fmt: skip
        if user.email in proved and not EmailAddress.objects.filter(user=user).exists():
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        refused: HttpResponse | None = super().pre_login(request, user, **more)
        return refused

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """Count the confirmed address of a new account as a sign-in: it was one, just now.

        Without this the next page would send another code before a passkey can be added.
        """
        if more["signup"] and signed_in_at(request.session) is None:
            record_authentication(request, user, method="code", email=user.email)
        response: HttpResponse = super().post_login(request, user, **more)
        return response

    def is_reauthentication_required(self, *, app: str) -> bool:  # noqa: ARG002
        """One rule for the whole installation: proved in this session, five minutes ago at most."""
        at = signed_in_at(self.request.session)
        return at is None or time.time() - at.timestamp() >= FRESH_FOR.total_seconds()
