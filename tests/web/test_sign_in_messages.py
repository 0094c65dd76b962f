"""What the sign-in library would say is said in our own words, in each language."""

from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.template.loader import get_template

THEIRS = Path(allauth.__file__).parent / "templates"
ROOMS = ("account", "mfa", "socialaccount", "usersessions")
# Of pages that we do not have: passwords, telephone numbers, a list of e-mail addresses.
NEVER_SAID = {
    "cannot_delete_primary_email",
    "email_deleted",
    "password_changed",
    "password_set",
    "phone_verification_sent",
    "phone_verified",
    "primary_email_set",
    "unverified_primary_email",
}


@pytest.mark.parametrize("room", ROOMS)
def test_no_message_of_the_library_reaches_a_reader(room: str) -> None:
    messages = list((THEIRS / room / "messages").glob("*.txt"))
    assert messages
    ours = settings.BASE_DIR / "web" / "templates"
    for one in messages:
        if one.stem not in NEVER_SAID:
            found = get_template(f"{room}/messages/{one.name}")
            assert Path(found.origin.name).is_relative_to(ours), one.stem  # type: ignore[attr-defined]
