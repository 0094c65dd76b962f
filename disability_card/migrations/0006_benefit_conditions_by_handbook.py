"""A benefit names each kind of handbook with its own grades: 2級 of two kinds are two things."""

from typing import Any

from django.db import migrations, models

GRADES = {
    "physical": ["1", "2", "3", "4", "5", "6"],
    "intellectual": ["A", "A1", "A2", "B", "B1", "B2"],
    "mental": ["1", "2", "3"],
}


def write_conditions(apps: Any, _schema_editor: Any) -> None:
    benefits = apps.get_model("disability_card", "Benefit").objects
    for benefit in benefits.filter(needs_details=True):
        wanted = set(benefit.details_rule.get("grade", ()))
        kinds = benefit.details_rule.get("handbook") or GRADES
        chosen = {
            kind: [grade for grade in GRADES[kind] if not wanted or grade in wanted]
            for kind in kinds
        }
        benefit.conditions = {kind: grades for kind, grades in chosen.items() if grades}
        if not benefit.conditions:
            benefit.is_published = False  # it fitted nobody, and must not fit everybody now
        benefit.save(update_fields=["conditions", "is_published"])


class Migration(migrations.Migration):
    dependencies = [("disability_card", "0005_import_row_outlives_its_facts")]

    operations = [
        migrations.AddField("benefit", "conditions", models.JSONField(default=dict, blank=True)),
        migrations.RunPython(write_conditions, migrations.RunPython.noop),
        migrations.RemoveField("benefit", "needs_details"),
        migrations.RemoveField("benefit", "details_rule"),
    ]
