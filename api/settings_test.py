"""Settings of the tests: fast, in memory where it is safe, the same code otherwise."""

import os
import tempfile
from pathlib import Path

_VAR = Path(tempfile.gettempdir()) / f"kaiteki-tests-{os.getuid()}"
os.environ.setdefault("KAITEKI_VAR", str(_VAR))

from api.settings import *  # noqa: E402, F403  the tests change only what is below

# WhiteNoise warns where there is none, and warnings are errors here.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Tests sign staff in without asking; `tests/accounts` holds that a second factor is asked for.
STAFF_NEED_SECOND_FACTOR = False
# A code that a test makes in one line is good in the next, though 30 seconds end between them.
MFA_TOTP_TOLERANCE = 1
