"""The lists of words in i18n/data: each says what it does, is written once, and hears its own example."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from i18n import tables
from i18n.vietnamese import fold, has_diacritics, syllables
from i18n.vietnamese.phrase_patterns import between, listed

DATA = Path(tables.__file__).parent / "data"
FILES = (
    "abbreviations",
    "answers",
    "asides",
    "bounds",
    "changes",
    "channels",
    "clauses",
    "dialect",
    "follow_ups",
    "headings",
    "foreign",
    "intents",
    "local_facts",
    "negations",
    "numbers",
    "question_endings",
    "records",
    "rewriting",
    "section_questions",
    "stop_words",
    "units",
)
"""Those that hold nothing but lists of words."""

AS_WRITTEN = ("abbreviations", "bounds", "negations", "numbers", "rewriting", "units")
"""Read word by word, with marks: without brackets and other signs of phrases."""


def said(row: dict) -> list[str]:
    """What a list holds, whatever its form."""
    if "pairs" in row:
        return [pair.split(" = ")[0] for pair in row["pairs"]]
    return row["words"].split() if "words" in row else list(row.get("phrases", row.get("value", ())))


@cache
def text(name: str) -> str:
    return (DATA / f"{name}.yaml").read_text(encoding="utf-8")


def lists() -> list[tuple[str, str]]:
    return [(name, one) for name in FILES if name != "dialect" for one in tables.names(name)]


@pytest.mark.parametrize("name", FILES)
def test_each_file_begins_with_what_it_does_and_who_may_change_it(name):
    head = re.match(r"(?:#.*\n)+", text(name))
    assert head is not None
    assert head[0].count("\n") >= 2
    assert has_diacritics(head[0])
    assert "docs/words.md" in head[0]


@pytest.mark.parametrize("name", [path.stem for path in sorted(DATA.glob("*.yaml"))])
def test_each_file_is_in_one_unicode_form(name):
    assert unicodedata.is_normalized("NFC", text(name))


@pytest.mark.parametrize(("name", "one"), lists())
def test_no_list_has_a_word_twice(name, one):
    words = said(tables.table(name)[one])
    assert len(words) == len(set(words))
    assert words


@pytest.mark.parametrize(("name", "one"), lists())
def test_each_list_hears_its_example(name, one):
    row = tables.table(name)[one]
    if name in AS_WRITTEN or "phrases" not in row:
        example = f" {' '.join(syllables(row['example']))} "
        assert any(f" {word.lower()} " in example for word in said(row))
    else:
        assert listed(name, one).search(row["example"] if row.get("with_marks") else fold(row["example"]))


@pytest.mark.parametrize("row", tables.table("dialect"), ids=lambda row: row["said"])
def test_each_word_of_dialect_is_heard_in_its_example(row):
    assert between(row).search(fold(row["example"]))


@pytest.mark.parametrize("name", AS_WRITTEN)
def test_what_is_read_as_it_is_written_has_no_signs_of_phrases(name):
    rows = [tables.table(name)[one] for one in tables.names(name)]
    phrases = [phrase for row in rows for phrase in row.get("phrases", ())]
    assert not [phrase for phrase in phrases if phrase != "$" and set(phrase) & set("()[]|<>…~^$/_+")]
    assert all(phrase == phrase.lower() for phrase in phrases)


def test_a_phrase_stands_in_a_list_once_even_if_it_is_marked_otherwise():
    for name, one in lists():
        row = tables.table(name)[one]
        phrases = () if name in AS_WRITTEN or row.get("with_marks") else row.get("phrases", ())
        assert len({fold(phrase) for phrase in phrases}) == len(phrases), (name, one)
