"""A replay mark names the first scan (device and signature) instead of the device."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("disability_card", "0003_benefit_text_may_be_empty")]

    operations = [
        migrations.RenameField(model_name="replaymark", old_name="device_id", new_name="scan"),
    ]
