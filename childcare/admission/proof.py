"""Three links from the score sheets to what each family was told, and one hash of the chain.

1. The stored facts give the stored MARKET, byte for byte. 2. The stored MARKET gives the stored
RESULT, byte for byte, and the certificate takes it. 3. Each decision says what the RESULT says of
its child, and its notice is the one whose hash was kept. Whoever has the hash of the chain can
tell later whether any of it was changed.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from childcare.admission.running import demand_certificate, key_of, replay, seats_of
from childcare.admission.snapshot import market_bytes, read_inputs
from childcare.models import Decision, Run
from core.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Which links hold; ``chain`` is what was published, ``chain_now`` what the rows give today."""

    scores_to_market: bool
    market_to_result: bool
    result_to_notices: bool
    chain: str
    chain_now: str

    @property
    def holds(self) -> bool:
        """Say whether nothing was changed."""
        links = (self.scores_to_market, self.market_to_result, self.result_to_notices)
        return all(links) and self.chain in {"", self.chain_now}


def prove(run: Run) -> Proof:
    """Walk the three links of ``run``; before publication the third is about nobody."""
    return Proof(
        scores_to_market=_passes(_same_market, run),
        market_to_result=_passes(_same_result, run),
        result_to_notices=_passes(_same_notices, run),
        chain=run.chain_sha256,
        chain_now=chain_of(run, run.decisions.values_list("notice_sha256", flat=True)),
    )


def chain_of(run: Run, notices: Iterable[str]) -> str:
    """Return the hash of the rule set, the snapshot, the result and every notice."""
    links = [run.rule_sha256, run.market_sha256, run.result_sha256, *sorted(notices)]
    return hashlib.sha256("\n".join(links).encode()).hexdigest()


def notice_sha256(decision: Decision) -> str:
    """Return the hash of what ``decision`` tells its family."""
    told = {
        "application": str(decision.application_id),
        "outcome": str(decision.outcome),
        "facility": str(decision.facility_id or ""),
        "class_age": decision.class_age,
        "reason": decision.reason,
        "answer_by": _stamp(decision.answer_by),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _stamp(moment: datetime | None) -> str:
    return "" if moment is None else str(int(moment.timestamp()))


def _passes(link: Callable[[Run], bool], run: Run) -> bool:
    try:
        return link(run)
    except Refusal:
        return False


def _same_market(run: Run) -> bool:
    key = key_of(run)
    raw = market_bytes(read_inputs(run.round, of=set(key.children)), key)
    return hashlib.sha256(raw).hexdigest() == run.market_sha256


def _same_result(run: Run) -> bool:
    replay(run)
    demand_certificate(run)
    return True


def _same_notices(run: Run) -> bool:
    """Compare decision by decision with the result's file, not with the allocations alone."""
    key = key_of(run)
    market, solved = replay(run)
    seats = seats_of(market, solved.current, key)
    decisions = list(run.decisions.all())
    is_told = run.published_at is not None
    return (len(decisions) == len(key.children) if is_told else not decisions) and all(
        (seats.get(one.application_id) or (None,))[0] == one.facility_id
        and notice_sha256(one) == one.notice_sha256
        for one in decisions
    )
