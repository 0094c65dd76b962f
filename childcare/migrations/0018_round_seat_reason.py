import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('childcare', '0017_operator_change'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(model_name='run', name='seats_explained'),
        migrations.RemoveField(model_name='run', name='seats_explained_at'),
        migrations.RemoveField(model_name='run', name='seats_explained_by'),
        migrations.AddField(
            model_name='round',
            name='seats_explained',
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AddField(
            model_name='round',
            name='seats_explained_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='round',
            name='seats_explained_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='round',
            name='seats_explained_for',
            field=models.JSONField(blank=True, default=list),
        ),
    ]
