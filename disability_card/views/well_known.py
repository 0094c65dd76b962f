"""Public documents of a city's issuer: anybody may read them, from any page, with an ETag.

They say nothing about a person. Unknown cities, lists and card types answer 404.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from core.municipality import all_municipalities
from core.problems import plain_problem, problem_response
from disability_card import card_types, issuer_metadata
from disability_card.status_publication import NoSuchStatusList, status_token
from disability_card.trust_publication import NoTrustList, trust_list

JSON: Final = "application/json"
DAY: Final = 86_400


def _published(
    request: HttpRequest, body: str, *, media_type: str, max_age: int
) -> HttpResponseBase:
    """Answer a public document; 304 where the reader has it (RFC 9110 section 13)."""
    etag = quote_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response = HttpResponse(body, content_type=media_type)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={max_age}"
    response["Access-Control-Allow-Origin"] = "*"
    # Without it a page with a strict policy of its own may not read even an open document.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Expose-Headers"] = "ETag, Date"
    return get_conditional_response(request, etag=etag, response=response) or response


def _not_there() -> HttpResponseBase:
    """Answer a program, not a person: a problem document that a foreign page may read too."""
    response = problem_response(plain_problem(HTTPStatus.NOT_FOUND))
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _json_document(
    make: Callable[[str], Mapping[str, Any]], *, max_age: int = 300
) -> Callable[[HttpRequest, str], HttpResponseBase]:
    @require_safe
    def view(request: HttpRequest, municipality: str) -> HttpResponseBase:
        if municipality not in all_municipalities():
            return _not_there()
        body = json.dumps(make(municipality), ensure_ascii=False, separators=(",", ":"))
        return _published(request, body, media_type=JSON, max_age=max_age)

    return view


credential_issuer = _json_document(issuer_metadata.credential_issuer)
authorization_server = _json_document(issuer_metadata.authorization_server)
jwt_vc_issuer = _json_document(issuer_metadata.jwt_vc_issuer)
jwks = _json_document(lambda city: issuer_metadata.jwks(city, now=timezone.now()))


@require_safe
def card_type(request: HttpRequest, municipality: str, name: str) -> HttpResponseBase:
    """Answer the type metadata of a ``vct`` (SD-JWT VC section 6)."""
    is_known = municipality in all_municipalities()
    document = card_types.type_metadata(municipality, name) if is_known else None
    if document is None:
        return _not_there()
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return _published(request, body, media_type=JSON, max_age=DAY)


@require_safe
def status_list(request: HttpRequest, municipality: str, number: str) -> HttpResponseBase:
    """Answer one Token Status List; rebuilt first where it has grown old."""
    try:
        token = status_token(municipality, int(number), now=timezone.now())
    except (NoSuchStatusList, KeyError):
        return _not_there()
    return _published(request, token, media_type="application/statuslist+jwt", max_age=60)


@require_safe
def trust(request: HttpRequest, municipality: str) -> HttpResponseBase:
    """Answer the newest trust list, signed by the offline root key."""
    try:
        token = trust_list(municipality)
    except NoTrustList:
        return _not_there()
    return _published(request, token, media_type="application/trust-list+jwt", max_age=300)
