"""Ask a signed-in person again, by a code sent to their own address.

For accounts without a passkey or authenticator app; who has one is asked for that. The code is
kept as a digest in the session: 10 minutes, three tries.
"""

import hmac
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.utils import is_mfa_enabled
from django.core.mail import send_mail
from django.http import HttpRequest
from django.utils.translation import gettext

from accounts.models import User
from core.ids import digest_of, secret_code
from core.refusals import Refusal, gettext_noop as _
from core.throttles import Limit

CHARACTERS: Final = 6
LIVES: Final = timedelta(minutes=10)
TRIES_MAX: Final = 3
_KEY: Final = "fresh_code"
_SENT = Limit(name="fresh-code", tries=3, seconds=600)
_SUBJECT = _("確認のコード")
_BODY = _("確認のコードは次のとおりです。10分間使えます。")
_WARNING = _("心あたりがないときは、このメールを消して、ほかの電話からログアウトしてください。")


class CodeNotRight(Refusal):
    """The code is wrong, old, or was tried too often."""

    code = "code-not-right"
    title = _("コードがちがうか、古くなっています")
    next_step = _("もう一度コードを送って、新しいメールのコードを入れてください。")


class SecondFactorAsked(Refusal):
    """The account has a passkey or an authenticator app: a mail is not enough."""

    code = "second-factor-asked"
    title = _("パスキーか認証アプリで確かめてください")
    next_step = _("ログインに使っているパスキーか認証アプリを使ってください。")
    status = HTTPStatus.FORBIDDEN


def send_code(request: HttpRequest, *, now: datetime) -> None:
    """Send a new code; an earlier one no longer counts. Raises ``TooManyTries``."""
    user = _asked(request)
    _SENT.count(str(user.pk), now=now)
    code = secret_code(CHARACTERS)
    request.session[_KEY] = {
        "digest": digest_of(code).hex(),
        "until": (now + LIVES).timestamp(),
        "tries": 0,
    }
    body = f"{gettext(_BODY)}\n\n{code}\n\n{gettext(_WARNING)}\n"
    send_mail(gettext(_SUBJECT), body, None, [user.email])


def confirm_code(request: HttpRequest, typed: str, *, now: datetime) -> None:
    """Note that this session just proved who it is; raises :class:`CodeNotRight` otherwise."""
    user = _asked(request)
    kept: dict[str, Any] | None = request.session.get(_KEY)
    if kept is None or kept["until"] <= now.timestamp() or kept["tries"] >= TRIES_MAX:
        raise CodeNotRight
    request.session[_KEY] = kept | {"tries": kept["tries"] + 1}
    plain = typed.strip().upper().replace("-", "").replace(" ", "")[:20]
    if not hmac.compare_digest(kept["digest"], digest_of(plain).hex()):
        raise CodeNotRight
    del request.session[_KEY]
    record_authentication(request, user, method="code", email=user.email, reauthenticated=True)


def _asked(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    if is_mfa_enabled(user):
        raise SecondFactorAsked
    return user
