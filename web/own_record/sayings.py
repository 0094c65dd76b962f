"""How each kind of value of the record is said.

The record is JSON: dates are texts, states are codes, nurseries and shops are ids. Each function
takes the reader and one such value and returns words.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext

from accounts.consents import PURPOSES
from accounts.models import ConsentAct
from childcare.facts import Fact
from core.refusals import gettext_noop as _
from core.user_agents import device_label
from disability_card.models import HoldingState
from tourism.models import Campaign, Shop
from web.audit_words import ACTORS, action_words
from web.childcare_words import ALONE, facility_names
from web.dates import date_as_text, month_as_text, time_in_words, yen_in_words
from web.easy_japanese import in_brackets, plain
from web.notice_texts import NOTICE_TITLES
from web.own_record.reader import Reader, Say

_WEEK: Final = {
    "月": _("月曜日"), "火": _("火曜日"), "水": _("水曜日"), "木": _("木曜日"), "金": _("金曜日"),
    "土": _("土曜日"), "日": _("日曜日"),
}  # fmt: skip


def as_it_is(_reader: Reader, value: Any) -> str:
    """Return a name, an address, a number that people read aloud."""
    return str(value)


def day(reader: Reader, value: Any) -> str:
    """Return ``2026年12月4日（令和8年）`` of an ISO date."""
    return plain(date_as_text(date.fromisoformat(str(value)), reader.language))


def month(reader: Reader, value: Any) -> str:
    """Return ``2026年12月（令和8年）`` of ``2026-12``."""
    return month_as_text(date.fromisoformat(f"{value}-01"), reader.language)


def moment(reader: Reader, value: Any) -> str:
    """Return the day and the time in Japan of an ISO instant."""
    at = timezone.localtime(datetime.fromisoformat(str(value)))
    return f"{plain(date_as_text(at, reader.language))} {time_in_words(at)}"


def yen(reader: Reader, value: Any) -> str:
    """Return an amount."""
    return plain(yen_in_words(int(value), reader.language))


def yes_or_no(reader: Reader, value: Any) -> str:
    """Return はい or いいえ."""
    return reader.words(_("はい") if value else _("いいえ"))


def listed(reader: Reader, value: Any) -> str:
    """Return several short values in one line."""
    return (", " if reader.language == "en" else "、").join(str(one) for one in value)


def label_of(choices: type[TextChoices]) -> Say:
    """Return how one of ``choices`` is said."""

    def say(_reader: Reader, value: Any) -> str:
        return in_brackets(str(choices(str(value)).label))

    return say


def one_of(known: Mapping[str, str]) -> Say:
    """Return how a code of ``known`` (code -> message id) is said; another stays as it is."""

    def say(reader: Reader, value: Any) -> str:
        code = str(value)
        return reader.words(known[code]) if code in known else code

    return say


def weekdays(reader: Reader, value: Any) -> str:
    """Return the days on which a shop is open."""
    return listed(reader, [reader.words(_WEEK[one]) for one in str(value)])


def device(_reader: Reader, value: Any) -> str:
    """Return ``Android · Chrome`` of what a browser says of itself."""
    return device_label(str(value))


def how_many(reader: Reader, value: Any) -> str:
    """Return the number of entries: ids of other people say nothing on paper."""
    return reader.words(_("%(count)s人")) % {"count": len(value)}


def other_ways_in(reader: Reader, value: Any) -> str:
    """Return the names of connected sign-ins."""
    providers: Any = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    names = {str(one["provider_id"]): str(one["name"]) for one in providers}
    other = reader.words(_("ほかのサービス"))
    return listed(reader, [names.get(str(one), other) for one in value])


def notices(reader: Reader, value: Any) -> str:
    """Return the titles of notices."""
    usual = _("お知らせ")
    return listed(reader, [reader.words(NOTICE_TITLES.get(str(one), usual)) for one in value])


def campaign(reader: Reader, value: Any) -> str:
    """Return the name of the campaign that has this short name in its address."""
    found = Campaign.objects.filter(
        municipality=settings.DEFAULT_MUNICIPALITY, slug=str(value)
    ).first()
    if found is None:
        return reader.words(_("終わった事業"))
    return in_brackets(str(found.name.get(reader.language) or found.name["ja"]))


def shop(reader: Reader, value: Any) -> str:
    """Return the name of the shop of an id."""
    found = Shop.objects.select_related("place").filter(pk=str(value)).first()
    return found.place.name if found else reader.words(_("もうないお店"))


def nursery(reader: Reader, value: Any) -> str:
    """Return the name of the nursery of an id."""
    usual = reader.words(_("もうない園"))
    return facility_names([UUID(str(value))]).get(str(value), usual)


def nurseries(reader: Reader, value: Any) -> str:
    """Return the nurseries that were wished for, best first."""
    return listed(
        reader, [f"{rank}. {nursery(reader, one)}" for rank, one in enumerate(value, start=1)]
    )


def paper_kind(reader: Reader, value: Any) -> str:
    """Return the name of a kind of paper."""
    return in_brackets(reader.wording().kind(str(value)))


def subject(reader: Reader, value: Any) -> str:
    """Return whose paper it is."""
    return in_brackets(reader.wording().subject(str(value)))


def alone(reader: Reader, value: Any) -> str:
    """Return which of two children may start alone."""
    return one_of(ALONE)(reader, value)


def step(reader: Reader, value: Any) -> str:
    """Return where the writing of a draft stopped."""
    name, _slash, question = str(value).partition("/")
    steps = {"wishes": _("希望する園"), "siblings": _("きょうだい"), "questions": _("質問")}
    term = steps.get(name, _("答えの確認"))
    found = [one for one in (reader.rules.questions if reader.rules else ()) if one.id == question]
    return in_brackets(found[0].term.for_language(reader.language) if found else gettext(term))


# -- values that are lines of a table of their own ----------------------------------------------


def facts(reader: Reader, value: Any) -> Iterator[tuple[str, str]]:
    """Yield what the family stated: whose fact, and what was said."""
    for one in value:
        fact = Fact.from_json(one)
        words = reader.wording(*([fact.facility_id] if fact.facility_id else []))
        is_known = reader.rules is not None and fact.name in reader.rules.facts
        what = words.fact_name(fact.name) if is_known else gettext(_("そのほか"))
        name = f"{words.subject(fact.subject)}: {what}"
        yield in_brackets(name), in_brackets(words.fact(fact))


def answers(reader: Reader, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the questions that were answered in a draft."""
    chosen, where = value.get("options", {}), value.get("facilities", {})
    for question in reader.rules.questions if reader.rules else ():
        number = chosen.get(question.id)
        if isinstance(number, int) and 0 <= number < len(question.options):
            said = question.options[number].label.for_language(reader.language)
            at = where.get(question.id)
            said = f"{said}（{nursery(reader, at)}）" if at else said
            yield in_brackets(question.term.for_language(reader.language)), in_brackets(said)


def consents(reader: Reader, value: Any) -> Iterator[tuple[str, str]]:
    """Yield each act of consent by its instant."""
    for one in value:
        known = PURPOSES.get(one["purpose"])
        title = reader.words(known.title if known else _("いまはない目的"))
        act = in_brackets(str(ConsentAct(one["act"]).label))
        yield moment(reader, one["at"]), f"{title}: {act}"


def looks(reader: Reader, value: Any) -> Iterator[tuple[str, str]]:
    """Yield who looked, by the instant."""
    for one in value:
        who = reader.words(ACTORS[one["who"]])
        yield moment(reader, one["at"]), f"{who}: {reader.words(action_words(one['action']))}"


def phones(_reader: Reader, value: Any) -> Iterator[tuple[str, str]]:
    """Yield each phone with its state."""
    for label, state in value:
        yield str(label) or "-", in_brackets(str(HoldingState(state).label))
