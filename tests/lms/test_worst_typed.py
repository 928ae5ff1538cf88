"""No user name, telephone number, day or question costs much, whatever is typed: the worst text of each."""

from __future__ import annotations

import pytest

from i18n.dates import read_date
from lms.accounts import credentials, names
from lms.asking import service as asking
from lms.classes import roster
from lms.core.pages.errors import Refusal
from tests.worst import PIECES, at_best, too_costly

TYPED = (
    *PIECES,
    "a\n", "a;b\n", "a\tb\tx\n", '"', '""', '"a', '"a\n', '"a"b\n', "'", "=", "=a", ";", "\t",
    "\r", "\r\n", "=A1(\n", "1. a\n", "1 ", "1.", "1/1/", "a@", "a@a.", "ubnd ", "danh sách\n",
    "stt\n", "họ và tên\t", "09 ", "+84", "Nguyễn Văn A;0912345678;x;B;mẹ\n", "H'", "(a) ", "((",
    "[",
)  # fmt: skip


def login(text: str) -> object:
    try:
        return names.login_form(text)
    except Refusal as refusal:
        return refusal


def cells(text: str) -> object:
    try:
        return roster.write_text(roster.read_text(text))
    except Refusal as refusal:
        return refusal


def test_the_lists_of_a_class():
    """A line of twenty thousand quotes held a worker for ten seconds, four times as long for twice that."""
    quotes = ('"', '""', ',"', ',"""', ',""x', ';  "', '"a",', ' "', '\t"a"b', '",\n')
    assert not too_costly(lambda text: cells(text + "x"), 60_000, 1.5, (*quotes, *TYPED))


def test_user_names_telephone_numbers_and_days():
    assert not too_costly(login, 16_000, 0.3, TYPED)
    assert not too_costly(read_date, 16_000, 0.3, TYPED)


@pytest.mark.parametrize("piece", ["a\u0301\u0323", "\u200b", "“", "\ufdfa", " ", "x"])
def test_a_question_of_two_megabytes_is_refused_before_it_is_read(piece):
    text = (piece * 2_000_000)[:2_000_000]

    def check() -> None:
        with pytest.raises(asking.AskingError):
            asking.checked_question(text)

    assert at_best(check, 0.3) <= 0.3


def test_a_question_with_its_marks_apart_and_signs_nobody_sees_is_taken():
    typed = ("e\u0302\u0301" * 249).join("\u200b\n") + " " * 3000
    assert len(asking.checked_question(typed)) == 249


@pytest.mark.parametrize("pair", ["\u0301\u0323", "\U0001d16d\U0001d165", "\u302e\u0316"])
def test_a_heap_of_marks_in_a_secret_or_a_name_costs_little(pair):
    """Python puts the marks of one letter in order by moving each past all before it."""
    heap = "a" + pair[0] * 12_000 + pair[1] * 12_000
    assert at_best(lambda: credentials.same_secret(heap, heap + "a"), 0.3) <= 0.3
    assert at_best(lambda: login(heap), 0.3) <= 0.3
