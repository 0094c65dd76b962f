"""What allauth asks us: our users, our mails."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

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

    def is_reauthentication_required(self, *, app: str) -> bool:  # noqa: ARG002
        """One rule for the whole installation: proved in this session, five minutes ago at most."""
        at = signed_in_at(self.request.session)
        return at is None or time.time() - at.timestamp() >= FRESH_FOR.total_seconds()
