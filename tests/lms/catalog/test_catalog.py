"""What can be learned: who one is, paths, courses, their pictures, and a lesson file that is broken."""

import shutil
from uuid import uuid4

import pytest

from courses.reading import reader
from lms import cli
from lms.accounts import service as accounts
from lms.accounts.models import Person
from lms.app import create_app
from lms.catalog import views
from lms.core.config import WebSettings
from lms.learning import service as learning
from tests.lms.site import Site
from tests.lms.words_only import words


def test_the_first_page_shows_at_most_six_choices(site):
    page = site.visitor().page("/")
    assert 2 <= len(page.select("main ul.tiles a")) <= 6
    assert page.select_one("a.tile.alarm[href='/viec-gap']"), "help in need stands on it"


def test_every_group_can_be_chosen_and_is_remembered(site):
    shown = {a["href"] for path in ("/", "/nhom-khac") for a in site.visitor().page(path).select("a.tile")}
    for audience in site.library.audiences:
        assert f"/chon-nhom/{audience.id}" in shown
        someone = site.visitor()
        came = someone.get(f"/chon-nhom/{audience.id}")
        assert came.location == f"/lo-trinh/{audience.id}"
        assert someone.client.get_cookie("hs_nhom").value == audience.id
        assert someone.client.get_cookie("hs_doc").value == audience.register
        titles = words(someone.page(came.location))
        assert all(course.title in titles for course in site.library.path(audience.id))


def test_a_register_that_one_chose_is_not_changed_by_a_group(site):
    someone = site.visitor()
    someone.get("/doc/standard")
    plain = next(one for one in site.library.audiences if one.register == "plain")
    someone.get(f"/chon-nhom/{plain.id}")
    assert someone.client.get_cookie("hs_doc").value == "standard"


def test_one_tap_for_the_plain_register_and_back(site):
    lesson, someone = site.lesson, site.visitor()
    path = f"/hoc/{lesson.course_id}/{lesson.id}"
    someone.get("/doc/standard")
    assert someone.page(path).select_one("h1").get_text() == lesson.text("standard").title
    tap = someone.page(path).select_one('nav.tools a[href^="/doc/plain"]')
    came = someone.get(tap["href"])
    assert came.location == path
    page = someone.page(path)
    assert page.select_one("h1").get_text() == lesson.text("plain").title
    assert page.select_one('nav.tools a[href^="/doc/standard"]')


def test_the_register_is_remembered_with_the_account(site):
    site.on("docde").get("/doc/plain")
    phone = site.visitor()
    phone.post("/dang-nhap", login="docde", secret="258036")
    assert phone.client.get_cookie("hs_doc").value == "plain"


def test_a_register_is_chosen_while_the_account_is_erased_in_another_tab(site, monkeypatch):
    """The page was an error of the server, and the choice was lost."""
    someone, person, writing = site.on("xoangay"), site.person("xoangay"), views.writing

    def erased_meanwhile():
        with site.database() as db:
            accounts.erase(db, db.get_one(Person, person))
            db.commit()
        return writing()

    monkeypatch.setattr(views, "writing", erased_meanwhile)
    came = someone.get("/doc/plain")
    assert came.status_code == 303
    assert someone.client.get_cookie("hs_doc").value == "plain"


def test_the_language_is_remembered(site):
    someone = site.visitor()
    assert someone.page("/").select_one("html")["lang"] == "vi"
    assert someone.get("/ngon-ngu/en").location == "/"
    assert someone.page("/").select_one("html")["lang"] == "en"
    someone.get("/ngon-ngu/vi")
    assert someone.page("/").select_one("html")["lang"] == "vi"


@pytest.mark.parametrize(
    "path",
    ["/hoc/x", "/hoc/x/y", "/lo-trinh/x", "/chon-nhom/x", "/ngon-ngu/fr", "/doc/hard", "/bai-hoc/x/y.svg"],
)
def test_what_is_not_there_is_404(site, path):
    assert site.visitor().get(path).status_code == 404


@pytest.mark.parametrize(
    "file",
    ["../course.yaml", "..%2Fcourse.yaml", "%2e%2e/course.yaml", "../../../audiences.yaml", "/etc/passwd",
     "media/../../course.yaml", "..\\course.yaml", "questions.yaml", ".", "media/", "%2Fetc%2Fpasswd"],
)  # fmt: skip
def test_only_pictures_and_recordings_leave_a_course(site, file):
    for course in site.library.courses:
        came = site.visitor().get(f"/bai-hoc/{course.id}/{file}")
        assert came.status_code in {404, 308}, came.status_code
        assert "audiences" not in came.get_data(as_text=True)


