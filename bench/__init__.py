"""Benchmarks in ratios: `python -m bench [ROW ...] [--json] [--quick]`."""

import os

# The rules under measurement are plain, but their package belongs to a Django project.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings_test")
