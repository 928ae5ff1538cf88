"""Long lines of a request are refused before anybody reads them."""

import asyncio

import pytest

from lms.core import language
from lms.serving import gateway
from tests.lms.serving.fake_granian import ask


@pytest.mark.parametrize(
    "sent",
    [
        {"headers": [("cookie", "a;" * gateway.LONGEST_LINE)]},
        # A browser may send them in several lines.
        {"headers": [("cookie", "a=1;" * 2000)] * 4},
        {"headers": [("cookie", f'a="{chr(92)}001' * gateway.LONGEST_LINE)]},
        {"query": "a=%41&" * gateway.LONGEST_LINE},
    ],
)
@pytest.mark.parametrize("path", ["/", "/healthz"])
def test_long_lines_are_refused_before_anybody_reads_them(app, open_gateway, monkeypatch, sent, path):
    def read(*_):
        pytest.fail("the event loop read it, and everybody else waited")

    gate = open_gateway()
    gate.kept = gate.wsgi = read
    monkeypatch.setattr(language, "parse_cookie", read)
    said = asyncio.run(ask(gate, path=path, **sent))
    assert said.status == 431
    assert "cookie" in said.body.decode()


@pytest.mark.parametrize(
    ("name", "letters"),
    [("content-type", 400), ("host", 400), ("accept-language", 20_000), ("if-none-match", 20_000)],
)
def test_a_long_header_is_refused_before_anybody_reads_it(app, open_gateway, name, letters):
    """From a boundary of 390,000 letters two patterns were made: two CPU seconds and ten megabytes each."""
    gate, value = open_gateway(), "multipart/form-data; boundary=" + "a" * letters
    gate.kept = gate.wsgi = None
    for method in ("GET", "POST"):
        said = asyncio.run(ask(gate, method=method, headers=[("content-length", "3"), (name, value)]))
        assert said.status == 431


def test_an_address_without_end_is_not_sent_back(open_gateway):
    said = asyncio.run(ask(open_gateway(), path="/quan-tri/nguoi/" + "a" * 65_000))
    assert said.status == 431 and len(said.body) < 3_000
    asked = "/vao-lop/" + "ệ" * 200
    assert asyncio.run(ask(open_gateway(), path=asked)).status == 404, "what somebody may paste is"


def test_cookies_of_a_device_that_many_people_share_are_short_enough(open_gateway):
    from lms.accounts.tries import MARK_LENGTH, MARKS

    device = "hs_may=" + "x" * 16 + ("." + "f" * MARK_LENGTH) * MARKS
    others = "; hs_phien=" + "x" * 500 + "; hs_lang=en; hs_doc=plain; hs_nhom=nguoi-cao-tuoi"
    # Other programs at this address may have left as much again, four times.
    assert asyncio.run(ask(open_gateway(), headers=[("cookie", (device + others) * 5)])).status == 200
    # The longest question in an address: 500 letters of nine bytes each, and where to go on, quoted twice.
    asked = "cau=" + "%E1%BB%85" * 500 + "&tiep=" + "a" * 6000
    assert asyncio.run(ask(open_gateway(), query=asked)).status == 200
