"""Money that moved stays as it was: the database itself refuses change and removal."""

from django.db import migrations

from core.append_only import install, remove

TABLES = {
    "tourism_account": "id campaign_id+kind+ref",
    "tourism_txn": "id reverses_id kind+key",
    "tourism_posting": "txn_id+account_id",
    "tourism_redemption": "txn_id device_id+key",
    "tourism_reversal": "redemption_id txn_id",
    "tourism_offlinesale": "id lease_id+number",
}


class Migration(migrations.Migration):
    dependencies = [
        ("tourism", "0004_ledger_wallets_redemptions"),
        ("core", "0006_kaiteki_now"),
    ]
    operations = [
        migrations.RunPython(install(table, key=key), remove(table))
        for table, key in TABLES.items()
    ]
