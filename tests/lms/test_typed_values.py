"""Values that were errors of the server once, where they were."""

import pytest

from assistant.knowledge.verified import LONGEST_ANSWER
from i18n.dates import read_date
from lms.core.current import safe_next
from lms.desk.service import Draft, DraftRefused, checked, measured
from lms.units.service import UnitError, emblem_kind, phone_number


@pytest.mark.parametrize(
    "typed", ["2026-12-31", "31/12/2026", " 31-12-2026 ", "31.12.2026", "31 / 12 / 2026"]
)
def test_a_day_is_read_however_it_is_typed(typed):
    assert read_date(typed).isoformat() == "2026-12-31"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        None,
        "1/1/99999999999999999999",
        "9" * 5000,
        "31/02/2026",
        "٣/٣/2026",
        "0000-01-01",
        "a",
        "1/" * 9999,
    ],
)
def test_what_is_no_day_is_none(typed):
    assert read_date(typed) is None


@pytest.mark.parametrize(
    "path", ["/\r\n//evil.com", "/a\nb", "/\x00", "//evil.com", "/\\evil", "/" + "a" * 9000]
)
def test_nobody_is_sent_to_an_address_that_is_none_of_ours(path):
    assert safe_next(path, "/") == "/"
    assert safe_next("/hoc/bài?x=1", "/") == "/hoc/bài?x=1"


@pytest.mark.parametrize(
    "text", ["1" * 500_000, "." * 500_000, "A" * 500_000, "\n1" * 250_000, "a. " * 170_000]
)
def test_a_long_answer_is_refused_before_it_is_read(text, monkeypatch):
    """500 kB held a worker for a minute; what was typed stays in the form."""
    monkeypatch.setattr("lms.desk.drafts.mask", lambda text: pytest.fail("read before it was refused"))
    with pytest.raises(DraftRefused) as refused:
        checked(Draft(text, text, text, None), None, None)
    assert set(refused.value.errors) == {"text", "source_title", "source_url", "checked_on"}
    assert len(refused.value.draft.text) > LONGEST_ANSWER
    assert measured(text) is None


def test_a_number_with_an_extension_says_where_that_goes():
    with pytest.raises(UnitError, match="nhánh"):
        phone_number("1900 1010 (nhánh 2)")
    assert phone_number("(0262) 385 1234") == "(0262) 385 1234"


def test_a_picture_of_an_iphone_has_its_own_sentence():
    with pytest.raises(UnitError, match="HEIC"):
        emblem_kind(b"\x00\x00\x00\x18ftypheic" + b"0" * 20)


BODIES = ["[" * 60_000, '{"a":' * 12_000, '{"question": "\\ud800"}', '{"question": 1e999}', "NaN", "\xff"]
BODIES += ['{"question": "\\u0000"}', '{"question": ' + "9" * 5000 + "}", '{"question": [[[]]]}', ""]


@pytest.mark.parametrize("body", BODIES)
def test_no_body_is_an_error_of_the_interface_for_programs(site, body):
    came = site.visitor().client.post("/api/v1/ask", data=body.encode(), content_type="application/json")
    assert came.status_code == 400, body[:20]
    assert came.json["error"]["message"]
