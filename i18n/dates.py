"""Dates, times and numbers as people here read them. UTC comes in, Vietnam's clock goes out."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal

from i18n.locales import DEFAULT, LOCALES
from i18n.vietnamese.splitting import sentences


def _vietnam() -> tzinfo:
    try:
        return ZoneInfo("Asia/Ho_Chi_Minh")
    except ZoneInfoNotFoundError:
        # A machine without time zone data: the offset has not changed since 1975.
        return timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


VIETNAM = _vietnam()


def utc_now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


_DATE = {"vi": "dd/MM/y", "vi-simple": "'ngày' d 'tháng' M 'năm' y", "en": "d MMM y"}
_DATETIME = {
    "vi": "HH:mm, dd/MM/y",
    "vi-simple": "H 'giờ' mm, 'ngày' d 'tháng' M 'năm' y",
    "en": "d MMM y, HH:mm",
}
_TYPED = re.compile(
    r"([12][0-9]{3})-([0-9]{1,2})-([0-9]{1,2})|([0-9]{1,2})\s?[/.-]\s?([0-9]{1,2})\s?[/.-]\s?([12][0-9]{3})"
)
_END = re.compile(
    r"(?:đến|tới) hết ngày ([0-9]{1,2}[/.-][0-9]{1,2}[/.-][12][0-9]{3})(?![0-9])", re.IGNORECASE
)
_JUST_NOW = {"vi": "vừa xong", "vi-simple": "vừa xong", "en": "just now"}
_MINUTE = timedelta(minutes=1)
_LONG_AGO = timedelta(days=30)


def local(moment: datetime) -> datetime:
    """`moment` on Vietnam's clock; a moment without time zone is read as UTC, as the database keeps it."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return aware.astimezone(VIETNAM)


def today() -> date:
    """The day that it is in Vietnam."""
    return datetime.now(VIETNAM).date()


def read_date(typed: object) -> date | None:
    """The day that somebody typed or chose, or None: 2026-12-31, 31/12/2026, 31-12-2026, 31.12.2026."""
    match = _TYPED.fullmatch(typed.strip()) if isinstance(typed, str) else None
    if match is None:
        return None
    year, month, day = match[1] or match[6], match[2] or match[5], match[3] or match[4]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def day_of_end(text: str) -> date | None:
    """The last day that a text says something lasts to (“đến hết ngày 31/12/2026”), or None."""
    days = [day for day in map(read_date, _END.findall(text)) if day is not None]
    return max(days, default=None)


def day_past(text: str, now: date) -> date | None:
    """The last day that a sentence of a text names as its end, if that day is over on `now`; else None."""
    ends = [day for day in map(day_of_end, sentences(text)) if day is not None and day < now]
    return max(ends, default=None)


def show_date(moment: date | datetime, locale: str = DEFAULT) -> str:
    """The day: "22/11/2026", plain "ngày 22 tháng 11 năm 2026". A bare date is shown as it is."""
    day = local(moment).date() if isinstance(moment, datetime) else moment
    return format_date(day, _DATE[_known(locale)], locale=_babel(locale))


def show_datetime(moment: datetime, locale: str = DEFAULT) -> str:
    """Time and day: "08:05, 22/11/2026"."""
    return format_datetime(local(moment), _DATETIME[_known(locale)], locale=_babel(locale))


def show_number(number: int | float | Decimal, locale: str = DEFAULT) -> str:
    """A number with its separators: 7000 is "7.000" in Vietnamese, "7,000" in English."""
    return format_decimal(number, locale=_babel(locale))


def ago(moment: datetime, now: datetime, locale: str = DEFAULT) -> str:
    """How long before `now`: "vừa xong", "5 phút trước"; the date if it is more than 30 days away."""
    distance = local(moment) - local(now)
    if abs(distance) < _MINUTE:
        return _JUST_NOW[_known(locale)]
    if abs(distance) > _LONG_AGO:
        return show_date(moment, locale)
    return format_timedelta(distance, add_direction=True, threshold=1, locale=_babel(locale))


def _known(locale: str) -> str:
    return locale if locale in LOCALES else DEFAULT


def _babel(locale: str) -> str:
    return LOCALES[_known(locale)].babel
