"""Files of point tables: one as it is, or as a draft to start the city's own from."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Role
from childcare.models import RuleSet
from childcare.rule_sets.starting import draft_from
from childcare.shipped_rule_sets import shipped_tables
from core import policy
from core.municipality import all_municipalities
from core.permissions import actor_of
from core.policy_pages import requires

_LIST = "staff.rule-set.list"


@requires(_LIST)
@require_safe
def rule_set_file(request: HttpRequest, rule_set_id: UUID) -> HttpResponse:
    """Send a table byte for byte: its SHA-256 is the one on its page."""
    row = _row(request, rule_set_id)
    return _file(row.content.encode(), f"rule-set-{row.sha256[:8]}.yaml")


@requires(_LIST)
@require_safe
def rule_set_draft(request: HttpRequest, rule_set_id: UUID) -> HttpResponse:
    """Send a table of the list as a draft."""
    row = _row(request, rule_set_id)
    return _draft(request, row.content.encode(), named=str(row))


@requires(_LIST)
@require_safe
def shipped_draft(request: HttpRequest, shipped_table: str) -> HttpResponse:
    """Send a table that ships with the product as a draft."""
    table = next((one for one in shipped_tables() if one.code == shipped_table), None)
    if table is None:
        raise Http404
    return _draft(request, table.path.read_bytes(), named=f"{table.name} {table.version}")


def _row(request: HttpRequest, rule_set_id: UUID) -> RuleSet:
    return get_object_or_404(
        policy.allowed(actor_of(request), _LIST, RuleSet.objects.all()), pk=rule_set_id
    )


def _draft(request: HttpRequest, content: bytes, *, named: str) -> HttpResponse:
    code = min(actor_of(request).cities_of(Role.CHILDCARE_CLERK, Role.CHILDCARE_APPROVER))
    heading = [
        _("下書き: %(name)s をもとにしています。") % {"name": named},
        _("1. meta の name、version、effective、source を、市のものに書きかえてください。"),
        _("2. gaps に書かれた足りないところをうめて、gaps を消してください。"),
        _("3. 行と例の点を、市の文書とつき合わせてください。点は半点の整数です（20点は 40）。"),
        _("4. 職員の画面の「点数表」で出すと、直すところが行の番号といっしょに出ます。"),
    ]
    here = all_municipalities().get(code)
    city = here.name["ja"] if here else code  # this installation may not serve it
    draft = draft_from(content, municipality=code, city=city, heading=heading)
    return _file(draft, "rule-set-draft.yaml")


def _file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
