"""What the admission page says of a round: plain values for its template."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext as _, ngettext

from childcare.admission.agreement import demand_agreement
from childcare.admission.controls import checked
from childcare.admission.overview import (
    Spread,
    lost_seats,
    newest_run,
    overfull_classes,
    spread,
    wish_counts,
)
from childcare.admission.score_alarm import score_alarms
from childcare.admission.seat_alarm import is_explained
from childcare.admission.seats import open_questions, outliers
from childcare.admission.slotting import capacities, proposed_groups, proposed_slots
from childcare.applying.selection import not_verified, selectable
from childcare.models import Allocation, Facility, Round, RoundState, Run, RunState, Slot
from childcare.rule_sets_in_force import rules_of
from childcare.shared_seats import groups_of_year
from core.refusals import Refusal
from web.forms.admission import GroupRow, SlotRow

OUTLIERS_SHOWN = 5
HASH_SHOWN = 4  # characters a group


def round_title(round_: Round) -> str:
    """Return ``2027年4月の入園``, with the round's name where it has one."""
    title = _("%(year)d年%(month)d月の入園") % {
        "year": round_.starts_on.year, "month": round_.starts_on.month,
    }  # fmt: skip
    return f"{title} {_(round_.name)}" if round_.name else title


def class_name(slot: Slot) -> str:
    """Return the facility with the class."""
    return class_text(slot.facility, slot.class_age)


def class_text(facility: Facility, class_age: int) -> str:
    """Return ``デモ園 ちくま（0歳児）``."""
    return _("%(facility)s（%(age)d歳児）") % {
        "facility": facility.place.name, "age": class_age,
    }  # fmt: skip


def round_page(round_: Round, *, now: datetime) -> dict[str, Any]:
    """Return all that the page shows of ``round_``."""
    run = newest_run(round_)
    is_told = round_.state in {RoundState.NOTIFIED, RoundState.CLOSED}
    controls = [] if run is None or is_told else checked(run, now=now)
    scores = _scores_say(round_) if not is_told else None
    unlike = outliers(round_)
    seats_wait = bool(unlike) and not is_told and not is_explained(round_, unlike)
    bad = {one.name for one in controls if one.refusal is not None}
    return {
        "round": round_,
        "title": round_title(round_),
        "run": run,
        "is_told": is_told,
        "is_open": now < round_.closes_at,
        "children": run.children if run else selectable(round_).count(),
        "facilities": round_.slots.values("facility").distinct().count(),
        "seats": run.seats if run else sum(round_.slots.values_list("offered", flat=True)),
        "open_applications": not_verified(round_).count(),
        "steps": _steps(round_, run, scores=scores, bad=bad, is_told=is_told, now=now),
        "controls": controls,
        "alarms": _alarm_rows(round_)
        if run and ("likeness" in bad or run.scores_explained)
        else [],
        "approvals": list(run.approvals.order_by("at").select_related("officer")) if run else [],
        "overfull": overfull_classes(run) if run else 0,
        "lost_seats": lost_seats(run) if run else 0,
        "is_certified": run is not None
        and run.state != RunState.DRAFT
        and "certificate" not in bad,
        "links": _links(run, bad=bad, is_told=is_told),
        "chain": _short(run.chain_sha256 or run.result_sha256) if run else "",
        "wishes": _wish_bars(run) if run else [],
        "spread": _spread_bars(spread(round_)),
        "questions": open_questions(round_)[:10],
        # Whoever is asked for a reason sees all that it is asked for.
        "outliers": unlike if seats_wait else unlike[:OUTLIERS_SHOWN],
        "outliers_more": 0 if seats_wait else max(0, len(unlike) - OUTLIERS_SHOWN),
        "seats_wait": seats_wait,
        "may_publish": not bad and run is not None and run.state == RunState.APPROVED,
    }


def _scores_say(round_: Round) -> Refusal | None:
    try:
        demand_agreement(round_)
    except Refusal as refusal:
        return refusal
    return None


