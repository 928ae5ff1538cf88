"""The courses that ship with the project."""

import pytest

from courses.checking.library import check
from courses.reading.reader import load
from courses.rendering.render import lesson_html

AUDIENCES = [
    "nguoi-dan",
    "nguoi-cao-tuoi",
    "dong-bao-dan-toc",
    "nong-dan",
    "tieu-thuong",
    "nguoi-lao-dong",
    "hoc-sinh-sinh-vien",
    "can-bo",
    "nguoi-khuyet-tat",
    "dai-su-so",
]


@pytest.fixture(scope="module")
def library():
    return load()


def test_nothing_on_the_shelf_is_broken(library):
    assert [str(problem) for problem in library.errors] == []


def test_nothing_on_the_shelf_is_to_be_mended(library):
    assert [str(problem) for problem in check(library).errors] == []


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_audience_has_a_path_with_lessons(library, audience):
    assert library.audience(audience) is not None
    assert sum(len(course.lessons) for course in library.path(audience)) >= 15


def test_minority_learners_and_farmers_read_the_plain_register_first(library):
    registers = {audience.id: audience.register for audience in library.audiences}
    assert registers["dong-bao-dan-toc"] == registers["nong-dan"] == registers["nguoi-cao-tuoi"] == "plain"


def test_the_first_page_has_room_for_its_audiences_and_the_rest(library):
    assert sum(audience.first_page for audience in library.audiences) == 5


def test_the_frame_of_tt_02_is_whole_and_that_of_qd_757_is_empty_and_says_so(library):
    frames = {frame.id: frame for frame in library.frames}
    assert len(frames["tt02-2025"].skills) == 24
    assert frames["qd757"].skills == ()
    assert "Chưa đối chiếu" in frames["qd757"].note
    assert frames["qd757"].checked is None


def test_every_lesson_renders_in_both_registers_for_everyone(library):
    for course in library.courses:
        for lesson in course.lessons:
            for register in ("standard", "plain"):
                for audience in (None, *AUDIENCES):
                    rendered = lesson_html(library, course, lesson, register, audience)
                    assert rendered.register == register
                    assert rendered.sections
                    assert '<span class="no-drawing">' not in rendered.html
