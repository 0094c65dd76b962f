"""The officer in whose name a command runs: roles and protections hold there too."""

from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import CommandError

from accounts.actors import user_actor
from accounts.models import User
from core.actor import Actor


def add_officer_argument(parser: ArgumentParser) -> None:
    """Have the command ask who runs it."""
    parser.add_argument("--as", dest="email", required=True, help="e-mail of who prints")


def officer_of(email: str, *, now: datetime) -> tuple[User, Actor]:
    """Return the member of staff and what they may; ``CommandError`` for anybody else.

    Whoever starts a command sits at the server, which asked for their key already.
    """
    user = User.objects.filter(email=email.strip().lower(), is_staff=True, is_active=True).first()
    if user is None:
        raise CommandError(f"{email} is not a member of staff")
    return user, user_actor(user, on_behalf_of=None, now=now, assurance=2)
