"""Which language a visitor gets, and what is said about the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.locales import LOCALES, LanguageTableError, chain, languages, negotiate, read_languages


@pytest.mark.parametrize(
    ("header", "wanted", "given_locale"),
    [
        (None, None, "vi"),
        ("", "", "vi"),
        ("en-US,en;q=0.9", None, "en"),
        ("en-US,en;q=0.9,vi;q=0.5", None, "vi"),
        ("vi-VN", None, "vi"),
        ("vi;q=0,en", None, "en"),
        ("fr", None, "vi"),
        ("en", "vi-simple", "vi-simple"),
        ("vi", "en", "en"),
        ("vi", "xx", "vi"),
        (";;;,=,en;q=9", None, "vi"),
    ],
)
def test_a_visitor_gets_their_choice_then_their_browsers_then_vietnamese(header, wanted, given_locale):
    assert negotiate(header, wanted) == given_locale


@given(st.text(), st.text())
def test_any_header_gives_a_language_of_the_screens(header, wanted):
    assert negotiate(header, wanted) in LOCALES


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("vi", ("vi",)),
        ("vi-simple", ("vi-simple", "vi")),
        ("en", ("en", "vi")),
        ("rad", ("rad", "vi")),
        ("?", ("vi",)),
    ],
)
def test_what_is_missing_falls_back_to_vietnamese(locale, expected):
    assert chain(locale) == expected


def test_no_own_name_is_shown_that_nobody_reviewed():
    for language in languages().values():
        assert len(language.iso639_3) == 3
        assert language.own_name_reviewed or language.own_name == language.name
        assert chain(language.id)[-1] == "vi"


def test_a_broken_row_is_named(tmp_path):
    table = tmp_path / "languages.yaml"
    table.write_text("- {id: vi, fallback: ''}\n", encoding="utf-8")
    with pytest.raises(LanguageTableError, match="row 1"):
        read_languages(table)


def test_a_fall_back_that_does_not_exist_is_named(tmp_path):
    table = tmp_path / "languages.yaml"
    table.write_text(
        "- {id: a, iso639_3: aaa, name: A, own_name: A, own_name_reviewed: false, script: L, fallback: zz}\n",
        encoding="utf-8",
    )
    with pytest.raises(LanguageTableError, match="zz"):
        read_languages(table)
