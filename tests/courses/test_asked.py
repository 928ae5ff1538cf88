"""What people ask of a lesson: with it, without it, and what it must not change."""


def test_what_people_ask_stands_with_its_lesson_in_the_order_of_the_file(shelf):
    lesson = shelf.load().courses[0].lessons[0]
    assert [(one.question, one.section) for one in lesson.asked][:2] == [
        ("Làm sao chụp giấy tờ cho khỏi mờ?", "tung-buoc"),
        ("Chụp buổi tối thì để đèn ở đâu?", "chuan-bi"),
    ]


def test_a_course_without_the_file_is_whole(shelf):
    (shelf.folder / shelf.asked).unlink()
    library = shelf.load()
    assert not library.errors and library.courses[0].lessons[0].asked == ()


def test_a_new_question_changes_the_library_but_no_lesson_that_somebody_learned(shelf):
    before = shelf.load()
    shelf.replace(shelf.asked, "cho khỏi mờ", "cho khỏi nhòe")
    after = shelf.load()
    assert after.version != before.version
    assert after.courses[0].lessons[0].version == before.courses[0].lessons[0].version


def test_a_bad_entry_is_left_out_and_the_rest_is_there(shelf):
    shelf.replace(shelf.asked, "    section: chuan-bi\n", "")
    assert [one.section for one in shelf.load().courses[0].lessons[0].asked] == ["tung-buoc", "tung-buoc"]


def test_a_file_that_is_no_yaml_loses_no_lesson(shelf):
    shelf.write(shelf.asked, "chup-ro: [\n")
    library = shelf.load()
    assert len(library.courses[0].lessons) == 1
    assert any(one.file == shelf.asked for one in library.errors)
