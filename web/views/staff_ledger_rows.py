"""Who is new, gone or changed in a ledger import: for the two officers, and audited."""

from typing import Any, Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from disability_card.imports.columns import columns
from disability_card.ledger_changes import SHOWN_EFFECTS, RowChange, open_changes, staged_rows
from disability_card.models import LedgerImport, RowEffect
from web.ledger_words import value_in_words

A_PAGE: Final = 50


@requires("ledger.rows")
@require_safe
def ledger_rows(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Show the handbooks of one effect, and of a changed one its fields before and after."""
    actor = actor_of(request)
    found = get_object_or_404(
        policy.allowed(actor, "ledger.rows", LedgerImport.objects.all()), pk=import_id
    )
    tabs, effect = _tabs(found, request.GET.get("effect", ""))
    rows = Paginator(staged_rows(found, [effect]), A_PAGE).get_page(request.GET.get("page"))
    shown: dict[str, int | str] = {"effect": effect.value, "page": rows.number}
    changes = open_changes(found, rows.object_list, of=shown, actor=actor, now=timezone.now())
    page = {
        "found": found,
        "tabs": tabs,
        "effect": effect,
        "page": rows,
        "changes": [(change, _fields_in_words(change)) for change in changes],
    }
    response = render(request, "web/staff/ledger_rows.html", page)
    response["Cache-Control"] = "no-store"
    return response


def _fields_in_words(change: RowChange) -> list[tuple[str, str]]:
    """Return (field, what it was and becomes) of a changed row; "" once the facts are gone."""
    japanese = {column.name: column.japanese for column in columns()}
    return [
        (
            japanese[one.name],
            format_html(
                "{} → {}", value_in_words(one.name, one.old), value_in_words(one.name, one.new)
            )
            if one.old or one.new
            else "",
        )
        for one in change.changes
    ]


def _tabs(found: LedgerImport, wanted: str) -> tuple[list[dict[str, Any]], RowEffect]:
    """Return a tab for each effect that has rows, and the open one: the first, if not named."""
    counts = found.summary["effects"]
    there = [effect for effect in SHOWN_EFFECTS if counts[effect]] or [RowEffect.NEW]
    chosen = next((effect for effect in there if effect == wanted), there[0])
    tabs = [
        {
            "address": f"?effect={effect}",
            "label": effect.label,
            "count": counts[effect],
            "is_current": effect == chosen,
        }
        for effect in there
    ]
    return tabs, chosen