def _alarm_rows(round_: Round) -> list[dict[str, str]]:
    """Return each row of the point table that counts unlike before, in its own words."""
    rules = rules_of(round_.rule_set) if round_.rule_set else None
    labels = dict(rules.rows()) if rules else {}
    language = get_language() or "ja"
    found = []
    for one in score_alarms(round_):
        label = labels.get(one.row)
        unit = _("%(number)s%%") if one.row else _("%(number)s点")
        found.append(
            {
                "row": label.for_language(language) if label else one.row or _("点数の平均"),
                "was": unit % {"number": f"{one.was:.1f}"},
                "now": unit % {"number": f"{one.now:.1f}"},
            }
        )
    return found


def _short(sha256: str) -> str:
    groups = [sha256[at : at + HASH_SHOWN] for at in range(0, len(sha256), HASH_SHOWN)]
    return f"{groups[0]} {groups[1]} {groups[2]} … {groups[-1]}" if groups else ""


def _steps(
    round_: Round,
    run: Run | None,
    *,
    scores: Refusal | None,
    bad: set[str],
    is_told: bool,
    now: datetime,
) -> list[dict[str, Any]]:
    """Return the six steps; the first that is not done is where the round stands."""
    signed = 0 if run is None else run.approvals.count()
    has_scores = round_.score_sheets.exists()
    rows = [
        (_("入力をとめる"), now >= round_.closes_at, _("しめきり")),
        (
            _("点数をつける"),
            has_scores and scores is None,
            _("2つの方法で一致") if has_scores and scores is None else _("まだ"),
        ),
        (
            _("席を決める"),
            run is not None,
            _("まだ") if run is None else _("%(count)d人 決まる") % {"count": run.placed},
        ),
        (
            _("証明する"),
            run is not None and run.state != RunState.DRAFT and "certificate" not in bad,
            _("まだ") if run is None else _("問題 %(count)d") % {"count": run.blocking_families},
        ),
        (_("2人で承認"), signed > 1, _("%(count)d人 済み") % {"count": signed}),
        (_("知らせる"), is_told, _("済み") if is_told else _("まだ")),
    ]
    found, has_current = [], False
    for number, (title, is_done, text) in enumerate(rows, start=1):
        state = "done" if is_done and not has_current else "later" if has_current else "now"
        has_current = has_current or state == "now"
        found.append({"number": number, "title": title, "text": text, "state": state})
    return found


def _links(run: Run | None, *, bad: set[str], is_told: bool) -> list[dict[str, Any]]:
    if run is None:
        return []
    return [
        {"name": _("点数の表"), "holds": is_told or "scorers" not in bad},
        {"name": _("入力"), "holds": is_told or "inputs" not in bad},
        {"name": _("結果"), "holds": is_told or "certificate" not in bad},
        {"name": _("知らせ") if is_told else _("知らせ（まだ）"), "holds": is_told},
    ]


def _wish_bars(run: Run) -> list[dict[str, Any]]:
    counts = wish_counts(run)
    rows = [
        (_("第1希望"), counts.get("1", 0), False),
        (_("第2希望"), counts.get("2", 0), False),
        (_("第3希望から"), counts.get("3", 0), False),
        (_("今の園のまま"), counts.get("held", 0), False),
        (_("入れない"), counts.get("none", 0), True),
    ]
    return [
        {"label": label, "number": number, "text": _people(number), "is_rest": is_rest}
        for label, number, is_rest in rows
    ]


def _people(number: int) -> str:
    return ngettext("%(count)d人", "%(count)d人", number) % {"count": number}


def _spread_bars(found: Spread | None) -> dict[str, Any] | None:
    """Return the bars of this year and the points of last year's line, 0 to 100 upwards."""
    if found is None:
        return None
    most = max(*found.ours, *found.before, 1)
    width = 1000 // len(found.ours)
    # Last year is drawn in proportion to its own children: the shape is compared.
    scale = sum(found.ours) / sum(found.before) if found.before else 0
    return {
        "bars": [
            {"x": at * width + 8, "y": 200 - round(190 * count / most), "width": width - 16,
             "height": round(190 * count / most)}
            for at, count in enumerate(found.ours)
        ],
        "line": " ".join(
            f"{at * width + width // 2},{max(4, 200 - round(190 * count * scale / most))}"
            for at, count in enumerate(found.before)
        ),
        "rows": [
            {
                "label": _("%(low)d点から%(high)d点") % {
                    "low": found.low + at * found.step,
                    "high": found.low + (at + 1) * found.step - 1,
                },
                "ours": count,
                "before": found.before[at] if found.before else None,
            }
            for at, count in enumerate(found.ours)
        ],
        "low": found.low,
        "high": found.low + len(found.ours) * found.step - 1,
    }  # fmt: skip


