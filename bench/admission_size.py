"""Prints seconds and peak MiB of one round of so many children, as a process of its own."""

import json
import resource
import sys
import time

from bench.admission import round_of
from bench.admission_market import as_bytes, make_market
from childcare.admission.solve import load_market


def main() -> None:
    raw = as_bytes(make_market(int(sys.argv[1])))
    start = time.perf_counter()
    market = load_market(raw)
    loaded = time.perf_counter()
    method, _told = round_of(market)
    print(
        json.dumps(
            {
                "load": loaded - start,
                "seconds": time.perf_counter() - loaded,
                "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "method": method,
            }
        )
    )


if __name__ == "__main__":
    main()
