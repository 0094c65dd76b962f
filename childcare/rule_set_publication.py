"""Take a rule set in, check it, and publish it as the second person. A published one is final.

A draft may be wrong and is kept with its problems shown; publishing needs every row counted by a
worked example that passes, both scorers agreeing on each, dates that overlap with nobody, and a
tie-break that ends in a unique number.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from http import HTTPStatus

from django.db import transaction

from accounts.models import User
from accounts.two_people import are_one
from childcare.facts import facts_to_json
from childcare.models import RuleSet, RuleSetStatus
from childcare.rule_sets import rules
from childcare.rule_sets.checking import (
    EXAMPLE_FACILITY,
    example_days,
    example_family,
    example_problems,
    rows_without_example,
    score_example,
)
from childcare.rule_sets.examples import Example
from childcare.rule_sets.loading import load_rule_set, sha256_of
from childcare.rule_sets.problems import Problem, RuleSetRefused
from childcare.rule_sets.reading import ReadFile, read_text
from childcare.second_scorer.scoring import SecondScore, score_applications
from childcare.second_scorer.worlds import StoredApplication
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _


class VersionTaken(Refusal):
    """There is a version of this name with another content, and it is no draft."""

    code = "rule-set-version-taken"
    title = _("同じ名前の版が、もうあります")
    next_step = _("meta の version を、新しい名前にしてください。")
    status = HTTPStatus.CONFLICT


class NotADraft(Refusal):
    """Only a draft can be published."""

    code = "rule-set-not-a-draft"
    title = _("下書きではないので、公開できません")
    next_step = _("点数表の一覧で、状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


class PublisherIsSubmitter(Refusal):
    """Whoever handed the table in, by any account, cannot publish it."""

    code = "second-person-needed"
    title = _("点数表を出した人は、公開できません")
    next_step = _("べつの職員に公開してもらってください。")
    status = HTTPStatus.FORBIDDEN


def submit_rule_set(
    content: bytes,
    *,
    municipality: str,
    submitted_by: User | None,
    actor: Actor,
    now: datetime,
) -> RuleSet:
    """Store a draft, or a reference; raise :class:`RuleSetRefused` where it cannot be read.

    The same content twice is one version; a draft's content may be replaced under its name.
    """
    loaded = load_rule_set(content)
    meta = loaded.meta
    is_reference = meta.standing == rules.Standing.REFERENCE
    if not is_reference and meta.municipality != municipality:
        file = read_text(content)
        raise RuleSetRefused([file.problem("other-city", "/meta/municipality", city=municipality)])
    with transaction.atomic():
        key = {"municipality": municipality, "name": str(meta.name), "version": meta.version}
        row = RuleSet.objects.select_for_update().filter(**key).first() or RuleSet(**key)
        digest = sha256_of(content)
        if row.sha256 == digest:
            return row
        if row.sha256 and row.status != RuleSetStatus.DRAFT:
            raise VersionTaken(name=str(row))
        row.status = RuleSetStatus.REFERENCE if is_reference else RuleSetStatus.DRAFT
        row.content, row.sha256 = content.decode("utf-8-sig"), digest
        row.effective_from, row.effective_to = meta.effective_from, meta.effective_to
        row.is_demo = meta.is_demo
        row.submitted_by, row.submitted_at = submitted_by, now
        row.save()
        _record("rule-set.submit", row, actor=actor, now=now)
    return row


def publish_rule_set(row: RuleSet, *, published_by: User, actor: Actor, now: datetime) -> RuleSet:
    """Publish a draft as the second person; raise :class:`RuleSetRefused` with what is missing."""
    with transaction.atomic():
        # All of the city's, in one order: two publications at once must see each other's dates.
        locked = RuleSet.objects.select_for_update().filter(municipality=row.municipality)
        versions = list(locked.order_by("pk"))
        row = next(one for one in versions if one.pk == row.pk)
        if row.status != RuleSetStatus.DRAFT:
            raise NotADraft
        submitter = row.submitted_by_id
        if submitter is None or are_one(submitter, published_by.pk, now=now):
            raise PublisherIsSubmitter
        if problems := publication_problems(row):
            raise RuleSetRefused(problems)
        for older in _superseded(row):
            assert row.effective_from is not None
            older.effective_to = row.effective_from - timedelta(days=1)
            older.save(update_fields=["effective_to"])
        row.status = RuleSetStatus.PUBLISHED
        row.published_by, row.published_at = published_by, now
        row.save(update_fields=["status", "published_by", "published_at"])
        _record("rule-set.publish", row, actor=actor, now=now)
    return row


def publication_problems(row: RuleSet) -> list[Problem]:
    """Return everything that stands against publishing this version."""
    content = row.content.encode()
    loaded, file = load_rule_set(content), read_text(content)
    problems = [*_standing_problems(loaded, file)]
    problems += example_problems(loaded, file)
    problems += rows_without_example(loaded, file)
    problems += _scorer_problems(content, loaded, file)
    problems += _overlaps(row, file)
    return problems


def _standing_problems(loaded: rules.RuleSet, file: ReadFile) -> Iterator[Problem]:
    if loaded.meta.standing == rules.Standing.REFERENCE:
        yield file.problem("reference-only", "/meta/standing")
    if loaded.meta.effective_from is None or loaded.meta.effective_to is None:
        yield file.problem("no-dates", "/meta/effective")


def _scorer_problems(content: bytes, loaded: rules.RuleSet, file: ReadFile) -> Iterator[Problem]:
    """The second scorer reads the same file: what it finds must be what the first one found."""
    for example in loaded.examples:
        first = score_example(loaded, example)
        second = _second_score(content, loaded, example)
        points = first.points
        found = {
            "points": (
                f"{points.numerator}/{points.denominator}",
                f"{second.numerator}/{second.denominator}",
            ),
            "rank": (str(first.rank), str(second.rank)),
            "ties": (str(first.tie_keys), str(second.tie_keys)),
        }
        what = ", ".join(f"{name} {a} ≠ {b}" for name, (a, b) in found.items() if a != b)
        if what:
            yield file.problem("scorers-differ", example.place, id=example.id, what=what)


def _second_score(content: bytes, loaded: rules.RuleSet, example: Example) -> SecondScore:
    day, starts_on = example_days(loaded, example)
    family = example_family(example)
    scores = score_applications(
        content,
        [
            StoredApplication(
                key=one.key,
                family="example",
                number=one.number,
                facts=facts_to_json(one.facts),
                documents=one.documents,
                facilities=one.facilities,
            )
            for one in family
        ],
        on=day,
        starts_on=starts_on,
    )
    own = {score.facility: score for score in scores if score.key == family[0].key}
    return own.get(EXAMPLE_FACILITY, own[None])


def _overlaps(row: RuleSet, file: ReadFile) -> Iterator[Problem]:
    if row.effective_from is None or row.effective_to is None:
        return
    superseded = {older.pk for older in _superseded(row)}
    others = RuleSet.objects.filter(
        municipality=row.municipality,
        status=RuleSetStatus.PUBLISHED,
        effective_from__lte=row.effective_to,
        effective_to__gte=row.effective_from,
    ).exclude(pk=row.pk)
    for other in others.order_by("effective_from"):
        if other.pk in superseded:
            continue
        yield file.problem(
            "dates-overlap",
            "/meta/effective",
            name=str(other),
            start=_text(other.effective_from),
            end=_text(other.effective_to),
        )


def _superseded(row: RuleSet) -> list[RuleSet]:
    """Return the version that this one names as its predecessor, if it started before."""
    version = load_rule_set(row.content.encode()).meta.supersedes
    if version is None or row.effective_from is None:
        return []
    return list(
        RuleSet.objects.filter(
            municipality=row.municipality,
            status=RuleSetStatus.PUBLISHED,
            version=version,
            effective_from__lt=row.effective_from,
            effective_to__gte=row.effective_from,
        )
    )


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _record(action: str, row: RuleSet, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=row.municipality,
        object_type="rule-set",
        object_id=row.pk,
        outcome=row.status,
        facts={"sha256": row.sha256},
    )
