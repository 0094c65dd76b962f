"""Say which credentials no longer count: at once from the database, in bulk as signed lists.

``status_of`` is what an online verification asks; it reads one row by its unique index. The
Token Status List (2 bits an entry) is what everybody else fetches: it is rebuilt when the
transaction that changed an entry commits, every two minutes by ``publish_status_lists``, and by
the request that finds it old. Only suspension, revocation and reissue change entries; a batch
replaced by a routine refresh stays at 0, because flipping its indices together would link the
visits made with them.
"""

import re
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet

from core.municipality import municipality as city_of
from disability_card.models import (
    Card,
    CardState,
    Credential,
    CredentialState,
    Holding,
    HoldingState,
    KeyPurpose,
    StatusList,
)
from disability_card.signing_keys import active_signer
from signing.statuslist import INVALID, SUSPENDED, VALID, make_status_list

# Verifiers call a list of up to five minutes fresh; two leave room for a missed round.
REBUILT_AFTER: Final = timedelta(minutes=2)
# A verifier whose clock is behind may still be shown a credential of the last day.
WITHDRAWN_AFTER: Final = timedelta(days=1)

# Ours have no leading zero and are ASCII: "007" would be a second name of list 7.
_LIST_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
_STATUS: Final = {
    CredentialState.ISSUED: VALID,
    CredentialState.SUPERSEDED: VALID,
    CredentialState.REVOKED: INVALID,
    CredentialState.SUSPENDED: SUSPENDED,
}


class NoSuchStatusList(LookupError):
    """The URI names no live list of this installation."""


def status_list_uri(municipality: str, number: int) -> str:
    """Return where the list is published; credentials and the token's ``sub`` hold it."""
    return f"{city_of(municipality).issuer}/status/{number}"


def status_of(uri: str, idx: int) -> int:
    """Return 0 valid, 1 invalid or 2 suspended, straight from the credential's row.

    An index nobody has is 0, as in the published list. ``NoSuchStatusList`` for a foreign,
    unknown or withdrawn list, ``IndexError`` beyond its end. Two look-ups by unique index,
    whatever the number of credentials.
    """
    status_list = _list_at(uri)
    if not 0 <= idx < status_list.entries:
        raise IndexError(idx)
    state = (
        Credential.objects.filter(status_list=status_list, status_index=idx)
        .values_list("state", flat=True)
        .first()
    )
    return VALID if state is None else _STATUS[CredentialState(state)]


def _list_at(uri: str) -> StatusList:
    issuer, _, tail = uri.rpartition("/status/")
    municipality = issuer.rpartition("/")[2]
    if _LIST_NUMBER.fullmatch(tail) is None:
        raise NoSuchStatusList(uri)
    found = StatusList.objects.filter(
        municipality=municipality, number=int(tail), withdrawn_at=None
    ).first()
    if found is None or status_list_uri(municipality, found.number) != uri:
        raise NoSuchStatusList(uri)
    return found


