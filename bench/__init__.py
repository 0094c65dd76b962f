"""Benchmarks in ratios: `python -m bench [ROW ...] [--json] [--quick]`."""
