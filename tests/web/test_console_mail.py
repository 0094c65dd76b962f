"""The demo's window shows a mail's subject and text readably: a person types the code from it."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from web.console_mail import EmailBackend


def test_a_mail_in_the_window_is_read_without_decoding() -> None:
    window = StringIO()
    mail = EmailMessage("ログインのコード", "コードは ABCDEF です。", to=["hana@example.jp"])
    EmailBackend(stream=window).send_messages([mail])
    shown = window.getvalue()
    assert "To: hana@example.jp\nSubject: ログインのコード\n\nコードは ABCDEF です。\n" in shown
    assert "=?utf-8?" not in shown


@pytest.mark.parametrize(
    ("mail", "seconds"),
    [
        ("login_code", settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
        ("email_confirmation", settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT),
        ("email_confirmation_signup", settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT),
    ],
)
def test_a_mail_says_how_long_its_code_counts(mail: str, seconds: int) -> None:
    text = render_to_string(f"account/email/{mail}_message.txt", {"code": "ABCD-EFGH"})
    assert f"コードは{seconds // 60}分間使えます。" in text
