"""The verifier's bundle: what a front desk needs for a day without a network.

Trust list and root rolls are signed by the offline root; the rest by the bundle key, which can
name no issuer key. The bundle is rebuilt when something in it changed, so that its ETag holds.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.cache import cache

from core.municipality import municipality as city_of
from disability_card.benefit_forms import benefit_json, benefits_of
from disability_card.models import KeyPurpose, Venue
from disability_card.signing_keys import active_signer, blocked_kids
from disability_card.status_publication import live_status_tokens
from disability_card.trust_publication import root_rolls, trust_list
from signing.trust import bundle_document, make_bundle

_CACHED_SECONDS: Final = 120  # as often as a status list is signed anew


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleAnswer:
    """The bundle's JSON object and the tag of its contents."""

    document: dict[str, Any]
    etag: str


def bundle_of(venue: Venue, *, now: datetime) -> BundleAnswer:
    """Return the newest bundle of ``venue``."""
    city = venue.place.municipality
    contents: dict[str, Any] = {
        "trust_list": trust_list(city),
        "root_rolls": root_rolls(city),
        "venue": {"id": venue.code, "name": _names(venue)},
        "blocked": blocked_kids(city),
        "status_lists": live_status_tokens(city, now=now),
        "benefits": [benefit_json(rule) for rule in benefits_of(venue)],
    }
    packed = json.dumps(contents, sort_keys=True, ensure_ascii=False).encode()
    etag = hashlib.sha256(packed).hexdigest()[:32]
    name = f"bundle:{venue.code}:{etag}"
    document = cache.get(name)
    if document is None:
        signed = make_bundle(
            iss=city_of(city).issuer,
            iat=int(now.timestamp()),
            venue=contents["venue"],
            blocked=contents["blocked"],
            status_lists=contents["status_lists"],
            benefits=contents["benefits"],
            signer=active_signer(city, KeyPurpose.BUNDLE, now=now),
        )
        document = bundle_document(
            trust_list=contents["trust_list"], root_rolls=contents["root_rolls"], bundle=signed
        )
        cache.set(name, document, timeout=_CACHED_SECONDS)
    return BundleAnswer(document=document, etag=f'"{etag}"')


def _names(venue: Venue) -> dict[str, str]:
    place = venue.place
    return {"ja": place.name, "ja-easy": place.name, "en": place.name_en or place.name}
