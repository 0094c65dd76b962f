from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0007_notice_deliveries'),
    ]

    operations = [
        migrations.CreateModel(
            name='TryCount',
            fields=[
                ('digest', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('tries', models.PositiveIntegerField()),
                ('ends_at', models.DateTimeField(db_index=True)),
            ],
        ),
    ]
