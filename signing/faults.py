"""What can be wrong with a token, under the stable names that the published format uses.

This library knows no titles and no next steps; ``disability_card.refusals`` turns a fault into
the sentence that a front desk reads.
"""

from enum import StrEnum


class Fault(StrEnum):
    """One cause each. The value is public: vectors, API and page use the same word."""

    NOT_A_CARD = "not-a-card"
    TOO_LONG = "too-long"
    CUT_OFF = "cut-off"
    UNREADABLE = "unreadable"
    INFLATES_TOO_FAR = "inflates-too-far"
    DUPLICATE_JSON_KEY = "duplicate-json-key"
    ALG_NONE = "alg-none"
    WRONG_ALG = "wrong-alg"
    WRONG_TYP = "wrong-typ"
    DUPLICATE_DIGEST = "duplicate-digest"
    UNREFERENCED_DISCLOSURE = "unreferenced-disclosure"
    DISCLOSURE_OVERRIDES_CLAIM = "disclosure-overrides-claim"
    RESERVED_CLAIM_NAME = "reserved-claim-name"
    UNKNOWN_KEY = "unknown-key"
    FORGED = "forged"
    STATUS_LIST_BAD = "status-list-bad"
    TRUST_LIST_FOREIGN = "trust-list-foreign"
    TRUST_LIST_EXPIRED = "trust-list-expired"
    BUNDLE_BAD = "bundle-bad"
    BUNDLE_EXPIRED = "bundle-expired"


class BadToken(ValueError):
    """The token is not what it must be; ``fault`` says in which way."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(detail or fault.value)
        self.fault = fault


def unreadable(detail: str) -> BadToken:
    """Return the fault of everything that is malformed in a way of its own."""
    return BadToken(Fault.UNREADABLE, detail)
