"""What people ask of a lesson leads to its section, though no word of it stands there."""

import shutil

import pytest

from assistant.service import Assistant
from courses.reading import reader
from tests.assistant.conftest import SMALL

ASKED = """\
tam-vang:
  - ask: Tui đi mần ăn xa thì báo ai hè?
    section: cac-buoc
  - ask: Chừng mấy bữa mới được lãnh giấy?
    section: phi
"""


@pytest.fixture
def sections(settings, store_engine, tmp_path):
    """The addresses that a search finds, best first, for the small library with or without the file."""

    def found(question, asked=ASKED):
        folder = tmp_path / ("with" if asked else "without")
        shutil.copytree(SMALL, folder, dirs_exist_ok=True)
        if asked:
            (folder / "library" / "giay-to" / "asked.yaml").write_text(asked, encoding="utf-8")
        assistant = Assistant.open(settings, reader.load(folder), store_engine)
        return [one.url for one in assistant.ask(question).citations]

    return found


def test_words_that_no_text_has_lead_to_the_section_they_were_noted_for(sections):
    question = "đi mần ăn xa báo ai"
    assert sections(question)[:1] == ["/hoc/giay-to/tam-vang#cac-buoc"]
    assert sections(question, asked="")[:1] != ["/hoc/giay-to/tam-vang#cac-buoc"]


def test_the_section_counts_not_only_the_lesson(sections):
    assert sections("mấy bữa lãnh giấy")[:1] == ["/hoc/giay-to/tam-vang#phi"]


def test_a_noted_question_is_never_shown_as_an_answer(settings, store_engine, tmp_path):
    shutil.copytree(SMALL, tmp_path / "with", dirs_exist_ok=True)
    (tmp_path / "with" / "library" / "giay-to" / "asked.yaml").write_text(ASKED, encoding="utf-8")
    answer = Assistant.open(settings, reader.load(tmp_path / "with"), store_engine).ask(
        "Đi mần ăn xa báo ai?"
    )
    assert "mần ăn" not in "\n".join((answer.text, *answer.steps, *(one.quote for one in answer.citations)))
