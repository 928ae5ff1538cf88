"""Every word of the real screens is in the catalogues, in English too, and reads well in each."""

import pytest

from i18n.locales import LOCALES
from i18n.messages.__main__ import ROOT, main
from i18n.messages.extraction import extract
from i18n.messages.po_files import sources, strings
from i18n.messages.translations import read_catalogue
from i18n.plain import MOST_WORDS, measure


def messages(locale_id):
    """Source and words of the messages in the catalogue of a locale, one pair for each plural form."""
    for message in read_catalogue(locale_id):
        if message.id:
            words = strings(message)
            yield from zip(sources(message)[: len(words)], words, strict=True)


def test_nothing_is_missing_wrong_or_outside_the_catalogues(capsys):
    code = main(["check"])
    assert code == 0, "\n" + capsys.readouterr().out


def test_no_catalogue_keeps_words_that_left_the_screens():
    on_screens = {message.id for message in extract(ROOT)}
    for locale_id in LOCALES:
        kept = {message.id for message in read_catalogue(locale_id)}
        assert kept - on_screens == set(), f"{locale_id}: run update"


@pytest.mark.parametrize("locale_id", ["vi", "vi-simple"])
def test_no_sentence_is_too_long(locale_id):
    said = [words or source for source, words in messages(locale_id)]
    assert [text for text in said if measure(text).longest > MOST_WORDS] == []


def test_simpler_words_are_no_longer_sentences():
    longer = [
        words
        for source, words in messages("vi-simple")
        if words and measure(words).longest > max(measure(source).longest, 9)
    ]
    assert longer == []


def test_a_plain_date_says_day_once():
    """The date of the plain register starts with “ngày” itself."""
    doubled = [
        words or source for source, words in messages("vi-simple") if "ngày %(day)s" in (words or source)
    ]
    assert doubled == []
