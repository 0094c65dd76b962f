"""Template tags of the parts that every page is made of; /demo/parts/ shows each of them.

``{% load parts %}`` gives: the parts of ``PARTS`` by their names (``{% banner text=… %}``),
``icon``, ``mark``, ``horizon``, ``ridge``, ``verdict_shape``, ``field``, ``error_summary``,
``in_language``, ``with_ruby``, and the filters ``day``, ``day_text``, ``clock``, ``yen``,
``thousands``.
"""

from datetime import date, datetime
from typing import Any, Final

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect, Select
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from web.dates import date_as_text, date_in_words, time_in_words, yen_in_words
from web.easy_japanese import in_brackets
from web.icons import ICONS, PETAL, PETALS, RIDGE_FAR, RIDGE_NEAR, VERDICT_SHAPES

register = template.Library()

# The parts that are a template and nothing else: name -> what they may be given.
PARTS: Final[dict[str, frozenset[str]]] = {
    "answers": frozenset({"answers"}),
    "banner": frozenset({"kind", "title", "text", "live"}),
    "busy_button": frozenset({"label"}),
    "button": frozenset(
        {
            "label", "href", "style", "icon", "name", "value", "type", "id",
            "small", "opens", "closes",
        }
    ),
    "camera_corners": frozenset(),
    "close_action": frozenset({"href", "label"}),
    "dialog": frozenset({"id", "title", "text", "do", "action", "stay", "shown_here"}),
    "empty": frozenset({"fact", "text", "href", "label"}),
    "link_card": frozenset({"href", "icon", "title", "text"}),
    "next_step": frozenset({"href", "title", "text", "days", "until"}),
    "notice": frozenset({"href", "title", "when", "is_new"}),
    "price": frozenset({"who", "yen", "usual_yen"}),
    "show_card": frozenset({"href"}),
    "steps": frozenset({"at", "of"}),
    "tabs": frozenset({"tabs", "name"}),
    "tag": frozenset({"kind", "text"}),
    "venue_action": frozenset({"name"}),
    "verdict": frozenset({"kind", "title", "text", "focus", "level"}),
}  # fmt: skip


def _register_part(name: str, known: frozenset[str]) -> None:
    def part(**values: Any) -> dict[str, Any]:
        if unknown := values.keys() - known:
            raise template.TemplateSyntaxError(f"{name} does not know {sorted(unknown)}")
        return values

    register.inclusion_tag(f"parts/{name}.html", name=name)(part)


for _name, _known in PARTS.items():
    _register_part(_name, _known)


@register.simple_tag
def icon(name: str, extra_class: str = "") -> SafeString:
    """Draw the icon ``name`` of ``web.icons``; it always stands beside a word, so it is hidden."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        f" {extra_class}" if extra_class else "",
        ICONS[name],
    )


@register.simple_tag
def mark(full: int = PETALS, extra_class: str = "") -> SafeString:
    """Draw the cosmos with its first ``full`` petals filled, clockwise from the top."""
    petals = "".join(
        f'<path class="petal{"" if place < full else " is-empty"}" d="{PETAL}"'
        f' transform="rotate({place * 360 // PETALS})"/>'
        for place in range(PETALS)
    )
    return format_html(
        '<svg class="mark{}" viewBox="-25 -25 50 50" aria-hidden="true" focusable="false">{}</svg>',
        f" {extra_class}" if extra_class else "",
        mark_safe(petals),  # noqa: S308  made of our constants
    )


@register.simple_tag
def horizon() -> SafeString:
    """Draw the ridge as two flat shapes over the full width."""
    return format_html(
        '<svg class="horizon" viewBox="0 0 390 93" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false"><path class="far" d="{}V93H0Z"/><path class="near" d="{}V93H0Z"/>'
        "</svg>",
        RIDGE_FAR,
        RIDGE_NEAR,
    )


@register.simple_tag
def ridge() -> SafeString:
    """Draw the ridge as one line, for empty states."""
    return format_html(
        '<svg class="ridge" viewBox="-4 -5 398 76" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        RIDGE_FAR,
    )


@register.simple_tag
def verdict_shape(kind: str) -> SafeString:
    """Draw the shape of an answer at the counter: ok, refused, old or details."""
    field_of_view, shapes = VERDICT_SHAPES[kind]
    return format_html(
        '<svg class="verdict-shape" viewBox="{}" aria-hidden="true" focusable="false">{}</svg>',
        field_of_view,
        mark_safe(shapes),  # noqa: S308  made of our constants
    )


@register.simple_tag
def step_bars(at: int, of: int) -> SafeString:
    """Draw one bar a step, those up to ``at`` filled."""
    done = mark_safe('<span class="is-done"></span>')
    left = mark_safe("<span></span>")
    return mark_safe("".join([done] * at + [left] * (of - at)))  # noqa: S308  our own markup


@register.simple_tag(takes_context=True)
def in_language(context: RequestContext, code: str) -> str:
    """Return this page's address in another language."""
    return _with_query(context, lang=code)


