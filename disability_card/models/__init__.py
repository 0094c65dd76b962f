"""Tables of the disability card: constraints and states, no workflow."""

from disability_card.models.benefit import Benefit, OfferKind, Venue
from disability_card.models.card import Card, CardState, Holding, HoldingState, StateSetBy
from disability_card.models.credential import (
    Credential,
    CredentialKind,
    CredentialState,
    StatusList,
)
from disability_card.models.enrolment import AccessToken, CredentialOffer, ProofNonce, RefreshToken
from disability_card.models.keys import KeyPurpose, SigningKey, TrustDocument
from disability_card.models.ledger import (
    Handbook,
    LedgerImport,
    LedgerImportRow,
    LedgerImportState,
    LinkingCode,
    RowEffect,
)
from disability_card.models.paper import PaperCard
from disability_card.models.scan import (
    OfflineLog,
    ReplayMark,
    ShortCode,
    VenueChallenge,
    VerificationCount,
)

__all__ = [
    "AccessToken",
    "Benefit",
    "Card",
    "CardState",
    "Credential",
    "CredentialKind",
    "CredentialOffer",
    "CredentialState",
    "Handbook",
    "Holding",
    "HoldingState",
    "KeyPurpose",
    "LedgerImport",
    "LedgerImportRow",
    "LedgerImportState",
    "LinkingCode",
    "OfferKind",
    "OfflineLog",
    "PaperCard",
    "ProofNonce",
    "RefreshToken",
    "ReplayMark",
    "RowEffect",
    "ShortCode",
    "SigningKey",
    "StateSetBy",
    "StatusList",
    "TrustDocument",
    "Venue",
    "VenueChallenge",
    "VerificationCount",
]
