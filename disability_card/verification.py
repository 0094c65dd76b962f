"""Decide whether a scanned card is good, here and now.

The order of the questions is part of the published format, because it decides which sentence the
front desk reads when several things are wrong:

1. this device: root, trust list, bundle
2. the text: size, prefix, base45, pack, strict parse
3. headers of credential and key binding
4. the issuer: known, its key known and not blocked; then its signature
5. disclosures, then the shape of the claims
6. key binding: there, signed by the holder's key, over this presentation
7. audience and nonce
8. status: revoked and suspended outrank dates, for "expired" sends an honest holder to renew
9. the credential's dates, then the age of the QR code
10. the replay mark, last: a refused text leaves none

It reads no database, clock or network: ``now`` is passed in, status look-up and replay marks are
injected. A refused text costs at most two signature checks and one bounded inflate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Final, NamedTuple, Self

from disability_card.card_claims import CardClaims, Medium, read_card_claims
from disability_card.refusals import (
    REFUSAL_OF_FAULT,
    CardRefused,
    ClockOff,
    Expired,
    Forged,
    HolderMismatch,
    KeyBindingMissing,
    KeyBlocked,
    NotYetValid,
    OtherCity,
    QrTooOld,
    Replayed,
    Revoked,
    StatusIndexOutOfRange,
    StatusListBad,
    StatusListMissing,
    StatusListOld,
    Suspended,
    UnknownKey,
    WrongAudience,
    WrongNonce,
)
from disability_card.scan_memory import IssuerPart, IssuerParts, ReplayMarks, scan_digest, scan_name
from disability_card.verdicts import Level, Verdict, instant_text
from signing import es256, jws, pack, sdjwt, statuslist
from signing.faults import BadToken, Fault, unreadable
from signing.jws import Jws
from signing.sdjwt import CREDENTIAL_TYP, KEY_BINDING_TYP, SdJwt
from signing.trust import Bundle, KeyUse, TrustedKey, TrustList, device_fault

CLOCK_LEEWAY_SECONDS: Final = 60  # of a credential's own iat and nbf
STATUS_FRESH_SECONDS: Final = 300
STATUS_AGE_SECONDS_MAX: Final = 86_400
QR_FRESH_SECONDS: Final = 60
QR_PAST_SECONDS_MAX: Final = 3_600  # older than this is no slow hand but a wrong clock
SAME_SCAN_SECONDS: Final = 10


class Mode(Enum):
    """How far a QR code's time may lie from ours: (seconds in the past, in the future)."""

    ONLINE = (60, 30)
    OFFLINE = (120, 60)


class StatusEntry(NamedTuple):
    """One entry of a status list: as of which second, and until when that may be believed."""

    status: int
    as_of: int
    exp: int | None = None


StatusLookup = Callable[[str, int], StatusEntry]
"""(uri, index) -> entry; ``IndexError`` beyond the list's end, ``LookupError`` for no such list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Who asks: the venue, which scanner there, and the challenge on its counter, if any."""

    venue_id: str
    scanner: str
    challenge: str | None = None


