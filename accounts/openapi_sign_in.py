"""Allauth's own document joined to ours: one OpenAPI document says how to sign in and all else.

Only what ``accounts.no_passwords`` lets through is said. Names of components get a prefix, so that
two documents cannot mean two things by one name, and each operation gets an id, which allauth's
have not: a generated client names its functions by them.
"""

import copy
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import allauth.headless.spec
import yaml
from allauth.headless.spec.internal import schema as allauth_schema

from accounts.no_passwords import is_open_to_apps
from accounts.openapi_sign_in_answers import OURS, mend_answers, mend_components

PREFIX: Final = "SignIn"
TAG: Final = "sign-in"
_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})
_REFERENCE: Final = re.compile(r"#/components/(\w+)/(\w+)")


def add_sign_in(result: dict[str, Any], **_more: object) -> dict[str, Any]:
    """Join allauth's paths and components; a post-processing hook of drf-spectacular."""
    document = copy.deepcopy(_sign_in())
    result["paths"] |= document["paths"]
    for kind, named in document["components"].items():
        result["components"].setdefault(kind, {}).update(named)
    return result


@cache
def _sign_in() -> Mapping[str, Any]:
    folder = Path(allauth.headless.spec.__file__).parent / "doc"
    document = yaml.safe_load((folder / "openapi.yaml").read_text(encoding="utf-8"))
    allauth_schema.specify_user(document)
    document["paths"] = {
        path: told for path, told in document["paths"].items() if is_open_to_apps(path)
    }
    allauth_schema.specify_signup_fields(document)
    allauth_schema.specify_custom_signup_form(document)
    mend_components(document["components"])
    for path, told in document["paths"].items():
        for method in _METHODS & told.keys():
            told[method]["operationId"] = _operation_id(method, path)
            told[method]["tags"] = [TAG]
            mend_answers(path, method, told[method], document["components"])
    components = {
        kind: {f"{PREFIX}{name}": told for name, told in named.items()}
        for kind, named in document["components"].items()
        if kind != "securitySchemes"
    }
    renamed: dict[str, Any] = _rename({"paths": document["paths"], "components": components})
    return renamed


def _operation_id(method: str, path: str) -> str:
    call = path.partition("/v1/")[2]
    return f"sign_in_{method}_{re.sub(r'[^a-z0-9]+', '_', call)}"


def _rename(told: Any) -> Any:
    """Point every reference at the prefixed name."""
    if isinstance(told, dict):
        return {
            key: _REFERENCE.sub(rf"#/components/\1/{PREFIX}\2", inner)
            if key == "$ref" and isinstance(inner, str) and inner != OURS
            else _rename(inner)
            for key, inner in told.items()
        }
    return [_rename(inner) for inner in told] if isinstance(told, list) else told
