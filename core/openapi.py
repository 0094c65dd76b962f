"""The OpenAPI document says what the views say: who may call, and how each call is refused.

Who may call comes from the policy table, so it cannot drift from it. What a view itself refuses
stands in its ``refuses``: refusal classes, whose codes are listed beside their status.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from core import policy
from core.actor import ANONYMOUS
from core.permissions import ON_BEHALF_HEADER
from core.problems import CONTENT_TYPE
from core.refusals import Refusal

_SIGNED_OUT: Final = (401, "sign-in-first"), (403, "not-allowed")
_PAGE: Final = {"cursor", "page_size"}
_BAD_BODY: Final = (400, "bad-request"), (400, "invalid"), (413, "too-large"), \
    (415, "unsupported-media-type")  # fmt: skip

_LOCAL_TIME: Final = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"


def say_local_times(result: dict[str, Any], **_more: object) -> dict[str, Any]:
    """Say of each time of day that it is local: OpenAPI's own ``time`` has an offset (RFC 3339)."""
    _say_local_times(result)
    return result


def _say_local_times(told: Any) -> None:
    if isinstance(told, dict):
        if told.get("format") == "time":
            del told["format"]
            told["pattern"] = _LOCAL_TIME
        for inner in told.values():
            _say_local_times(inner)
    elif isinstance(told, list):
        for inner in told:
            _say_local_times(inner)


class FieldProblem(serializers.Serializer[Any]):
    """One field that is wrong."""

    pointer = serializers.CharField(help_text="RFC 6901, into the body that was sent")
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """A problem document (RFC 9457). Switch on ``code``: it never changes."""

    type = serializers.CharField()
    code = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    next_step = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)
    retry_after_seconds = serializers.IntegerField(required=False)
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]  # RFC 9457's name


class ApiSchema(AutoSchema):
    """drf-spectacular's inspector, with our problems and our policy."""

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Return the schemes whose callers the policy lets through: a device's or a person's."""
        schemes: list[dict[str, list[str]]] = super().get_auth()
        action = getattr(self.view, "policy_actions", {}).get(self.method)
        if action is None or not schemes:
            return schemes
        if policy.may(ANONYMOUS, action):
            return [one for one in schemes if "dpop" in one]
        for_devices = any(rule.name.startswith("device:") for rule in policy.actions()[action])
        return [one for one in schemes if ("deviceToken" in one) == for_devices]

    def get_override_parameters(self) -> list[Any]:
        """Document for whom a person's call may be made: themselves, or whom they act for."""
        if not any("sessionToken" in one for one in self.get_auth()):
            return []
        return [
            OpenApiParameter(
                ON_BEHALF_HEADER, UUID, OpenApiParameter.HEADER, description="`acts_for` of `me`"
            )
        ]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Return the operation with a problem document for each way to be refused."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None or CONTENT_TYPE not in self._error_forms():
            return operation
        codes: dict[int, list[str]] = {}
        for status, code in self._refusals(operation):
            codes.setdefault(status, []).append(code)
        reference = self.resolve_serializer(Problem, "response").ref
        for status in sorted(codes):
            operation["responses"][str(status)] = {
                "description": ", ".join(f"`{code}`" for code in dict.fromkeys(codes[status])),
                "content": {CONTENT_TYPE: {"schema": reference}},
            }
        return operation

    def _error_forms(self) -> tuple[str, ...]:
        """Return the media types of the view's errors; the phone's endpoints keep OAuth's."""
        forms: tuple[str, ...] = getattr(self.view, "error_media_types", (CONTENT_TYPE,))
        return forms

    def _refusals(self, operation: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
        if operation.get("security"):
            yield from _SIGNED_OUT
            if {"deviceToken": []} in operation["security"]:
                yield 403, "device-profile"
            else:
                yield 403, "may-not-act-for"
        # Of a row that one may not see, or of a page that is none.
        given = operation.get("parameters", ())
        names_a_row = getattr(self.view, "names_a_row_in_its_body", False)
        if names_a_row or any(one["in"] == "path" or one["name"] == "cursor" for one in given):
            yield 404, "not-found"
        if "requestBody" in operation:
            yield from _BAD_BODY
        elif any(one["in"] == "query" and one["name"] not in _PAGE for one in given):
            yield 400, "invalid"
        yield 406, "not-acceptable"
        refuses: tuple[type[Refusal], ...] = getattr(self.view, "refuses", ())
        for refusal in refuses:
            yield int(refusal.status), refusal.code