class Verifier:
    """Everything that stays the same between two scans, checked once when it is built."""

    def __init__(
        self,
        trust_list: TrustList,
        *,
        status_at: StatusLookup,
        replay_marks: ReplayMarks,
        mode: Mode,
        blocked: frozenset[tuple[str, str]] = frozenset(),
        issuer_parts: IssuerParts | None = None,
        bundle: Bundle | None = None,
    ) -> None:
        """``blocked`` holds (issuer, kid); ``bundle`` is an offline device's, with its own exp."""
        self._trust_list = trust_list
        self._issuers = trust_list.issuers
        self._status_at = status_at
        self._replay_marks = replay_marks
        self._mode = mode
        self._blocked = blocked
        self._parts = IssuerParts() if issuer_parts is None else issuer_parts
        self._bundle = bundle

    @classmethod
    def from_bundle(
        cls,
        trust_list: TrustList,
        bundle: Bundle,
        *,
        replay_marks: ReplayMarks,
        mode: Mode = Mode.OFFLINE,
        issuer_parts: IssuerParts | None = None,
    ) -> Self:
        """Return the verifier of a device that knows what its bundle says and no more."""
        return cls(
            trust_list,
            status_at=status_in(bundle),
            replay_marks=replay_marks,
            mode=mode,
            blocked=frozenset(bundle.blocked),
            issuer_parts=issuer_parts,
            bundle=bundle,
        )

    def verify(self, text: str, *, venue: Venue, now: datetime) -> Verdict:
        """Return the verdict on a QR text, or raise a ``CardRefused``; never anything else."""
        if now.tzinfo is None:
            raise ValueError("an instant must be an aware datetime")
        try:
            return _Scan(self, venue=venue, now=now).verdict(text)
        except BadToken as bad:
            raise _refusal_of(bad) from None

    # Each question below is one step of the order above.

    def _check_device(self, now: int) -> None:
        if self._bundle is not None:
            fault = device_fault(self._trust_list, self._bundle, now=now)
        else:
            fault = Fault.TRUST_LIST_EXPIRED if now >= self._trust_list.exp else None
        if fault is not None:
            raise BadToken(fault)

    def _issuer_key(self, iss: str, kid: object, *, now: int) -> TrustedKey:
        if iss not in self._issuers:
            raise OtherCity
        key = self._trust_list.key(KeyUse.ISSUER, iss=iss, kid=kid)
        if (iss, key.kid) in self._blocked:
            raise KeyBlocked
        if not key.is_good_at(now):
            raise UnknownKey
        return key

    def _status_of(self, card: CardClaims) -> StatusEntry:
        try:
            return self._status_at(card.status_uri, card.status_index)
        except IndexError:
            raise StatusIndexOutOfRange from None
        except LookupError:
            raise StatusListMissing from None


