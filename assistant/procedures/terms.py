"""How the typed values of a procedure are written for people: money, times, ways, copies."""

from __future__ import annotations

ONLINE, DIRECT, POSTAL = "online", "direct", "postal"
OTHER_WAY = "other"
"""A way of handing in that the record names otherwise; none of July 2026 does."""
WAYS = (ONLINE, DIRECT, POSTAL, OTHER_WAY)
WAY_NAMES = {
    ONLINE: "Nộp qua mạng",
    DIRECT: "Nộp trực tiếp",
    POSTAL: "Nộp qua bưu điện",
    OTHER_WAY: "Cách nộp khác",
}

WORKING_DAY, DAY, HOUR, MONTH, YEAR, OTHER = "working_day", "day", "hour", "month", "year", "other"
UNITS = (WORKING_DAY, DAY, HOUR, MONTH, YEAR, OTHER)
UNIT_NAMES = {WORKING_DAY: "ngày làm việc", DAY: "ngày", HOUR: "giờ", MONTH: "tháng", YEAR: "năm"}

CURRENCY_NAMES = {"VND": "đồng", "USD": "đô la Mỹ", "EUR": "ơ-rô", "CHF": "franc Thụy Sĩ"}


def number_words(number: float) -> str:
    """A number as Vietnamese writes it: 15000 → "15.000", 1.5 → "1,5"."""
    whole, _, rest = f"{number:,.2f}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


def money_words(amount: int, currency: str) -> str:
    """7000, "VND" → "7.000 đồng"; an unknown currency keeps its letters."""
    return f"{number_words(amount)} {CURRENCY_NAMES.get(currency, currency)}"


def duration_words(number: float, unit: str) -> str:
    """3, "working_day" → "3 ngày làm việc"."""
    return f"{number_words(number)} {UNIT_NAMES.get(unit, '')}".strip()


def copies_words(originals: int | None, copies: int | None) -> str:
    """How many of a paper: "1 bản chính, 2 bản sao"; empty where the record counts none."""
    counted = ((originals, "bản chính"), (copies, "bản sao"))
    return ", ".join(f"{number} {name}" for number, name in counted if number)