def points_text(pair: Sequence[int] | None) -> str:
    """Return half points as points, to two decimals at most, exact where they end sooner."""
    if pair is None:
        return ""
    hundredths = Fraction(pair[0] * 50, pair[1])
    whole = int(hundredths) if hundredths.denominator == 1 else round(hundredths)
    return f"{whole / 100:.2f}".rstrip("0").rstrip(".")


def sample_rows(
    allocations: Sequence[Allocation], reasons: Mapping[UUID, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what an approver reads of each of the twenty."""
    names = {
        str(one.pk): one.place.name
        for one in Facility.objects.filter(
            pk__in={
                wish["facility"]
                for row in allocations
                for wish in reasons[row.application_id]["wishes"]
            }
        ).select_related("place")
    }
    return [
        {
            "number": row.application.receipt_number,
            "class_age": row.class_age,
            "outcome": _outcome(row),
            "wishes": [_wish_text(wish, names) for wish in reasons[row.application_id]["wishes"]],
        }
        for row in allocations
    ]


def _outcome(row: Allocation) -> str:
    if row.facility is None:
        return _("保留")
    if row.is_held:
        return _("今の園のまま")
    return _("内定")


def _wish_text(wish: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "rank": wish["rank"],
        "facility": names[wish["facility"]],
        "own": points_text(wish["own"]),
        "lowest": points_text(wish["lowest"]),
        "verdict": verdict_text(wish["verdict"]),
    }


def verdict_text(verdict: str) -> str:
    """Return a verdict as a sentence."""
    return {
        "got": _("この園に入れます"),
        "kept": _("今の席をそのまま使います"),
        "no_seat": _("この回に募集した席がありません"),
        "rank": _("点数の前にくらべる順番が、ほかの人よりあとです"),
        "points": _("点数がたりません"),
        "tie": _("同じ点数で、決まりの順番によります"),
        "siblings": _("この子の席はありますが、きょうだいの希望のとおりになりません"),
    }[verdict]


def slot_rows(round_: Round) -> list[SlotRow]:
    """Return every class that the round may offer, as it is set or as it could be."""
    rooms = capacities(round_)
    offered = proposed_slots(round_) | {
        (slot.facility_id, slot.class_age): slot.offered for slot in round_.slots.all()
    }
    facilities = {
        row.pk: row
        for row in Facility.objects.filter(pk__in={pk for pk, _age in rooms}).select_related(
            "place"
        )
    }
    return [
        SlotRow(
            slot=slot,
            facility=facilities[slot[0]].place.name,
            label=class_text(facilities[slot[0]], slot[1]),
            capacity=seats,
            offered=offered.get(slot, 0),
        )
        for slot, seats in sorted(
            rooms.items(), key=lambda row: (facilities[row[0][0]].place.name, row[0][1])
        )
    ]


def group_rows(round_: Round) -> list[GroupRow]:
    """Return the groups of classes that share seats, as they are set or as they could be."""
    groups = groups_of_year(round_.municipality, round_.fiscal_year)
    slots = list(round_.slots.all())
    offered = proposed_slots(round_) | {
        (slot.facility_id, slot.class_age): slot.offered for slot in slots
    }
    seats = proposed_groups(round_, groups, offered) | {
        (slot.facility_id, slot.shared_group): slot.shared_seats
        for slot in slots
        if slot.shared_seats is not None
    }
    rows = [
        GroupRow(
            key=key,
            label=_("%(facility)s（%(ages)s歳児、合わせて）")
            % {"facility": of[0].facility.place.name, "ages": key[1].replace("-", "・")},
            most=of[0].shared_seats or 0,
            seats=seats[key],
        )
        for key, of in groups.items()
    ]
    return sorted(rows, key=lambda row: row.label)
