"""The collector of cycles rests while children are told, and works again whatever happens."""

import gc

import pytest

from bench.admission_market import as_bytes, make_market
from childcare.admission.explanation import Explainer, collector_at_rest
from childcare.admission.solve import load_market, solve


def explainer(children: int) -> Explainer:
    market = load_market(as_bytes(make_market(children, facilities=23)))
    return Explainer(market, solve(market).current, standing=lambda position: (0, position))


def test_explanations_make_no_reference_cycles() -> None:
    told = explainer(200)
    gc.collect()
    with collector_at_rest():
        assert sum(1 for _one in told.explain()) == 200
        assert gc.collect() == 0


def test_the_collector_works_again_after_the_last_child_and_after_a_break() -> None:
    told = explainer(50)
    list(told.explain())
    assert gc.isenabled()
    for _first in told.explain():
        assert not gc.isenabled()
        break
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collector_at_rest():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_an_error_leaves_the_collector_at_work() -> None:
    with pytest.raises(ZeroDivisionError), collector_at_rest():
        _ = 1 // 0
    assert gc.isenabled()
