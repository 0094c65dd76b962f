"""Guard published rule sets in the database itself: only their last day may come earlier."""

from typing import Any

from django.db import migrations

# What a published version consists of; its last day may be cut when a successor names it.
_FIXED = ("municipality", "name", "version", "status", "content", "sha256", "effective_from", "is_demo")


def _changed(old: str, new: str, *, distinct: str) -> str:
    fixed = " OR ".join(f"{old}.{name} {distinct} {new}.{name}" for name in _FIXED)
    return f"{fixed} OR {new}.effective_to > {old}.effective_to OR {new}.effective_to IS NULL"


def guard(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        changed = _changed("OLD", "NEW", distinct="IS DISTINCT FROM")
        statements = (
            """CREATE OR REPLACE FUNCTION kaiteki_published_rule_set() RETURNS trigger
            LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'a published rule set never changes'
            USING ERRCODE = 'restrict_violation'; END $$""",
            "CREATE TRIGGER childcare_ruleset_published BEFORE UPDATE ON childcare_ruleset"
            f" FOR EACH ROW WHEN (OLD.status = 'published' AND ({changed}))"
            " EXECUTE FUNCTION kaiteki_published_rule_set()",
        )
    else:
        changed = _changed("OLD", "NEW", distinct="IS NOT")
        statements = (
            "CREATE TRIGGER childcare_ruleset_published BEFORE UPDATE ON childcare_ruleset"
            f" WHEN OLD.status = 'published' AND ({changed})"
            " BEGIN SELECT RAISE(ABORT, 'a published rule set never changes'); END",
        )
    for statement in statements:
        schema_editor.execute(statement, params=None)


def unguard(_apps: Any, schema_editor: Any) -> None:
    on = " ON childcare_ruleset" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS childcare_ruleset_published{on}", params=None)


class Migration(migrations.Migration):
    dependencies = [("childcare", "0005_facility_side")]

    operations = [migrations.RunPython(guard, unguard)]
