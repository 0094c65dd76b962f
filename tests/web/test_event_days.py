"""The days of an event as a page says them: markup that breaks well, never shown as markup."""

from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation

from places.models import Event
from web.spots import when_words


@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
def test_a_festival_of_several_days_is_said_in_words_without_tags(language: str) -> None:
    event = Event(starts_on=date(2026, 12, 6), ends_on=date(2026, 12, 7))
    with translation.override(language):
        shown = Template("{{ when }}").render(Context({"when": when_words(event)}))
    assert "&lt;" not in shown
    assert shown.count('<span class="nowrap">') >= 2
