"""What allauth's API answers here beyond its own document: our 403 and 404, and its own 401s.

Its document leaves out the answers that any call may get, and some values that it sends.
"""

import copy
from collections.abc import Mapping
from typing import Any, Final

from core.problems import CONTENT_TYPE

_JSON: Final = "application/json"
OURS: Final = "#/components/schemas/Problem"
# Flows of passkeys that its list lacks (allauth.mfa.webauthn, allauth.mfa.stages).
_MORE_FLOWS: Final = ("mfa_login_webauthn", "mfa_signup_webauthn", "mfa_trust")
_WRITES: Final = frozenset({"post", "put", "patch", "delete"})


def mend_components(components: dict[str, Any]) -> None:
    """Add what allauth sends and does not say."""
    schemas = components["schemas"]
    schemas["Flow"]["properties"]["id"]["enum"].extend(_MORE_FLOWS)
    told = schemas["AuthenticationMeta"]["allOf"][1]["properties"]
    told["is_authenticated"] = {"type": ["boolean", "null"]}  # null: the session is gone
    either = components["responses"]["AuthenticationOrReauthentication"]["content"][_JSON]["schema"]
    either["anyOf"] = either.pop("oneOf")  # one that fits both is right


def mend_answers(
    path: str, method: str, operation: dict[str, Any], components: Mapping[str, Any]
) -> None:
    """Add to an operation the answers that it may get here."""
    answers = operation["responses"]
    answers["401"] = {"$ref": "#/components/responses/AuthenticationOrReauthentication"}
    if "{client}" in path:
        _add_problem(answers, "404", "`not-found`: no such client, or no such thing", components)
        answers.setdefault("410", {"$ref": "#/components/responses/SessionGone"})
    answers.setdefault("429", {"$ref": "#/components/responses/TooManyRequests"})
    if method in _WRITES:
        _add_problem(answers, "400", "`bad-request`: the body is no JSON object", components)
        _add_problem(answers, "403", "`form-too-old`: a browser without its token", components)


def _add_problem(
    answers: dict[str, Any], status: str, words: str, components: Mapping[str, Any]
) -> None:
    told = answers.get(status, {"description": words, "content": {}})
    if "$ref" in told:
        told = components["responses"][told["$ref"].rpartition("/")[2]]
    told = copy.deepcopy(told)
    told["content"][CONTENT_TYPE] = {"schema": {"$ref": OURS}}
    answers[status] = told
