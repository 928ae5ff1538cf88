"""What a page may cost a phone, in bytes and requests (how long that takes is measured in benchmarks/)."""

from functools import cache
from html.parser import HTMLParser
from urllib.parse import urljoin
from urllib.request import Request, urlopen

import pytest

from benchmarks.page_weight import Weight, weigh
from courses.reading import reader

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


class Files(HTMLParser):
    """The addresses of the files that a page names."""

    def __init__(self, base: str, page: str) -> None:
        super().__init__()
        self.base, self.found = base, set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        address = named.get("href") if tag == "link" else named.get("src")
        if address and named.get("rel") != "canonical" and not address.startswith("data:"):
            self.found.add(urljoin(self.base, address))


@cache
def packed(url: str) -> tuple[int, str]:
    """How many bytes come over the wire for an address, without headers, and the address's text if any."""
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"}), timeout=20) as answer:
        size = len(answer.read())
    with urlopen(url, timeout=20) as answer:
        return size, answer.read().decode("utf-8", "replace")


def by_its_files(url: str) -> int:
    """Bytes of a page and of all the files it names: no less than a browser fetches."""
    size, page = packed(url)
    return size + sum(packed(one)[0] for one in Files(url, page).found)


def test_first_page_is_light(browser, live_server):
    weight = weigh(browser, live_server.url + "/", slow=False)
    assert weight.wire_bytes <= 30 * KILOBYTE and weight.requests <= 4, every_part(weight)


def test_every_lesson_is_light(browser, live_server):
    """All by their files; the heaviest as a browser fetches them, headers included."""
    sizes = {live_server.url + path: by_its_files(live_server.url + path) for path in lesson_paths()}
    heaviest = sorted(sizes, key=sizes.get)[-3:]
    assert min(sizes.values()) > 5 * KILOBYTE and sizes[heaviest[-1]] <= 55 * KILOBYTE, sizes
    for url in heaviest:
        weight = weigh(browser, url, slow=False)
        assert weight.wire_bytes <= 60 * KILOBYTE, every_part(weight)
        assert weight.wire_bytes <= sizes[url] + KILOBYTE * weight.requests, "files that no page names?"


@pytest.mark.parametrize("path", ["/", "/hoc", "/dang-ky"])
def test_nothing_comes_from_another_host(browser, live_server, path):
    weight = weigh(browser, live_server.url + path, slow=False)
    strange = [part.url for part in weight.parts if not part.url.startswith(live_server.url)]
    assert not strange, strange


@pytest.mark.parametrize("path", ["/", "/hoc", "/dang-ky", "/dang-nhap"])
def test_no_file_of_a_page_is_missing(browser, live_server, path):
    weight = weigh(browser, live_server.url + path, slow=False)
    assert all(part.status < 400 for part in weight.parts), every_part(weight)
