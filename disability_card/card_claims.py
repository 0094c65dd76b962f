"""Read a card's claims: which of them there must be, and what each may hold.

Any other shape is unreadable: a claim of another type was not written by a city's issuer. Claims
that we do not know are let through, so that a later version may add some.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from disability_card.refusals import DetailsMissing, WrongCardType
from signing import jws
from signing.faults import unreadable
from signing.keys import PublicKey, key_from_jwk

PHONE_TYPE: Final = "/vct/disability-card/1"
PAPER_TYPE: Final = "/vct/disability-card/1-paper"

DISCOUNT_CLASSES: Final = (0, 1, 2)  # 旅客運賃減額 第1種・第2種; 0: holds a handbook, no class
CAREGIVERS: Final = (0, 1)
DETAILS: Final = ("handbook", "grade", "valid_until", "name", "birth_year")
_YEARS: Final = range(1868, 10_000)
_INDEX_MAX: Final = 2**32


class Medium(StrEnum):
    """What the holder showed."""

    PHONE = "phone"
    PAPER = "paper"


class Presenter(StrEnum):
    """Whose phone it is: the holder's, or a guardian's with the child's card."""

    HOLDER = "holder"
    GUARDIAN = "guardian"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameToCheck:
    """What a paper card asks the front desk to compare with another document."""

    name: str
    birth_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CardClaims:
    """A card whose issuer signature and disclosures held. ``exp`` is the first instant after."""

    iss: str
    medium: Medium
    presenter: Presenter
    iat: int
    exp: int
    nbf: int | None
    status_uri: str
    status_index: int
    discount_class: int
    caregivers: int
    holder_key: PublicKey | None  # a paper card has none
    name_to_check: NameToCheck | None  # a phone has none
    details: Mapping[str, str | int] = field(default_factory=dict)


def read_card_claims(claims: Mapping[str, Any], *, iss: str) -> CardClaims:
    """Return the card in ``claims``, or raise ``BadToken`` or a refusal."""
    medium = _medium(claims.get("vct"), iss=iss)
    is_phone = medium is Medium.PHONE
    status_uri, status_index = _status(claims.get("status"))
    details = _details(claims)
    return CardClaims(
        iss=iss,
        medium=medium,
        presenter=_presenter(claims.get("presenter", Presenter.HOLDER)),
        iat=jws.numeric_date(claims, "iat"),
        exp=jws.numeric_date(claims, "exp"),
        nbf=jws.optional_numeric_date(claims, "nbf"),
        status_uri=status_uri,
        status_index=status_index,
        holder_key=_holder_key(claims.get("cnf")) if is_phone else None,
        name_to_check=None if is_phone else _name_to_check(details),
        details=details if is_phone else {},
        discount_class=_one_of(claims, "discount_class", DISCOUNT_CLASSES),
        caregivers=_one_of(claims, "caregivers", CAREGIVERS),
    )


def _medium(vct: object, *, iss: str) -> Medium:
    if not isinstance(vct, str):
        raise unreadable("vct is not a text")
    if vct == iss + PHONE_TYPE:
        return Medium.PHONE
    if vct == iss + PAPER_TYPE:
        return Medium.PAPER
    raise WrongCardType


def _presenter(value: object) -> Presenter:
    if value == Presenter.HOLDER:
        return Presenter.HOLDER
    if value == Presenter.GUARDIAN:
        return Presenter.GUARDIAN
    raise unreadable("presenter")


def _status(status: object) -> tuple[str, int]:
    entry = status.get("status_list") if isinstance(status, dict) else None
    if not isinstance(entry, dict):
        raise unreadable("no status")
    index = entry.get("idx")
    if type(index) is not int or not 0 <= index < _INDEX_MAX:
        raise unreadable("no status index")
    return jws.text_claim(entry, "uri"), index


def _holder_key(cnf: object) -> PublicKey:
    return key_from_jwk(cnf.get("jwk") if isinstance(cnf, dict) else None)


def _details(claims: Mapping[str, Any]) -> dict[str, str | int]:
    """Return what the holder chose to show, in the order of ``DETAILS``."""
    shown: dict[str, str | int] = {}
    for name in DETAILS:
        if name in claims:
            is_year = name == "birth_year"
            shown[name] = _year(claims[name]) if is_year else jws.text_claim(claims, name)
    return shown


def _year(value: object) -> int:
    if type(value) is not int or value not in _YEARS:
        raise unreadable("birth_year")
    return value


def _name_to_check(details: Mapping[str, str | int]) -> NameToCheck:
    name, birth_year = details.get("name"), details.get("birth_year")
    if not isinstance(name, str) or not isinstance(birth_year, int):
        raise unreadable("a paper card without a name")
    return NameToCheck(name=name, birth_year=birth_year)


def _one_of(claims: Mapping[str, Any], name: str, allowed: tuple[int, ...]) -> int:
    if name not in claims:
        raise DetailsMissing
    value = claims[name]
    if type(value) is not int or value not in allowed:
        raise unreadable(name)
    return value
