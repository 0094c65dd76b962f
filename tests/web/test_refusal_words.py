"""A refusal on a page is one message in the reader's language, its full stop too."""

from django.utils import translation

from core.refusals import Refusal
from disability_card.linking import LinkRefused
from web.refusal_words import in_words


def test_an_english_reader_gets_no_japanese_full_stop() -> None:
    with translation.override("en"):
        words = in_words(LinkRefused())
    assert words.isascii()
    assert ". " in words


def test_a_japanese_reader_gets_both_sentences() -> None:
    with translation.override("ja"):
        assert in_words(LinkRefused()) == f"{LinkRefused.title}。{LinkRefused.next_step}"


def test_a_refusal_without_a_way_on_is_its_title_alone() -> None:
    class Closed(Refusal):
        code, title = "closed", "閉まっています"

    with translation.override("en"):
        assert in_words(Closed()) == "閉まっています"
