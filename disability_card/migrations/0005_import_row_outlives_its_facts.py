"""A row of an applied import stays without its facts: which handbook, and which fields."""

import django.db.models.deletion
from django.db import migrations, models

import core.encrypted


class Migration(migrations.Migration):
    dependencies = [("disability_card", "0004_replay_mark_names_the_scan")]

    operations = [
        migrations.AddField(
            model_name="ledgerimportrow",
            name="changed",
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name="ledgerimportrow",
            name="record",
            field=core.encrypted.EncryptedJSONField(null=True),
        ),
        migrations.AlterField(
            model_name="ledgerimportrow",
            name="handbook",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="disability_card.handbook",
            ),
        ),
    ]