def test_every_picture_of_every_lesson_is_there(site):
    seen = 0
    for course in site.library.courses:
        for lesson in course.lessons:
            someone = site.visitor()
            for picture in someone.page(f"/hoc/{course.id}/{lesson.id}").select("article img[src]"):
                came = someone.get(picture["src"])
                assert came.status_code == 200 and came.mimetype.startswith("image/"), picture["src"]
                assert picture["alt"].strip()
                assert "max-age=" in came.headers["Cache-Control"]
                seen += 1
    assert seen or not any(course.drawings for course in site.library.courses)


def test_every_course_and_lesson_opens_in_both_registers(site):
    for register in ("standard", "plain"):
        someone = site.visitor()
        someone.get(f"/doc/{register}")
        for course in site.library.courses:
            assert course.title in words(someone.page(f"/hoc/{course.id}"))
            for lesson in course.lessons:
                page = someone.page(f"/hoc/{course.id}/{lesson.id}")
                assert lesson.text(register).title in words(page)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory):
    """A site whose courses stand in another folder, one lesson file of it broken."""
    folder = tmp_path_factory.mktemp("courses")
    whole = reader.load()
    course = next(one for one in whole.courses if len(one.lessons) >= 3)
    for name in ("audiences.yaml", "skills.yaml"):
        shutil.copy(reader.FOLDER / name, folder / name)
    shutil.copytree(course.folder, folder / "library" / course.id)
    broken = course.lessons[1]
    for file in (folder / "library" / course.id).glob(f"{broken.number:02}-{broken.id}*.md"):
        file.write_text("---\ntitle: [nửa chừng\n---\n## {#", encoding="utf-8")
    settings = WebSettings.load(
        {
            "HOCSO_INSTANCE": str(tmp_path_factory.mktemp("instance")),
            "HOCSO_COURSES": str(folder),
            "HOCSO_EMBEDDER": "none",
        }
    )
    assert cli.prepare(settings) == 0
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    site = Site(app)
    site.add("quantri", "admin")
    yield site, course, broken
    app.extensions["database"].engine.dispose()


def test_a_broken_lesson_takes_down_that_lesson_alone(damaged):
    site, course, broken = damaged
    assert site.visitor().get(f"/hoc/{course.id}/{broken.id}").status_code == 404
    page = words(site.visitor().page(f"/hoc/{course.id}"))
    assert broken.title not in page
    for lesson in course.lessons:
        if lesson.id != broken.id:
            assert lesson.title in page
            assert site.visitor().get(f"/hoc/{course.id}/{lesson.id}").status_code == 200
    assert site.visitor().get("/hoi").status_code == 200


def test_the_administrator_sees_which_file_is_broken(damaged):
    site, _, broken = damaged
    page = site.on("quantri").page("/quan-tri")
    warnings = " ".join(note.get_text() for note in page.select(".note-warning"))
    assert f"{broken.number:02}-{broken.id}" in warnings
    assert "Trợ lý chỉ tìm theo từ" in warnings, "and that there is no embedder"


def test_no_path_of_the_machine_stands_on_the_page(damaged):
    site, _, _ = damaged
    text = site.on("quantri").page("/quan-tri").get_text()
    assert site.app.extensions["settings"].instance.parent.as_posix() not in text


def study(site, login: str, lessons) -> None:
    """This person finishes these lessons."""
    person = site.add(login)
    with site.database() as db:
        for one in lessons:
            for question in one.questions:
                learning.answer(db, person, one, question, question.right_choices, str(uuid4()))
        db.commit()


@pytest.mark.parametrize(
    ("finished", "says", "leads_to"),
    [(0, "Bắt đầu học", 0), (2, "Học tiếp bài 3", 2), (None, "Học lại từ bài 1", 0)],
)
def test_a_course_leads_to_the_lesson_that_comes_next(site, finished, says, leads_to):
    lessons = site.course.lessons
    study(site, "hoctiep", lessons[:finished])
    button = site.on("hoctiep").page(f"/hoc/{site.course.id}").select_one("main a.btn")
    assert button.get_text() == says
    assert button["href"] == f"/hoc/{site.course.id}/{lessons[leads_to].id}"


@pytest.mark.parametrize("path", ["/", "/hoc"])
def test_who_comes_back_is_greeted_and_goes_on(site, path):
    lessons = site.course.lessons
    study(site, "trolai", lessons[:1])
    page = site.on("trolai").page(path)
    tile = page.select_one("main a.tile.on")
    assert tile["href"] == f"/hoc/{site.course.id}/{lessons[1].id}"
    assert "Học tiếp" in words(tile) and f"Bài 2 trong {len(lessons)}" in words(tile)
    if path == "/":
        assert words(page.select_one("h1")).startswith("Chào ")
        assert "Bạn là ai?" in [words(one) for one in page.select("h2")]
    else:
        assert f"Đã xong 1 trong {len(lessons)} bài" in words(page)
        assert page.select_one("main progress")["value"] == "1"


def test_a_stranger_is_asked_who_they_are(site):
    assert words(site.visitor().page("/").select_one("h1")) == "Bạn là ai?"
