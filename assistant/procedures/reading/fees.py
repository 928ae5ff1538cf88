"""Reading the fees of a procedure record: amounts, conditions, and where the two contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from assistant.procedures.record import Fee
from i18n.vietnamese import clean, fold
from i18n.vietnamese.phrase_patterns import listed
from i18n.vietnamese.spelt_numbers import SCALES, SPOKEN_SCALES

SMALLEST = 1000
"""No public fee is below this in đồng; a smaller number was meant in thousands or in dollars."""

_SEGMENT = re.compile(
    r"(?P<number>\d(?:\s*+[\d.,])*+)\s*+(?:VNĐ|VND|đồng)\s*+(?:\((?P<condition>.*)\))?", re.S | re.I
)
_MONEY = re.compile(
    r"(?<!\d)(?<!\d[.,])(?P<number>\d++(?:[.,]\d++)*+)"
    r"(?:\s*+(?:\([^()]*+\)\s*+)?(?P<scale>" + "|".join(SPOKEN_SCALES) + r")?\s*+"
    r"(?P<currency>đồng|đông|vnđ|vnd|đ(?!\w)|usd|đô la|eur|euro|chf|franc|cny|nhân dân tệ)"
    r"|(?<=\.000)\s*+(?=/))",
    re.I,
)
_SCALES = {word: SCALES[word] for word in SPOKEN_SCALES}
_CURRENCIES = {"usd": "USD", "đô la": "USD", "eur": "EUR", "euro": "EUR", "chf": "CHF", "franc": "CHF"}
_CURRENCIES |= {"cny": "CNY", "nhân dân tệ": "CNY"}
_LEFTOVERS = re.compile(
    r"^(?:(?:phí|lệ phí)\s*:\s*(?=(?:đồng|đông)\b))?(?:miễn phí đồng\b|(?:vnđ|vnd|đồng|đông)\b(?!\s*/))?"
    r"[\s\-+*•:;,.]*",
    re.I,
)
_NOTHING = re.compile(r"\W*(?:0|không|không có|không quy định|không có thông tin|miễn phí|free)?\W*", re.I)
_FREE = re.compile(rf"{listed('records', 'free').pattern}|mien$")
_SET_ELSEWHERE = re.compile(rf"bang \d|\d\s*%|{listed('records', 'fee_set_elsewhere').pattern}")
_LIMIT = re.compile(r"đến\s+(?:hết\s+)?(?:ngày\s+)?(\d{1,2})/(\d{1,2})/(\d{4})", re.I)

NOTHING_SAID = ("không có thông tin", "")


class Money(NamedTuple):
    """An amount that stands in a text."""

    amount: int
    currency: str


def read_fees(text: str, note: str = "") -> tuple[Fee, ...]:
    """The fees of one channel; `note` is what the record says of the channel besides.

    Several are parted by " | ". "Không có thông tin" gives none: that is not the same as free.
    """
    if fold(clean(text)) == fold(NOTHING_SAID[0]):
        return ()
    segments = [clean(part) for part in re.split(r"\s\|(?:\s|$)|^\|\s", text)]
    fees = [read_fee(part, note) for part in segments if len(part) > 1]
    stated = [fee for fee in fees if fee.amount != 0 or fee.condition]
    # An empty zero beside real fees is a line nobody filled in.
    return tuple(dict.fromkeys(stated or fees[:1]))


def read_fee(text: str, note: str = "") -> Fee:
    """One fee: "7000 VNĐ (nộp qua mạng)"."""
    match = _SEGMENT.fullmatch(text)
    amount = whole_number(match["number"]) if match else None
    if match is None or amount is None:
        return Fee(None, "VND", "", text)
    condition = tidy(match["condition"] or "")
    if amount == 0:
        return _zero(text, condition)
    doubt = _doubt(amount, condition, note)
    return Fee(amount, "VND", condition, text, doubt)


def _zero(text: str, condition: str) -> Fee:
    """ "0 VNĐ" is free only if nothing beside it speaks of money."""
    if _NOTHING.fullmatch(condition):
        return Fee(0, "VND", "", text)
    folded = fold(condition)
    free = _FREE.search(folded)
    if free and not any(money.amount for money in moneys(condition)):
        before = folded[: free.start()]
        if not _SET_ELSEWHERE.search(before):
            return Fee(0, "VND", condition, text)
    if _SET_ELSEWHERE.search(folded) or any(character.isdigit() for character in condition):
        return Fee(None, "VND", "", condition)
    return Fee(None, "VND", "", text)


def _doubt(amount: int, condition: str, note: str) -> str:
    """Why an amount is not to be trusted; empty if nothing speaks against it."""
    named = list(moneys(condition)) or (list(moneys(note)) if amount < SMALLEST else [])
    foreign = next((one for one in named if one.currency != "VND" and one.amount == amount), None)
    if foreign:
        return f"ghi là đồng, nhưng lời bên cạnh ghi {foreign.currency}"
    if any(one.currency == "VND" and one.amount == amount * 1000 for one in named):
        return "thiếu ba số không so với lời bên cạnh"
    if amount < SMALLEST:
        return "số tiền nhỏ khác thường"
    if list(moneys(condition)) and all(one.amount != amount for one in moneys(condition)):
        return "khác với số tiền trong lời bên cạnh"
    return ""


def moneys(text: str) -> Iterator[Money]:
    """Every amount with its currency in a text: "10 triệu đồng" is 10.000.000 VND."""
    for match in _MONEY.finditer(text):
        number = _scaled(match["number"], _SCALES.get((match["scale"] or "").lower(), 1))
        if number is not None:
            yield Money(number, _CURRENCIES.get((match["currency"] or "").lower(), "VND"))


def _scaled(number: str, scale: int) -> int | None:
    if scale > 1 and re.fullmatch(r"\d+[.,]\d{1,2}", number):
        return round(float(number.replace(",", ".")) * scale)
    whole = whole_number(number)
    return whole * scale if whole is not None else None


def whole_number(text: str) -> int | None:
    """ "7000", "7.000", "7 000" and "7,000" → 7000; None for anything else, such as "7.5"."""
    digits = re.sub(r"\s+", "", text).rstrip(".,")
    if re.fullmatch(r"[0-9]{1,15}|[0-9]{1,3}(?:[.,][0-9]{3}){1,4}", digits):
        return int(re.sub(r"[.,]", "", digits))
    return None


def tidy(condition: str) -> str:
    """A condition without the form's leftovers: "Miễn phí Đồng - Trường hợp …" → "Trường hợp …"."""
    text = clean(condition)
    while text.startswith("(") and text.endswith(")") and _closes_at_end(text):
        text = text[1:-1].strip()
    cut = _LEFTOVERS.sub("", text, count=1)
    return re.sub(r"(?<=\S)\s+đồng$", "", cut, flags=re.I) if _MONEY.search(cut[:-5]) else cut


def _closes_at_end(text: str) -> bool:
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def last_day(text: str) -> date | None:
    """The last day that a text names with "đến hết ngày …"; None if it names none."""
    days = []
    for day, month, year in _LIMIT.findall(text):
        try:
            days.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return max(days, default=None)
