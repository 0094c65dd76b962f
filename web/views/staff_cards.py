"""Handbooks and cards at the counter: search with a reason, link, stop, reissue, print."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_POST

from accounts.counter import session_of
from accounts.models import Delegation, DelegationKind, DelegationStatus, Person, User
from accounts.people import end_delegation
from accounts.shielding import namesakes_protected_from, protected_from
from core import audit, policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal, gettext_noop as _noop
from core.throttles import TooManyTries
from disability_card.handbook import ends_on
from disability_card.handbook_search import (
    FoundHandbook,
    handbooks_of_served,
    search_handbooks,
)
from disability_card.holdings import live_devices
from disability_card.ledger_row import LedgerRow
from disability_card.life_cycle import (
    LIVE,
    reissue_card,
    resume_card,
    revoke_card,
    revoke_paper,
    suspend_card,
)
from disability_card.linking import link_at_counter
from disability_card.models import Card, Handbook, PaperCard, StateSetBy
from disability_card.printing.letter_runs import linking_letters
from disability_card.printing.letters import render_letters
from disability_card.printing.one_card import print_paper_card
from jp.clock import civil_date
from web.dates import date_in_words
from web.forms.staff import HandbookSearchForm, ReasonForm
from web.questions import QUESTIONS, ask
from web.refusal_words import in_words


def _allowed(request: HttpRequest, action: str, rows: Any) -> Any:
    return policy.allowed(actor_of(request), action, rows)


@requires("staff.handbook.search")
def card_search(request: HttpRequest) -> HttpResponse:
    """Find handbooks by name and birth date. POST, so that no name stands in an address.

    Whom the officer serves at the counter need not be written again: the page opens with hers.
    """
    actor, now = actor_of(request), timezone.now()
    form, session = HandbookSearchForm(request.POST or None), session_of(actor)
    found: Sequence[FoundHandbook] = ()
    try:
        if form.is_valid():
            found = search_handbooks(actor, **form.cleaned_data, now=now)
        elif session is not None and not form.is_bound:
            found = handbooks_of_served(session, actor=actor, now=now)
    except TooManyTries as refusal:
        if form.is_bound:
            form.add_error(None, in_words(refusal))
        else:
            messages.error(request, in_words(refusal))
    page = {
        "form": form,
        "found": found,
        "was_asked": form.is_bound and form.is_valid(),
        "served": None if session is None or form.is_bound else session.person,
    }
    response = render(request, "web/staff/card_search.html", page)
    response["Cache-Control"] = "no-store"
    return response


def _handbook(request: HttpRequest, action: str, handbook_id: UUID) -> Handbook:
    """Return the handbook; 404 where the search would not have found it."""
    found: Handbook = get_object_or_404(
        _allowed(request, action, Handbook.objects.all()), pk=handbook_id
    )
    row = LedgerRow.from_record(found.record)
    if namesakes_protected_from(
        actor_of(request), name=row.name, birth_date=row.birth_date
    ).exists():
        raise Http404
    return found


@requires("staff.handbook.link")
@require_POST
def card_link(request: HttpRequest, handbook_id: UUID) -> HttpResponse:
    """Make the card of a person without a phone, whose document the officer saw.

    It is of whom the officer serves, where they serve somebody.
    """
    actor = actor_of(request)
    handbook, session = _handbook(request, "staff.handbook.link", handbook_id), session_of(actor)
    try:
        with transaction.atomic():
            card = link_at_counter(
                handbook,
                person=session.person
                if session
                else Person.objects.create(municipality=handbook.municipality),
                document=session.document if session else "handbook",
                actor=actor,
                now=timezone.now(),
            )
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        return redirect("staff-cards")
    messages.success(request, _("カードを作りました。"))
    return redirect("staff-card", card_id=card.pk)


@requires("staff.handbook.letter")
def card_letter(request: HttpRequest, handbook_id: UUID) -> HttpResponse:
    """Print the letter with the linking code of one handbook; a reload of it asks first."""
    now = timezone.now()
    handbook = _handbook(request, "staff.handbook.letter", handbook_id)
    if request.method != "POST":
        audit.record(
            "handbook.read",
            actor=actor_of(request),
            now=now,
            municipality=handbook.municipality,
            object_type="handbook",
            object_id=handbook.pk,
        )
        row = LedgerRow.from_record(handbook.record)
        return render(request, "web/staff/card_letter.html", {"row": row})
    try:
        letters = linking_letters([handbook], now=now)
        pdf = render_letters(letters, city=handbook.municipality, sent_on=civil_date(now))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        return redirect("staff-cards")
    return _pdf(pdf, "letter.pdf")


@requires("staff.card.read")
def card_page(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Show one card: its state, phones and papers. Reading it is audited."""
    card = _card(request, "staff.card.read", card_id)
    row = LedgerRow.from_record(card.handbook.record)
    audit.record(
        "card.read",
        actor=actor_of(request),
        now=timezone.now(),
        municipality=card.municipality,
        object_type="card",
        object_id=card.pk,
        subject=card.person_id,
    )
    page = {
        "card": card,
        "row": row,
        "ends_on": ends_on(row),
        "devices": live_devices(card),
        "papers": PaperCard.objects.filter(card=card).select_related("credential"),
        "form": ReasonForm(),
        "is_live": card.state in LIVE,
        "guardians": _guardians(request, card),
    }
    return render(request, "web/staff/card.html", page)


