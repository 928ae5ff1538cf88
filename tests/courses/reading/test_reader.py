"""What a reader of a folder sees: good parts load, broken ones are named with file and line."""

import pytest

BROKEN_LESSONS = [
    ("---\ntitle: T\n", 1, "Phần đầu bài chưa đóng"),
    ("Không có phần đầu", 1, "Dòng đầu phải là ---"),
    ("---\ntitle: T\nminutes: 5\nskills: []\n---\nChữ.\n", 2, "Thiếu “goal”"),
    ("---\ntitle: T\ngoal: G\nminutes: năm\nskills: []\n---\nChữ.\n", 4, "số phút"),
    ("---\ntitle: T\ngoal: G\nminutes: 5\nskills: [4.1]\n---\nChữ.\n", 5, "ngoặc kép"),
    ("---\ntitle: a: b\ngoal: G\n---\nChữ.\n", 2, "dấu hai chấm"),
    ("---\ntitle: T\ntitle: U\n---\nChữ.\n", 3, "viết hai lần"),
    ("---\ntitle: T\ngoal: G\nminutes: 5\nskills: []\n---\n\n", 2, "còn trống"),
    ("---\ntitle: T\ngoal: G\nminutes: 5\nskills: []\n---\n\n::: warning\nChữ\n", 8, "chưa đóng"),
    ("---\ntitle: T\ngoal: G\nminutes: 5\nskills: []\n---\n\nChữ\n:::\n", 9, "không đóng khung nào"),
    ("---\ntitle: T\ngoal: G\nminutes: 5\nskills: []\n---\n\n::: canh-bao\nChữ\n:::\n", 8, "Không hiểu"),
    ("---\ntitle: T\ngoal: G\nminutes: 5\nskills: []\n---\n\n::: note\nChữ\n:::\n", 8, "Không có khung"),
    (b"---\ntitle: T\n---\n\xff\xfe", 1, "UTF-8"),
    ("---\ntitle: T\ngoal: G\n---\n" + "chữ " * 100_000, 1, "quá mức"),
]


@pytest.fixture
def two_lessons(shelf):
    shelf.write(shelf.lesson.replace("01-chup-ro", "02-bai-hai"), shelf.text(shelf.lesson))
    shelf.write(shelf.plain.replace("01-chup-ro", "02-bai-hai"), shelf.text(shelf.plain))
    return shelf


def test_a_good_shelf_loads_without_a_word(two_lessons):
    library = two_lessons.load()
    assert library.errors == ()
    course = library.course("chup-anh-ro")
    assert course.title == "Chụp ảnh giấy tờ cho rõ"
    assert [lesson.id for lesson in course.lessons] == ["chup-ro", "bai-hai"]
    assert [(lesson.previous, lesson.next) for lesson in course.lessons] == [
        (None, "bai-hai"),
        ("chup-ro", None),
    ]
    lesson = course.lesson("chup-ro")
    assert lesson.skills == ("1.3", "5.1")
    assert [question.id for question in lesson.questions] == ["cho-sang", "doc-thu", "ai-duoc-xem"]
    assert course.source("ban-sao").dated == "2026-07"
    assert course.teaching.sessions[0].plan[-1].end == 30
    assert course.drawing("media/cho-chup.svg").width == 328


@pytest.mark.parametrize(("text", "line", "says"), BROKEN_LESSONS)
def test_a_broken_lesson_is_named_and_the_others_load(two_lessons, text, line, says):
    file = two_lessons.lesson.replace("01-chup-ro", "02-bai-hai")
    two_lessons.write(file, text)
    library = two_lessons.load()
    problem = library.errors[0]
    assert (problem.file, problem.line) == (file, line)
    assert says in problem.message
    assert [lesson.id for lesson in library.courses[0].lessons] == ["chup-ro"]
    assert library.courses[0].errors == library.errors


def test_a_broken_plain_text_leaves_the_standard_one(shelf):
    shelf.write(shelf.plain, "không có phần đầu")
    library = shelf.load()
    lesson = library.courses[0].lessons[0]
    assert [problem.file for problem in library.errors] == [shelf.plain]
    assert not lesson.has("plain")
    assert lesson.text("plain").register == "standard"


def test_a_broken_course_is_named_and_the_others_load(shelf):
    other = "library/khoa-khac/course.yaml"
    shelf.write(other, "id: khoa-khac\ntitle: [\n")
    library = shelf.load()
    assert [course.id for course in library.courses] == ["chup-anh-ro"]
    assert [problem.file for problem in library.errors] == [other]
    shelf.write(other, shelf.text(shelf.course))
    assert "id: khoa-khac" in str(shelf.load().errors)


def test_a_course_without_lessons_is_left_out(shelf):
    shelf.write("library/khoa-khac/course.yaml", shelf.text(shelf.course).replace("chup-anh-ro", "khoa-khac"))
    library = shelf.load()
    assert library.course("khoa-khac") is None
    assert "chưa có bài nào" in library.errors[0].message


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: one", "kind: hai", "one, many"),
        ("right: true", "right: false", "Chưa có lựa chọn đúng"),
        ("right: false", "right: true", "chỉ có một lựa chọn đúng"),
        ("      why: Đúng. Có ánh sáng thì chữ rõ.\n", "", "Lựa chọn 1: Thiếu “why”"),
        ("text: Cạnh cửa sổ, trên bàn", "text: 23:00", "ngoặc kép"),
    ],
)
def test_a_bad_question_is_named_and_the_others_stay(shelf, old, new, says):
    shelf.replace(shelf.questions, old, new)
    library = shelf.load()
    assert says in library.errors[0].message
    assert [question.id for question in library.lessons[0].questions] == ["doc-thu", "ai-duoc-xem"]