class _Scan:
    """One text on its way to a verdict."""

    def __init__(self, verifier: Verifier, *, venue: Venue, now: datetime) -> None:
        self._by = verifier
        self._venue = venue
        self._now = now
        self._seconds = now.timestamp()
        self._second = int(self._seconds)

    def verdict(self, text: str) -> Verdict:
        self._by._check_device(self._second)
        presented = sdjwt.parse(pack.unpack(text))
        binding = None if presented.key_binding is None else jws.parse(presented.key_binding)
        card = self._issued_card(presented, binding)
        try:
            return self._answer(card, presented, binding)
        except (BadToken, CardRefused) as cause:
            refusal = _refusal_of(cause)
            refusal.medium = card.medium.value
            raise refusal from None

    def _answer(self, card: CardClaims, presented: SdJwt, binding: Jws | None) -> Verdict:
        if card.medium is Medium.PHONE:
            if binding is None:
                raise KeyBindingMissing
            shown_at = _check_binding(card, presented, binding)
            self._check_audience(card, binding)
        elif binding is not None:
            raise unreadable("a paper card with a key binding")
        else:
            shown_at = None
        entry = self._by._status_of(card)
        as_of = datetime.fromtimestamp(entry.as_of, UTC)
        try:
            is_fresh = self._check_status(entry)
            self._check_dates(card)
            if shown_at is not None and binding is not None:
                is_fresh &= self._check_shown_at(shown_at)
                self._mark(binding)
        except CardRefused as refusal:
            refusal.as_of = instant_text(as_of)
            raise
        return Verdict(
            level=Level.GREEN if is_fresh else Level.AMBER,
            medium=card.medium,
            presenter=card.presenter,
            discount_class=card.discount_class,
            caregivers=card.caregivers,
            name_to_check=card.name_to_check,
            as_of=as_of,
            details=card.details,
        )

    # -- steps 3 to 5 -----------------------------------------------------------------------

    def _issued_card(self, presented: SdJwt, binding: Jws | None) -> CardClaims:
        """Return the card in the issuer's part, from memory if the very same part was good.

        Memory spares the parse and one signature; whether the issuer, its key and the block list
        still allow it is asked every time.
        """
        known = self._by._parts.get(presented.presentation)
        if known is not None:
            _check_binding_header(binding)
            key = self._by._issuer_key(known.card.iss, known.kid, now=self._second)
            if key.public_key == known.key:
                return known.card
        token = jws.parse(presented.issuer_jwt)
        arrays = sdjwt.read_disclosures(presented.disclosures)
        jws.check_header(token.header, typ=CREDENTIAL_TYP)
        _check_binding_header(binding)
        iss = jws.text_claim(token.payload, "iss")
        key = self._by._issuer_key(iss, token.header.get("kid"), now=self._second)
        if not es256.verify(key.public_key, token.signature, token.signing_input):
            raise Forged
        card = read_card_claims(sdjwt.disclosed_claims(token.payload, arrays), iss=iss)
        self._by._parts.put(
            presented.presentation, IssuerPart(card=card, kid=key.kid, key=key.public_key)
        )
        return card

    # -- steps 7 to 10 ----------------------------------------------------------------------

    def _check_audience(self, card: CardClaims, binding: Jws) -> None:
        aud, nonce = binding.payload["aud"], binding.payload["nonce"]
        one_way = f"{card.iss}/venue"
        here = f"{one_way}/{self._venue.venue_id}"
        # Where a challenge stands on the counter, a screen not made for it may be a relayed one.
        if aud != here and (aud != one_way or self._venue.challenge is not None):
            raise WrongAudience
        if aud == here and nonce != self._venue.challenge:
            raise WrongNonce

    def _check_status(self, entry: StatusEntry) -> bool:
        """Return whether the status is fresh."""
        age = self._seconds - entry.as_of
        if age > STATUS_AGE_SECONDS_MAX or (entry.exp is not None and self._seconds >= entry.exp):
            raise StatusListOld
        match entry.status:
            case statuslist.VALID:
                return age <= STATUS_FRESH_SECONDS
            case statuslist.SUSPENDED:
                raise Suspended
            case _:
                raise Revoked

    def _check_dates(self, card: CardClaims) -> None:
        soonest = self._seconds + CLOCK_LEEWAY_SECONDS
        if card.iat > soonest or (card.nbf is not None and card.nbf > soonest):
            raise NotYetValid
        if self._seconds >= card.exp:
            raise Expired

    def _check_shown_at(self, iat: int) -> bool:
        """Return whether the QR code is fresh."""
        past, future = self._by._mode.value
        age = self._seconds - iat
        if age > QR_PAST_SECONDS_MAX or -age > future:
            raise ClockOff
        if age > past:
            raise QrTooOld
        return age <= QR_FRESH_SECONDS

    def _mark(self, binding: Jws) -> None:
        """Refuse a QR code seen before, unless it is the same scan by the same scanner again."""
        scan = scan_name(binding, scanner=self._venue.scanner)
        first = self._by._replay_marks.first_seen(scan_digest(binding), scan=scan, now=self._now)
        between = abs((self._now - first.at).total_seconds())
        if first.scan != scan or between > SAME_SCAN_SECONDS:
            raise Replayed


def _refusal_of(cause: BadToken | CardRefused) -> CardRefused:
    return cause if isinstance(cause, CardRefused) else REFUSAL_OF_FAULT[cause.fault]()


def _check_binding_header(binding: Jws | None) -> None:
    if binding is not None:
        jws.check_header(binding.header, typ=KEY_BINDING_TYP)


def _check_binding(card: CardClaims, presented: SdJwt, binding: Jws) -> int:
    """Return when the phone made the QR code, if the holder's key signed it over this card."""
    shown_at = jws.numeric_date(binding.payload, "iat")
    for name in ("aud", "nonce", "sd_hash"):
        jws.text_claim(binding.payload, name)
    if card.holder_key is None or not es256.verify(
        card.holder_key, binding.signature, binding.signing_input
    ):
        raise HolderMismatch
    if binding.payload["sd_hash"] != sdjwt.digest_of(presented.presentation):
        raise HolderMismatch
    return shown_at


def status_in(bundle: Bundle) -> StatusLookup:
    """Return the look-up in the lists that came with a bundle."""

    def status_at(uri: str, index: int) -> StatusEntry:
        found = bundle.status_lists.get(uri)
        if found is None:
            raise StatusListBad if uri in bundle.bad_status_lists else LookupError(uri)
        return StatusEntry(found.bits[index], found.iat, found.exp)

    return status_at