def _guardians(request: HttpRequest, card: Card) -> QuerySet[Delegation]:
    """Return who acts for the card's holder, but those whom the officer may not see."""
    return (
        Delegation.objects.filter(
            principal=card.person, kind=DelegationKind.GUARDIAN, status=DelegationStatus.ACTIVE
        )
        .exclude(agent__in=protected_from(actor_of(request)))
        .select_related("principal", "agent__user")
    )


def _ask(
    request: HttpRequest, card: Card, question: str, about: Mapping[str, str], *, reason: str = ""
) -> HttpResponse:
    """Ask about one card, with its holder's name."""
    holder = LedgerRow.from_record(card.handbook.record).name
    back = reverse("staff-card", args=[card.pk])
    about = {_("だれのカード"): holder, **about}
    return ask(request, question, about=about, back=back, reason=reason)


def _card(request: HttpRequest, action: str, card_id: UUID) -> Card:
    rows = _allowed(request, action, Card.objects.select_related("handbook", "person"))
    found: Card = get_object_or_404(rows, pk=card_id)
    return found


# What the buttons of the card's page do: action of the policy and what is said afterwards.
_CHANGES = {
    "suspend": ("staff.card.suspend", _noop("カードを止めました。")),
    "resume": ("staff.card.resume", _noop("カードを再開しました。")),
    "revoke": ("staff.card.revoke", _noop("カードを失効しました。")),
    "reissue": ("staff.card.reissue", _noop("カードを再発行しました。")),
}


@requires("staff.card.read")
@require_POST
def card_change(request: HttpRequest, card_id: UUID, change: str) -> HttpResponse:
    """Stop, resume, revoke or reissue a card; what cannot be undone is asked on its own page."""
    action, done = _CHANGES[change]
    card = _card(request, action, card_id)
    form = ReasonForm(request.POST)
    if change != "resume" and not form.is_valid():
        messages.error(request, _("理由を書いてください。"))
        return redirect("staff-card", card_id=card.pk)
    reason = form.data.get("reason", "")[:200]
    if change in QUESTIONS and "confirmed" not in request.POST:
        return _ask(request, card, change, {_("理由"): reason}, reason=reason)
    try:
        card = _change(card, change, reason=reason, request=request)
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _(done))
    return redirect("staff-card", card_id=card.pk)


def _change(card: Card, change: str, *, reason: str, request: HttpRequest) -> Card:
    actor, now = actor_of(request), timezone.now()
    match change:
        case "suspend":
            return suspend_card(card, by=StateSetBy.STAFF, reason=reason, actor=actor, now=now)
        case "resume":
            return resume_card(card, by=StateSetBy.STAFF, actor=actor, now=now)
        case "revoke":
            return revoke_card(card, by=StateSetBy.STAFF, reason=reason, actor=actor, now=now)
        case _:
            return reissue_card(card, reason=reason, actor=actor, now=now)


@requires("staff.card.paper")
@require_POST
def card_paper(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Print the paper twin (A6, PDF/UA)."""
    card = _card(request, "staff.card.paper", card_id)
    try:
        pdf = print_paper_card(card, printed_by=cast("User", request.user), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        return redirect("staff-card", card_id=card.pk)
    return _pdf(pdf, "card.pdf")


@requires("staff.card.revoke")
@require_POST
def paper_revoke(request: HttpRequest, card_id: UUID, paper_id: UUID) -> HttpResponse:
    """End one lost paper card, once the officer said again that it is this one."""
    card = _card(request, "staff.card.revoke", card_id)
    paper = get_object_or_404(PaperCard.objects.filter(card=card), pk=paper_id)
    if "confirmed" not in request.POST:
        about = {
            _("紙の番号"): paper.serial,
            _("印刷した日"): date_in_words(paper.printed_at, get_language() or "ja"),
        }
        return _ask(request, card, "paper", about)
    revoke_paper(paper, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("紙のカードを使えなくしました。"))
    return redirect("staff-card", card_id=card.pk)


@requires("staff.guardian.end")
@require_POST
def guardian_end(request: HttpRequest, card_id: UUID, delegation_id: UUID) -> HttpResponse:
    """End that somebody acts for the card's holder; the card leaves that person's phones."""
    card = _card(request, "staff.card.read", card_id)
    rows = _allowed(request, "staff.guardian.end", _guardians(request, card))
    delegation = get_object_or_404(rows, pk=delegation_id)
    if "confirmed" not in request.POST:
        agent = delegation.agent
        who = agent.name or (agent.user.email if agent.user else "")
        return _ask(request, card, "guardian", {_("終わりにする人"): who})
    end_delegation(delegation, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("登録を終わりにしました。その人の電話からカードを消しました。"))
    return redirect("staff-card", card_id=card.pk)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