def test_a_question_for_no_lesson_and_a_question_id_used_twice_are_named(shelf):
    line = shelf.replace(shelf.questions, "id: doc-thu", "id: cho-sang")
    shelf.replace(shelf.questions, "- id: ai-duoc-xem\n  lesson: chup-ro", "- id: ai-duoc-xem\n  lesson: la")
    messages = {problem.line: problem.message for problem in shelf.load().errors}
    assert "đã dùng" in messages[line]
    assert any("Không có bài “la”" in message for message in messages.values())


@pytest.mark.parametrize(
    "svg",
    [
        '<svg viewBox="0 0 9 9"><script>1</script></svg>',
        '<svg viewBox="0 0 9 9" onload="x()"></svg>',
        '<svg viewBox="0 0 9 9"><image href="https://a.vn/b.png"/></svg>',
        '<svg viewBox="0 0 9 9"><foreignObject/></svg>',
        "<svg></svg>",
        '<svg viewBox="0 0 0 9"></svg>',
        '<svg viewBox="0 0 . 9"></svg>',
    ],
)
def test_a_drawing_that_is_not_safe_or_has_no_size_is_never_served(shelf, svg):
    shelf.write(shelf.drawing, svg)
    course = shelf.load().courses[0]
    assert course.media("cho-chup.svg") is None
    assert course.errors[0].file == shelf.drawing


@pytest.mark.parametrize("name", ["../course.yaml", "/etc/passwd", "media/../../x.svg", "khong-co.svg", ""])
def test_only_known_media_are_answered(shelf, name):
    course = shelf.load().courses[0]
    assert course.media(name) is None
    assert course.media("media/cho-chup.svg").is_file()


def test_a_link_that_leads_out_of_the_library_is_not_followed(shelf, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.md"
    outside.write_text(shelf.text(shelf.lesson), encoding="utf-8")
    (shelf.folder / "library/chup-anh-ro/03-bai-ba.md").symlink_to(outside)
    library = shelf.load()
    assert library.course("chup-anh-ro").lesson("bai-ba") is None
    assert "nằm ngoài" in library.errors[0].message


def test_two_lessons_with_one_number_are_named(two_lessons):
    for name in (two_lessons.lesson, two_lessons.plain):
        path = two_lessons.folder / name.replace("01-chup-ro", "02-bai-hai")
        path.rename(path.with_name(path.name.replace("02", "01")))
    library = two_lessons.load()
    assert len(library.courses[0].lessons) == 1
    assert "Số 01 đã dùng" in library.errors[0].message


@pytest.mark.parametrize(
    ("name", "old", "new", "changes"),
    [
        ("lesson", "Lau ống kính", "Lau mắt máy", True),
        ("plain", "Lau mắt máy", "Lau ống kính", True),
        ("questions", "Chỗ tối làm ảnh mờ.", "Tối quá.", True),
        ("drawing", "#0b6a4f", "#000000", True),
        (
            "course",
            "checked_on: 2026-11-22\n    sure: official",
            "checked_on: 2026-11-21\n    sure: official",
            True,
        ),
        ("teaching", "Buổi tập chụp giấy tờ", "Buổi khác", False),
    ],
)
def test_a_lessons_version_follows_what_its_reader_sees(shelf, name, old, new, changes):
    before = shelf.load()
    shelf.replace(getattr(shelf, name), old, new)
    after = shelf.load()
    assert (after.lessons[0].version != before.lessons[0].version) is changes
    assert after.courses[0].version != before.courses[0].version
    assert after.version != before.version
    assert shelf.load().version == after.version


def test_text_is_read_as_nfc(shelf):
    import unicodedata

    shelf.write(shelf.lesson, unicodedata.normalize("NFD", shelf.text(shelf.lesson)))
    text = shelf.load().lessons[0].text("standard")
    assert unicodedata.is_normalized("NFC", text.markdown + text.title)


def test_recordings_belong_to_their_register_opus_first(shelf):
    for name in ("01-chup-ro.mp3", "01-chup-ro.opus", "01-chup-ro.plain.opus", "02-bai-la.opus"):
        shelf.write(f"library/chup-anh-ro/media/audio/{name}", b"am thanh gia")
    lesson = shelf.load().lessons[0]
    assert lesson.audio("standard") == ("audio/01-chup-ro.opus", "audio/01-chup-ro.mp3")
    assert lesson.audio("plain") == ("audio/01-chup-ro.plain.opus",)
    assert shelf.load().courses[0].media("audio/01-chup-ro.opus").is_file()


def test_a_translation_is_shown_only_once_a_speaker_has_reviewed_it(shelf):
    name = "library/chup-anh-ro/01-chup-ro.rad.md"
    shelf.write(name, "---\ntitle: T\n---\nChữ.\n")
    assert shelf.load().errors[0].file == name
    shelf.write(name, "---\ntitle: T\nreviewed_by: H'Hen\nreviewed_on: 2026-11-01\n---\nChữ.\n")
    lesson = shelf.load().lessons[0]
    assert lesson.text("plain", locale="rad").reviewed_by == "H'Hen"
    assert lesson.text("plain").locale == "vi"


def test_a_path_leaves_out_courses_that_cannot_be_read(shelf):
    shelf.replace("audiences.yaml", "path: [chup-anh-ro]", "path: [khong-co, chup-anh-ro]")
    library = shelf.load()
    assert [course.id for course in library.path("nguoi-dan")] == ["chup-anh-ro"]
    assert library.path("khong-ai") == ()


def test_an_empty_folder_is_an_empty_library_with_reasons(tmp_path):
    from courses.reading.reader import load

    library = load(tmp_path)
    assert (library.courses, library.audiences) == ((), ())
    assert {problem.file for problem in library.errors} == {"audiences.yaml", "skills.yaml", "library"}
