"""Template tags of coupons: a ticket, and amounts that are read from afar."""

import json
from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from tourism.use_days import used_at
from web.dates import date_in_words

register = template.Library()
register.filter(used_at)


@register.simple_tag
def big_yen(amount: int) -> SafeString:
    """Say an amount whose figures are large and whose unit is small: 1,700 円."""
    if get_language() == "en":
        return format_html("<small>¥</small>{}", f"{amount:,}")
    unit = "{円|えん}" if get_language() == "ja-easy" else "円"
    return format_html("{}<small>{}</small>", f"{amount:,}", unit)


@register.filter
def short_day(value: date) -> SafeString:
    """Say a day without its era: a ticket is narrow."""
    whole = str(date_in_words(value, get_language() or "ja"))
    return mark_safe(whole.partition("<wbr>")[0])  # noqa: S308  made of a date


@register.inclusion_tag("parts/ticket.html")
def ticket(ticket: dict[str, Any]) -> dict[str, Any]:
    """Show one coupon; with an address the whole ticket is a link."""
    return {"ticket": ticket}


# What ends a script element or starts a comment in one, as Django's json_script escapes it.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def linked_data(facts: dict[str, Any]) -> SafeString:
    """Say the facts of a page to machines (schema.org as JSON-LD); nothing where there are none."""
    if not facts:
        return mark_safe("")
    text = json.dumps(facts, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  escaped
