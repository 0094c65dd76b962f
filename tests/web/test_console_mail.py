"""The demo's window shows a mail's subject and text readably: a person types the code from it."""

from io import StringIO

from django.core.mail import EmailMessage

from web.console_mail import EmailBackend


def test_a_mail_in_the_window_is_read_without_decoding() -> None:
    window = StringIO()
    mail = EmailMessage("ログインのコード", "コードは ABCDEF です。", to=["hana@example.jp"])
    EmailBackend(stream=window).send_messages([mail])
    shown = window.getvalue()
    assert "To: hana@example.jp\nSubject: ログインのコード\n\nコードは ABCDEF です。\n" in shown
    assert "=?utf-8?" not in shown
