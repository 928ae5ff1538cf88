"""Offline packs and printed handouts."""

import posixpath
import zipfile
from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup

from courses.exchange.handout import handout_html, printed_height
from courses.exchange.offline_pack import PackRefused, pack


@pytest.fixture
def two_lessons(shelf):
    for name in (shelf.lesson, shelf.plain):
        shelf.write(name.replace("01-chup-ro", "02-bai-hai"), shelf.text(name))
    shelf.replace(
        shelf.lesson, "Lau ống kính", "Xem [bài hai](/hoc/chup-anh-ro/bai-hai#chuan-bi) và [hỏi](/hoi)"
    )
    return shelf


def test_every_link_and_picture_of_a_pack_is_in_the_pack(two_lessons, tmp_path):
    written = pack(two_lessons.load(), tmp_path / "out")
    with zipfile.ZipFile(written[0]) as archive:
        names = set(archive.namelist())
        pages = {name: archive.read(name).decode() for name in names if name.endswith(".html")}
    assert len(pages) == 1 + 2 * 2 + 1
    for name, html in pages.items():
        soup = BeautifulSoup(html, "html.parser")
        for tag, attribute in (("a", "href"), ("img", "src")):
            for address in (one[attribute] for one in soup.find_all(tag)):
                path, anchor = urldefrag(address)
                if path.startswith("https://"):
                    continue
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
                assert target in names, f"{name} leads to {address}"
                if anchor:
                    assert f'id="{anchor}"' in pages[target], f"{name} leads to {address}"


def test_a_pack_shows_questions_with_their_reasons(shelf, tmp_path):
    with zipfile.ZipFile(pack(shelf.load(), tmp_path)[0]) as archive:
        plain = BeautifulSoup(archive.read("chup-anh-ro/chup-ro.de-hieu.html"), "html.parser")
    assert "Chụp xong rồi, bạn làm gì trước?" in plain.get_text()
    assert "Chưa đúng: Xóa ảnh đi. Xóa rồi thì không còn gì để gửi." in plain.get_text()


def test_the_same_library_gives_the_same_pack(shelf, tmp_path):
    first = pack(shelf.load(), tmp_path / "a")[0].read_bytes()
    assert first == pack(shelf.load(), tmp_path / "b")[0].read_bytes()


def test_a_handout_has_the_courses_promise_and_a_code_that_opens_it(shelf):
    course = shelf.load().courses[0]
    soup = BeautifulSoup(handout_html(course, "https://hoc.xa.vn/"), "html.parser")
    assert soup.h1.get_text() == "Chụp ảnh giấy tờ cho rõ"
    assert soup.select_one("ol.steps li").get_text() == "Đặt giấy lên bàn, cạnh cửa sổ."
    assert soup.select_one(".note-warning").get_text(strip=True).startswith("Cẩn thận:")
    assert soup.svg is not None
    assert BeautifulSoup(handout_html(course), "html.parser").svg is None
    assert not soup.find_all(["script", "link"])


def test_a_longer_handout_is_counted_higher():
    assert (
        printed_height("Một dòng.")
        < printed_height("Một dòng.\n\nHai dòng.")
        < printed_height("## A\n\nB\n\n" * 20)
    )


@pytest.mark.parametrize(
    ("courses", "site", "says"),
    [
        (["la"], None, "Không có khóa “la”"),
        ([], "hoc.xa.vn", "không đúng"),
        ([], "javascript:1", "không đúng"),
    ],
)
def test_what_cannot_be_packed_is_refused_with_a_reason(shelf, tmp_path, courses, site, says):
    with pytest.raises(PackRefused, match=says):
        pack(shelf.load(), tmp_path / "out", courses, site)
    assert not (tmp_path / "out").exists()