def set_status(
    subject: Card | Holding | QuerySet[Credential], *, state: CredentialState, now: datetime
) -> int:
    """Suspend, resume (``ISSUED``) or revoke credentials; return how many rows changed.

    Call it in the transaction that changes the card or the holding, after saving that change: a
    resume passes by every credential whose card or holding is still stopped, and never brings a
    revoked one back. The lists concerned are rebuilt when the transaction commits.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("change the status in the transaction of the card's own change")
    changing = _credentials_of(subject).filter(_may_become(state), exp__gt=now)
    # The condition reaches over joins; the lock is to hold the credentials only.
    locked = Credential.objects.select_for_update().filter(pk__in=changing.values("pk"))
    rows = list(locked.order_by("pk").values_list("pk", "status_list"))
    for start in range(0, len(rows), 500):  # SQLite takes a limited number of parameters
        ids = [pk for pk, _ in rows[start : start + 500]]
        Credential.objects.filter(pk__in=ids).update(state=state)
    for list_id in sorted({list_id for _, list_id in rows}):
        StatusList.objects.filter(pk=list_id).update(version=F("version") + 1)
        transaction.on_commit(partial(publish_status_list, list_id, now=now))
    return len(rows)


def _credentials_of(subject: Card | Holding | QuerySet[Credential]) -> QuerySet[Credential]:
    match subject:
        case Card():
            return Credential.objects.filter(card=subject)
        case Holding():
            return Credential.objects.filter(holding=subject)
        case _:
            return subject


def _may_become(state: CredentialState) -> Q:
    match state:
        case CredentialState.SUSPENDED:
            return Q(state__in=[CredentialState.ISSUED, CredentialState.SUPERSEDED])
        case CredentialState.REVOKED:
            return ~Q(state=CredentialState.REVOKED)
        case CredentialState.ISSUED:
            holding_is_free = Q(holding=None) | Q(holding__state=HoldingState.ACTIVE)
            return (
                Q(state=CredentialState.SUSPENDED, card__state=CardState.ACTIVE) & holding_is_free
            )
        case CredentialState.SUPERSEDED:
            raise ValueError("a refresh changes no status: see issuance")


def publish_status_list(list_id: UUID, *, now: datetime) -> str:
    """Return the list's token: the stored one while it is true and young, else a new one."""
    with transaction.atomic():
        status_list = StatusList.objects.select_for_update().get(pk=list_id)
        if not _is_stale(status_list, now=now):
            return status_list.token
        # Monotonic: a verifier keeps the newest it has seen, and clocks of two servers differ.
        iat = max(now, status_list.token_iat or now)
        status_list.token = _signed_token(status_list, iat=iat)
        status_list.token_iat = iat
        status_list.token_version = status_list.version
        status_list.save(update_fields=["token", "token_iat", "token_version"])
        return status_list.token


def _signed_token(status_list: StatusList, *, iat: datetime) -> str:
    """Build the list from the few rows that are not valid, found by a partial index."""
    rows = Credential.objects.filter(
        status_list=status_list,
        state__in=[CredentialState.SUSPENDED, CredentialState.REVOKED],
    ).values_list("status_index", "state")
    return make_status_list(
        {index: _STATUS[CredentialState(state)] for index, state in rows},
        iss=city_of(status_list.municipality).issuer,
        uri=status_list_uri(status_list.municipality, status_list.number),
        iat=int(iat.timestamp()),
        signer=active_signer(status_list.municipality, KeyPurpose.STATUS, now=iat),
        entries=status_list.entries,
    )


def _is_stale(status_list: StatusList, *, now: datetime) -> bool:
    if status_list.token_iat is None or status_list.token_version != status_list.version:
        return True
    return now - status_list.token_iat >= REBUILT_AFTER


def live_lists(municipality: str) -> QuerySet[StatusList]:
    """Every list that a credential still good may point into, oldest first."""
    return StatusList.objects.filter(municipality=municipality, withdrawn_at=None).order_by(
        "number"
    )


def live_status_tokens(municipality: str, *, now: datetime) -> list[str]:
    """Return the token of every live list, for the verifier's bundle."""
    return [fresh_token(one, now=now) for one in live_lists(municipality)]


def status_token(municipality: str, number: int, *, now: datetime) -> str:
    """Return the published token of one list; ``NoSuchStatusList`` where there is none."""
    found = live_lists(municipality).filter(number=number).first()
    if found is None:
        raise NoSuchStatusList(status_list_uri(municipality, number))
    return fresh_token(found, now=now)


def fresh_token(status_list: StatusList, *, now: datetime) -> str:
    """Return the token, rebuilt first if it is old; a young one costs no lock."""
    if _is_stale(status_list, now=now):
        return publish_status_list(status_list.pk, now=now)
    return status_list.token


def withdraw_lists(*, now: datetime) -> int:
    """Withdraw each full list a day after the last credential in it ended; return how many.

    The phones' rows of withdrawn lists are deleted: nothing can ask for them any more, and who
    fetched how many cards when is not the city's to keep.
    """
    newest = StatusList.objects.values("municipality", "is_paper").annotate(last=Max("number"))
    keep = Q(pk__in=[])
    for one in newest:
        keep |= Q(municipality=one["municipality"], number=one["last"])
    over = StatusList.objects.exclude(keep).filter(
        withdrawn_at=None, last_exp__lt=now - WITHDRAWN_AFTER
    )
    ids = list(over.values_list("pk", flat=True))
    with transaction.atomic():
        StatusList.objects.filter(pk__in=ids).update(withdrawn_at=now, token="")
        Credential.objects.filter(status_list__in=ids, holding__isnull=False).delete()
    return len(ids)
