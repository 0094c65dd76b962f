"""The database's clock as a function; SQLite's is registered on each connection."""

from django.db import migrations

from core.database_clock import DEFINITION, NAME


def forward(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DEFINITION, params=None)


def backward(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {NAME}()", params=None)


class Migration(migrations.Migration):
    dependencies = [("core", "0005_audit_seal")]
    operations = [migrations.RunPython(forward, backward)]
