"""Say what the application's own role may do in PostgreSQL: it owns no table.

Tables belong to the role that migrates. The application's role reads and writes rows; where a
table is append-only (`core.append_only`) it may insert and read and nothing else. A trigger alone
can be dropped by whoever owns its table; this role cannot, and neither can who breaks into it.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from core.refusals import Refusal, gettext_noop as _

_APPEND_ONLY = """SELECT DISTINCT c.oid::regclass::text FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE p.proname = 'kaiteki_append_only' AND NOT t.tgisinternal ORDER BY 1"""
_MAY_ACT_AS_OWNER = """SELECT rolsuper OR pg_has_role(rolname, current_user, 'MEMBER')
FROM pg_roles WHERE rolname = %s"""


class RoleNotFit(Refusal):
    """The role is unknown, or can do all that the owner of the tables can."""

    code = "database-role-not-fit"
    title = _("このデータベースの役割は、アプリに使えません")
    next_step = _("表を持つ役割とはべつの、ふつうの役割を作ってください。")
    status = HTTPStatus.CONFLICT


def grant_application(connection: Any, role: str) -> Sequence[str]:
    """Give ``role`` what the application needs, and take the rest; return the guarded tables.

    Called as the owner of the tables, after every migration: run again it changes nothing.
    """
    name = connection.ops.quote_name(role)
    schema = "SCHEMA public"
    with connection.cursor() as cursor:
        cursor.execute(_MAY_ACT_AS_OWNER, [role])
        found = cursor.fetchone()
        if found is None or found[0]:
            raise RoleNotFit
        cursor.execute(_APPEND_ONLY)
        guarded = [table for (table,) in cursor.fetchall()]
        for statement in (
            f"REVOKE ALL ON ALL TABLES IN {schema} FROM {name}",
            f"REVOKE CREATE ON {schema} FROM {name}, PUBLIC",
            f"GRANT USAGE ON {schema} TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN {schema} TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN {schema} TO {name}",
            *(f"REVOKE UPDATE, DELETE ON {table} FROM {name}" for table in guarded),
        ):
            cursor.execute(statement)
    return guarded
