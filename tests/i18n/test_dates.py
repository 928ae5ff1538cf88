"""Stored in UTC, read on Vietnam's clock."""

from datetime import UTC, date, datetime, timedelta

import pytest

from i18n.dates import ago, show_date, show_datetime, show_number

LATE = datetime(2026, 11, 21, 18, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "day", "moment"),
    [
        ("vi", "22/11/2026", "01:05, 22/11/2026"),
        ("vi-simple", "ngày 22 tháng 11 năm 2026", "1 giờ 05, ngày 22 tháng 11 năm 2026"),
        ("en", "22 Nov 2026", "22 Nov 2026, 01:05"),
        ("not-a-locale", "22/11/2026", "01:05, 22/11/2026"),
    ],
)
def test_an_evening_in_utc_is_the_next_morning_here(locale, day, moment):
    assert show_date(LATE, locale) == day
    assert show_datetime(LATE, locale) == moment
    assert show_datetime(LATE.replace(tzinfo=None), locale) == moment


def test_a_bare_date_is_not_moved():
    assert show_date(date(2026, 11, 21)) == "21/11/2026"


@pytest.mark.parametrize(
    ("number", "vi", "en"),
    [(7000, "7.000", "7,000"), (1.5, "1,5", "1.5"), (0, "0", "0"), (-1200, "-1.200", "-1,200")],
)
def test_numbers_have_their_separators(number, vi, en):
    assert show_number(number, "vi") == vi
    assert show_number(number, "en") == en


@pytest.mark.parametrize(
    ("past", "vi", "en"),
    [
        (timedelta(seconds=20), "vừa xong", "just now"),
        (timedelta(minutes=5), "5 phút trước", "5 minutes ago"),
        (timedelta(hours=3), "3 giờ trước", "3 hours ago"),
        (timedelta(days=2), "2 ngày trước", "2 days ago"),
        (timedelta(days=40), "13/10/2026", "13 Oct 2026"),
    ],
)
def test_how_long_ago(past, vi, en):
    assert ago(LATE - past, LATE, "vi") == vi
    assert ago(LATE - past, LATE, "en") == en
