"""The shared cache of limits and sessions is a table of the same database."""

from django.core.management import call_command
from django.db import migrations


def forward(_apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_is_append_only")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