@register.simple_tag(takes_context=True)
def with_ruby(context: RequestContext, choice: str) -> str:
    """Return this page's address with readings ``on`` or ``off``."""
    return _with_query(context, ruby=choice)


def _with_query(context: RequestContext, **values: str) -> str:
    request = context.get("request")
    if request is None:
        return "?" + "&".join(f"{name}={value}" for name, value in values.items())
    query = request.GET.copy()
    for name in ("lang", "ruby"):
        query.pop(name, None)
    for name, value in values.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}"


@register.inclusion_tag("parts/field.html")
def field(
    bound: BoundField, label: str = "", hint: str = "", needed_when: str = ""
) -> dict[str, Any]:
    """Show one form field: label, 必ず書く (選ぶ) or なくてもよい, hint, error, control.

    ``needed_when`` says when a field that may stay empty must not; the form's field may say it.
    Our own ``label`` and ``hint`` win over those of the form (a library's form has English ones).
    """
    name = bound.auto_id
    described = [f"{name}-hint"] if hint or bound.help_text else []
    described += [f"{name}-error"] if bound.errors else []
    attributes: dict[str, Any] = {"aria-describedby": " ".join(described) or None}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    widget = bound.field.widget
    widget.attrs.pop("placeholder", None)  # a placeholder vanishes while one types
    return {
        "bound": bound,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "control": bound.as_widget(attrs={k: v for k, v in attributes.items() if v is not None}),
        "is_group": isinstance(widget, RadioSelect),
        "is_select": isinstance(widget, Select),
        "is_tick": isinstance(widget, CheckboxInput),
        "needed_when": needed_when or getattr(bound.field, "needed_when", ""),
        "is_required": bound.field.required,
    }


@register.inclusion_tag("parts/error_summary.html")
def error_summary(*forms: BaseForm | list[BaseForm], focus: bool = True) -> dict[str, Any]:
    """List what is to be mended, with a link to each field; nothing where all is well."""
    each = [one for given in forms for one in (given if isinstance(given, list) else [given])]
    errors = [
        (bound.auto_id if bound is not None else "", message)
        for form in each
        for name, messages in form.errors.items()
        for bound in [form[name] if name in form.fields else None]
        for message in messages
    ]
    return {"errors": errors, "count": len(errors), "focus": focus}


@register.filter
def day(value: date | datetime) -> SafeString:
    """Say a date: 2026年12月4日（令和8年）."""
    return date_in_words(value, get_language() or "ja")


@register.filter
def day_text(value: date | datetime) -> str:
    """Say a date without elements: in an option, in an attribute."""
    return date_as_text(value, get_language() or "ja")


@register.filter
def clock(value: datetime) -> str:
    """Say a time of day in Japan: 8:38."""
    return time_in_words(timezone.localtime(value))


@register.filter
def thousands(value: int) -> str:
    """Write a count with its commas: 1,700."""
    return f"{value:,}"


@register.filter
def yen(value: int) -> str:
    """Say an amount: 1,700円."""
    return yen_in_words(value, get_language() or "ja")


@register.filter
def grouped(value: int) -> str:
    """Say a number of a table: 18,240,000."""
    return f"{value:,}"


@register.filter
def readings_in_brackets(text: str) -> str:
    """Say the readings of やさしい日本語 in brackets: a mail has no ruby."""
    return in_brackets(text)
