"""The WSGI entry point: `granian --interface wsgi api.wsgi:application`."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

from core.database_clock import refuse_an_offset

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")

application = get_wsgi_application()
if settings.PRODUCTION:
    refuse_an_offset(connection)
    connection.close()
