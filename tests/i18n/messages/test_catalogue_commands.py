"""python -m i18n.messages: what translators and the test of the screens rely on."""

import pytest

from i18n.messages.__main__ import main
from i18n.messages.extraction import extract, hard_coded
from i18n.messages.po_files import write_catalogue
from i18n.messages.translations import catalogue_path, read_catalogue

MESSAGES = {
    "Xin chào %(name)s",
    "Gợi ý",
    "Bài <b>mới</b>",
    "%(num)s bài",
    "Bạn gõ tên vào đây.",
    "Đã lưu. <a>Xem</a>",
}
ENGLISH = {
    "Xin chào %(name)s": "Hello %(name)s",
    "Gợi ý": "Hint",
    "Bài <b>mới</b>": "New <b>lesson</b>",
    "%(num)s bài": ("%(num)s lesson", "%(num)s lessons"),
    "Bạn gõ tên vào đây.": "Type your name here.",
    "Đã lưu. <a>Xem</a>": "Saved. <a>See</a>",
}


def run(project, *arguments):
    return main(["--root", str(project), *arguments])


def translate(project, words, locale_id="en"):
    folder = project / "i18n/catalogues"
    catalogue = read_catalogue(locale_id, folder)
    for source, translation in words.items():
        catalogue[source].string = translation
    write_catalogue(catalogue, locale_id, folder)


def add_to_page(project, line):
    page = project / "platform/lms/templates/learning/lesson.html"
    page.write_text(page.read_text(encoding="utf-8") + line, encoding="utf-8")


def test_every_marked_word_is_found(project):
    found = {message.id if isinstance(message.id, str) else message.id[0] for message in extract(project)}
    assert found - {""} == MESSAGES


def test_an_empty_tree_has_no_words_and_no_problems(tmp_path, capsys):
    for command in ("extract", "update", "check"):
        assert run(tmp_path, command) == 0
    assert "0 messages, 0 problems" in capsys.readouterr().out


def test_a_finished_translation_passes_the_check(project, capsys):
    run(project, "update")
    assert run(project, "check") == 1
    assert "not translated: 'Gợi ý'" in capsys.readouterr().out
    translate(project, ENGLISH)
    assert run(project, "check") == 0


def test_updating_twice_changes_no_byte(project, catalogues):
    run(project, "update")
    translate(project, ENGLISH)
    run(project, "update")
    before = catalogue_path("en", catalogues).read_bytes()
    run(project, "update")
    assert catalogue_path("en", catalogues).read_bytes() == before
    assert b"Creation-Date" not in before


@pytest.mark.parametrize("locale_id", ["en", "vi-simple"])
def test_a_catalogue_in_any_order_is_written_in_one(project, catalogues, locale_id):
    """As it comes from a merge or a translator's tool: read without line numbers, in any order."""
    run(project, "update")
    translate(project, ENGLISH, locale_id)
    page = project / "platform/lms/templates/learning/lesson.html"
    page.write_text(page.read_text(encoding="utf-8").replace("Gợi ý", "Gợi ý mới"), encoding="utf-8")
    run(project, "update")
    path = catalogue_path(locale_id, catalogues)
    once = path.read_bytes()
    head, *entries = once.decode("utf-8").strip().split("\n\n")
    assert len(entries) > 5
    for way in (entries[::-1], entries[3:] + entries[:3]):
        path.write_text("\n\n".join([head, *way]) + "\n", encoding="utf-8")
        write_catalogue(read_catalogue(locale_id, catalogues), locale_id, catalogues)
        assert path.read_bytes() == once
        path.write_text("\n\n".join([head, *way]) + "\n", encoding="utf-8")
        run(project, "update")
        assert path.read_bytes() == once


def test_update_keeps_translations_and_finds_new_words(project, catalogues, capsys):
    run(project, "update")
    translate(project, ENGLISH)
    add_to_page(project, "{{ _('Học tiếp') }}\n")
    run(project, "check")
    assert "missing, run update: 'Học tiếp'" in capsys.readouterr().out
    run(project, "update")
    catalogue = read_catalogue("en", catalogues)
    assert catalogue["Gợi ý"].string == "Hint"
    assert "Học tiếp" in catalogue


@pytest.mark.parametrize(
    ("source", "translation", "complaint"),
    [
        ("Xin chào %(name)s", "Hello", "other values"),
        ("Xin chào %(name)s", "Hello %(nam)s", "other values"),
        ("Bài <b>mới</b>", "New lesson", "other tags"),
        ("%(num)s bài", ("a lesson", "%(num)s lessons"), "other values"),
    ],
)
def test_a_translation_that_lost_a_value_or_a_tag_is_named(project, capsys, source, translation, complaint):
    run(project, "update")
    translate(project, {**ENGLISH, source: translation})
    assert run(project, "check") == 1
    assert complaint in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("<p>Chào bạn</p>\n", "not in a catalogue: Chào bạn"),
        ('<img alt="Con đường">\n', 'not in a catalogue: "Con đường"'),
        ("<button>OK</button>\n", "not in a catalogue: OK"),
        ("<p>{{ _('Hoà bình') }}</p>\n", "tone or letter form"),
        ("{% trans %}Hai\ndòng{% endtrans %}\n", "line break"),
        ("{{ _(' thừa') }}\n", "spaces at the edge"),
    ],
)
def test_words_written_wrongly_into_a_template_are_named(project, capsys, line, complaint):
    add_to_page(project, line)
    run(project, "update")
    run(project, "check")
    assert complaint in capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    [
        "<style>.tên { color: red }</style>\n",
        '<a class="nút lớn" href="/đi">{{ name }} 1 / 2 → ✓ &nbsp;</a>\n',
        "<p>Chào {# i18n: ignore #}</p>\n",
        "{# ghi chú cho người viết #}<!-- ghi chú -->\n",
        "<p>Học Số · VNeID</p>\n",
        "{% trans %}Xin\u00a0chào{% endtrans %}\n",
        '<input {% if a > 1 %}class="x"{% endif %} value="{{ b }}">\n',
    ],
)
def test_what_is_no_word_for_people_is_let_through(project, line):
    add_to_page(project, line)
    assert hard_coded(project) == []


def test_the_line_of_a_hard_coded_word_is_right(project):
    add_to_page(project, "{% set x = 1 %}\n<p>\n  Chào bạn</p>\n")
    (problem,) = hard_coded(project)
    assert (problem.file, problem.line) == ("platform/lms/templates/learning/lesson.html", 7)


def test_a_line_break_that_a_tag_takes_away_counts_as_a_line(project):
    add_to_page(project, "<p>1\n{%- if x %}2\n{%- endif -%}\n</p>\n<p>Chào bạn</p>\n")
    (problem,) = hard_coded(project)
    assert (problem.file, problem.line) == ("platform/lms/templates/learning/lesson.html", 9)


def test_vietnamese_in_the_code_of_the_screens_must_be_marked(project):
    views = project / "platform/lms/views.py"
    views.write_text('TITLE = "Trang đầu"\nNAME = "Học Số"\nCODE = "abc"\n', encoding="utf-8")
    (problem,) = hard_coded(project)
    assert str(problem) == "platform/lms/views.py:1: not in a catalogue: Trang đầu"


def test_a_template_that_cannot_be_read_is_named(project, capsys):
    add_to_page(project, "{% if %}")
    assert run(project, "extract") == 1
    assert "learning/lesson.html" in capsys.readouterr().err
