"""What a page may cost a phone, in bytes and requests (how long that takes is measured in benchmarks/)."""

import pytest

from benchmarks.page_weight import Weight, weigh
from courses import reader

KILOBYTE = 1000
# A page weighs the same on every database.
pytestmark = pytest.mark.parametrize("server_factory", ["sqlite"], indirect=True, scope="module")


def every_part(weight: Weight) -> str:
    """The files of a page with their sizes, heaviest first: what to look at when a limit is passed."""
    parts = sorted(weight.parts, key=lambda part: -part.wire_bytes)
    return "\n".join(f"{part.wire_bytes:8,} B {part.status} {part.url}" for part in parts)


def lesson_paths() -> list[str]:
    """The addresses of all lessons."""
    return [f"/hoc/{one.course_id}/{one.id}" for course in reader.load().courses for one in course.lessons]


def test_first_page_is_light(browser, live_server):
    weight = weigh(browser, live_server.url + "/", slow=False)
    assert weight.wire_bytes <= 30 * KILOBYTE and weight.requests <= 4, every_part(weight)


def test_every_lesson_is_light(browser, live_server):
    heavy = []
    for path in lesson_paths():
        weight = weigh(browser, live_server.url + path, slow=False)
        if weight.wire_bytes > 60 * KILOBYTE:
            heavy.append(f"{path}: {weight.wire_bytes:,} B\n{every_part(weight)}")
    assert not heavy, "\n".join(heavy)


@pytest.mark.parametrize("path", ["/", "/hoc", "/dang-ky"])
def test_nothing_comes_from_another_host(browser, live_server, path):
    weight = weigh(browser, live_server.url + path, slow=False)
    strange = [part.url for part in weight.parts if not part.url.startswith(live_server.url)]
    assert not strange, strange


@pytest.mark.parametrize("path", ["/", "/hoc", "/dang-ky", "/dang-nhap"])
def test_no_file_of_a_page_is_missing(browser, live_server, path):
    weight = weigh(browser, live_server.url + path, slow=False)
    assert all(part.status < 400 for part in weight.parts), every_part(weight)
