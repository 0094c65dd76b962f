"""The audit trail refuses change and removal in the database itself."""

from django.db import migrations

from core.append_only import install, remove


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.RunPython(install("core_auditevent"), remove("core_auditevent")),
    ]
