"""Where Django and allauth fetch the user of a session."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.standing import signed_in_user


class SignInBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """Allauth's ways to sign in; the user of a request comes with all that the actor needs."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the active user, or ``None``: locked is the same as unknown."""
        try:
            user = signed_in_user(user_id)
        except (ValidationError, ValueError):
            return None
        return user if user is not None and user.is_active else None
