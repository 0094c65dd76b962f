"""Refusals of the token, nonce and credential endpoints, in the form of their own standards.

RFC 6749 section 5.2, RFC 9449 section 5 and 7.1, OpenID4VCI 1.0 sections 6.3 and 8.3.1 decide
the names; a wallet of another maker switches on ``error``. These endpoints are the one exception
to problem documents, so the classes say both: ``code`` for our own lists, ``error`` for the wire.
"""

from http import HTTPStatus
from typing import ClassVar

from core.refusals import Refusal, gettext_noop


class OAuthRefusal(Refusal):
    """A refusal that leaves as ``{"error", "error_description"}``."""

    error: ClassVar[str]
    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST


class InvalidRequest(OAuthRefusal):
    code, error = "oauth-invalid-request", "invalid_request"
    title = gettext_noop("送られた内容を読み取れませんでした")


class UnsupportedGrantType(OAuthRefusal):
    code, error = "oauth-unsupported-grant-type", "unsupported_grant_type"
    title = gettext_noop("この受け取り方には対応していません")


class InvalidGrant(OAuthRefusal):
    """One answer for a wrong, used, expired or killed code: it must not help to guess one."""

    code, error = "oauth-invalid-grant", "invalid_grant"
    title = gettext_noop("受け取り番号が正しくないか、期限が切れています")
    next_step = gettext_noop("カードのページから、もう一度「スマホに入れる」を押してください。")


class DeviceMayNotRefresh(InvalidGrant):
    """The phone or the card is suspended or revoked; only the phone's own key learns this."""

    code = "oauth-device-stopped"
    title = gettext_noop("このスマホのカードは止められています")
    next_step = gettext_noop("カードのページの「スマホの一覧」で確かめてください。")


class TooManyDevicesForGrant(InvalidGrant):
    code = "oauth-too-many-devices"
    title = gettext_noop("1枚のカードを入れられるスマホは3台までです")
    next_step = gettext_noop("「スマホの一覧」で、使っていないスマホを外してください。")


class InvalidDPoPProof(OAuthRefusal):
    """RFC 9449 section 5: the proof is missing, wrong, old, or came before."""

    code, error = "oauth-invalid-dpop-proof", "invalid_dpop_proof"
    title = gettext_noop("スマホの鍵を確かめられませんでした")


class InvalidToken(OAuthRefusal):
    """RFC 6750 section 3.1: also the answer to a token shown with another phone's key."""

    code, error = "oauth-invalid-token", "invalid_token"
    status = HTTPStatus.UNAUTHORIZED
    title = gettext_noop("受け取りの手続きの期限が切れました")


class InvalidCredentialRequest(OAuthRefusal):
    code, error = "vci-invalid-credential-request", "invalid_credential_request"
    title = gettext_noop("送られた内容を読み取れませんでした")


class UnknownCredentialConfiguration(OAuthRefusal):
    code, error = "vci-unknown-credential-configuration", "unknown_credential_configuration"
    title = gettext_noop("この種類のカードはありません")


class UnknownCredentialIdentifier(OAuthRefusal):
    code, error = "vci-unknown-credential-identifier", "unknown_credential_identifier"
    title = gettext_noop("この種類のカードはありません")


class InvalidProof(OAuthRefusal):
    code, error = "vci-invalid-proof", "invalid_proof"
    title = gettext_noop("カードの鍵を確かめられませんでした")


class InvalidNonce(OAuthRefusal):
    """The wallet asks for a new ``c_nonce`` and tries again."""

    code, error = "vci-invalid-nonce", "invalid_nonce"
    title = gettext_noop("確認の番号の期限が切れました")


class CredentialRequestDenied(OAuthRefusal):
    """OpenID4VCI 1.0 section 8.3.1.2: no retry will help; the holder has to act."""

    code, error = "vci-credential-request-denied", "credential_request_denied"
    title = gettext_noop("いまはカードを渡せません")


class TooManyRequests(OAuthRefusal):
    code, error = "oauth-slow-down", "slow_down"
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = gettext_noop("回数が多すぎます。しばらく待ってください")
