"""No telephone or citizen number, no card, no name of a row reaches a log line, whoever wrote it."""

import io
import logging
import string
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms import cli
from lms.core import log
from lms.core.config import WebSettings

AROUND = st.text(string.ascii_letters + "áêđ .,:;=()-/\"'\n", max_size=12)
SEPARATORS = st.sampled_from(["", " ", ".", "-", " - ", "\u00a0", "–"])


@st.composite
def numbers(draw):
    """A telephone or citizen number as people write it: its digits, and the text."""
    digits = draw(
        st.one_of(
            st.from_regex(r"0[35789][0-9]{8}", fullmatch=True),
            st.from_regex(r"84[35789][0-9]{8}", fullmatch=True),
            st.from_regex(r"0[0-9]{11}", fullmatch=True),
            st.from_regex(r"[1-9][0-9]{8}", fullmatch=True),
        )
    )
    mark = draw(SEPARATORS)
    places = draw(st.sets(st.integers(2, 8), max_size=3)) if mark else set()
    written = "".join((mark if i in places else "") + digit for i, digit in enumerate(digits))
    return digits, draw(st.sampled_from(["", "+"])) + written


@given(before=AROUND, number=numbers(), after=AROUND)
def test_numbers_of_people_never_appear(before, number, after):
    digits, written = number
    left = "".join(letter for letter in log.mask(before + written + after) if letter.isdigit())
    assert left == "", f"{digits} left {left}"


TOKENS = st.text(string.ascii_letters + string.digits + "-_", min_size=6, max_size=43)


@given(
    place=st.sampled_from(["the", "bat-dau", "vao-lop", "hoi", "quay/hoi"]),
    token=TOKENS,
    before=st.sampled_from(["GET ", "https://hocso.xa.vn", "?tiep=", '"', "(", ""]),
    after=st.sampled_from(["", " 200", "?x=1", '"', "'", ")", "/de-hieu", "#y-kien"]),
)
def test_secrets_in_addresses_never_appear(place, token, before, after):
    masked = log.mask(f"{before}/{place}/{token}{after}")
    assert token not in masked
    assert f"/{place}/…" in masked
    # The same address, packed into another address.
    assert token not in log.mask(f"{before}%2F{place}%2f{token}{after}")


@pytest.mark.parametrize("mail", ["lan@vidu.vn", "y.moan+hoc@thon-3.vidu.vn"])
def test_mail_addresses_never_appear(mail):
    assert mail not in log.mask(f"gửi tới {mail}, xong")


@pytest.mark.parametrize(
    "line",
    [
        "Listening at: http://127.0.0.1:8000",
        "course left out: library/x/01-bai.md:12 thiếu tiêu đề",
        "database schema lms_version: 0001 -> 0002",
        "error at POST classes.add",
        "ngày 2026-11-22 có 30 người",
    ],
)
def test_what_an_operator_needs_stays(line):
    assert log.mask(line) == line


@pytest.fixture
def logged():
    """A logger of its own that writes as the program does; `read()` gives what was written."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(log.MaskingFormatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.Logger("hocso-test")
    logger.addHandler(handler)
    logger.read = out.getvalue
    return logger


def test_values_and_tracebacks_are_masked_too(logged):
    try:
        raise ValueError("0912 345 678 is taken")
    except ValueError:
        logged.exception("login %s at %s", "0912345678", "/the/abcdefgh-secret", stack_info=True)
    said = logged.read()
    assert "0912" not in said and "345" not in said and "secret" not in said
    assert "ValueError" in said and "Traceback" in said


@pytest.mark.parametrize(
    "detail",
    [
        "DETAIL:  Key (login)=(lanhnguyen) already exists.",
        "DETAIL:  Key (name, unit_id)=(Nguyễn Thị (Lành), 3) already exists.",
        "DETAIL:  Failing row contains (3f, 1, f, Nguyễn Thị Lành, lanhnguyen, null).",
    ],
)
def test_what_postgresql_says_of_a_row_holds_no_name(logged, detail):
    logged.error("duplicate key value violates unique constraint\n%s", detail)
    said = logged.read()
    assert "duplicate key" in said
    assert "lanhnguyen" not in said and "Lành" not in said


def test_an_application_that_another_server_starts_masks_too(tmp_path):
    code = (
        "import wsgi, logging\nwsgi.app\n"
        "logging.getLogger('lms').warning('gọi %s', '0912345678')\n"
        "wsgi.app.logger.warning('gọi %s', '0912345678')"
    )
    env = {"HOCSO_INSTANCE": str(tmp_path), "HOCSO_EMBEDDER": "none", "OMP_NUM_THREADS": "1"}
    cli.prepare(WebSettings.load(env))
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert "gọi" in done.stderr
    assert "0912" not in done.stderr + done.stdout


def test_a_number_beside_an_address_of_the_server_is_masked_all_the_same():
    assert log.mask("127.0.0.1:8000 hỏi 0987 650 009 từ 10.0.0.7:51234") == (
        "127.0.0.1:8000 hỏi … từ 10.0.0.7:51234"
    )
