"""python -m courses, as a teacher and as a program see it."""

import json

from courses.__main__ import main


def run(shelf, *arguments: str) -> int:
    return main(["--folder", str(shelf.folder), *arguments])


def test_check_json_is_only_the_promised_object(shelf, capsys):
    assert run(shelf, "check", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "audiences": 3,
        "courses": 1,
        "lessons": 1,
        "questions": 3,
        "errors": [],
    }


def test_check_fails_on_errors_and_names_them(shelf, capsys):
    line = shelf.replace(shelf.lesson, "[@ban-sao]", "[@la]")
    assert run(shelf, "check", "--json") == 1
    errors = json.loads(capsys.readouterr().out)["errors"]
    assert {(error["file"], error["line"]) for error in errors} == {(shelf.lesson, line)}
    assert all(set(error) == {"file", "line", "message"} for error in errors)
    assert run(shelf, "check") == 1
    assert f"{shelf.lesson}:{line}: Không có nguồn “la”." in capsys.readouterr().out
    assert run(shelf, "check", "khoa-khac") == 0


def test_list_shows_courses_and_lessons(shelf, capsys):
    assert run(shelf, "list") == 0
    out = capsys.readouterr().out
    assert "chup-anh-ro: Chụp ảnh giấy tờ cho rõ (1 bài, 5 phút)" in out
    assert "01 chup-ro: Chụp một lần là rõ [standard, plain; 3 câu hỏi]" in out


def test_a_new_course_loads_and_the_check_says_what_to_write(shelf, capsys):
    assert run(shelf, "new", "khoa-moi") == 0
    made = capsys.readouterr().out.split()
    assert len(made) == 7
    assert run(shelf, "new", "khoa-moi", "bai-hai") == 0
    library = shelf.load()
    assert library.errors == ()
    assert [lesson.id for lesson in library.course("khoa-moi").lessons] == ["bai-dau-tien", "bai-hai"]
    assert run(shelf, "check", "khoa-moi") == 1


def test_new_refuses_what_is_there_and_names_that_do_not_fit(shelf, capsys):
    before = shelf.text(shelf.course)
    for arguments in (["chup-anh-ro"], ["chup-anh-ro", "chup-ro"], ["../x"], ["Khóa"], ["khong-co", "bai"]):
        assert run(shelf, "new", *arguments) == 1
        assert capsys.readouterr().err
    assert shelf.text(shelf.course) == before


def test_claims_lists_each_with_its_source_and_fails_without_one(shelf, capsys):
    assert run(shelf, "claims", "--json") == 0
    claims = json.loads(capsys.readouterr().out)
    money = next(claim for claim in claims if claim["kind"] == "money")
    assert money["figure"] == "2.000 đồng"
    assert (money["source"], money["dated"], money["checked_on"]) == ("ban-sao", "2026-07", "2026-11-22")
    assert {claim["figure"] for claim in claims if claim["kind"] == "button"} == {"Chụp"}
    shelf.replace(shelf.lesson, "[@ban-sao]", "")
    assert run(shelf, "claims") == 1
    assert "2.000 đồng\tCHƯA CÓ NGUỒN" in capsys.readouterr().out
