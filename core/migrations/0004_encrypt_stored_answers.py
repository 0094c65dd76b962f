import core.encrypted
from django.db import migrations, models


class Migration(migrations.Migration):
    """Encrypt stored answers. What is stored lives 48 hours, so it is dropped, not moved."""

    dependencies = [("core", "0003_cache_table")]

    operations = [
        migrations.RunSQL("DELETE FROM core_idempotencykey", migrations.RunSQL.noop),
        migrations.RemoveField("idempotencykey", "answer"),
        migrations.AddField(
            "idempotencykey", "answer", core.encrypted.EncryptedJSONField(null=True)
        ),
        migrations.AlterField("idempotencykey", "actor", models.CharField(max_length=120)),
    ]
