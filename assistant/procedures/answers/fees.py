"""What it costs, straight from the fees of a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from assistant.procedures.answers.record_query import RecordQuery
from assistant.procedures.answers.wording import (
    DOUBTED_FEE,
    NO_FEE,
    REDUCED_WARNING,
    SOME_FREE,
    UNREAD_FEE,
    WHICH_FEE,
    ZERO_BESIDE_FEES,
    ZERO_FEE,
    day_words,
    ended,
    handing_in,
    record_says,
    said,
)
from assistant.procedures.reading.fees import last_day, moneys
from assistant.procedures.record import Channel, Fee, Procedure
from assistant.procedures.terms import OTHER_WAY, WAYS, money_words, number_words
from assistant.understanding.frames import case_words, fits, frame_of, frame_of_title
from i18n.vietnamese import fold
from i18n.vietnamese.phrase_patterns import listed
from i18n.vietnamese.splitting import sentences

LABEL_WORDS, UNIT_WORDS = 14, 6
PAST = "Mức này chỉ đến hết ngày {}, nay không còn."
_RESTATES = re.compile(
    r"^\W*(?:truong hop\s+)?(?:cong dan|nguoi dan|ca nhan|to chuc)?[\s,]*(?:nop ho so)?\s*"
    r"(?:truc tiep|truc tuyen|qua cong dich vu cong(?: truc tuyen)?|qua mang)?\s*"
    r"(?:thu|muc thu|le phi|phi|la)?\W*$"
)
_REDUCED = re.compile(r"bằng\s+\d+\s*%|giảm\s+\d+\s*%|áp dụng mức (?:phí|thu|lệ phí)", re.I)
_SHARE_UNTIL = re.compile(
    r"từ ngày (?P<first>\d{1,2}/\d{1,2}/\d{4}) đến hết ngày (?P<last>\d{1,2}/\d{1,2}/\d{4})"
    r"[^.;]{0,120}?bằng (?P<share>\d{1,2}) ?% mức",
    re.I,
)
_CLAUSE = re.compile(r"\.\s|;|\s-\s")
SET_APART = frozenset(("lost", "damaged", "expired", "exchange", "reissue"))
"""Cases for which a record of several may have a fee of its own."""
_SOMEBODY = listed("records", "fee_of_somebody")


def fee_lines(query: RecordQuery) -> list[str]:
    """What it costs by each way of handing in: amounts first, free cases last."""
    channels, register = query.channels, query.register
    of_case = list(_of_the_case(query))
    if of_case:
        return [query.missing, *of_case]
    lines = [query.missing]
    priced = any(fee.amount for channel in channels for fee in channel.fees)
    said_before: set[str] = set()
    past: list[str] = []
    for ways, fees in _grouped(channels):
        prefix = handing_in(ways)
        for fee in (one for one in fees if not _is_exemption(one)):
            if over := _is_over(fee, query.today):
                past.append(_past_line(prefix, fee, over, register))
                continue
            lines.extend(_reduced_now(prefix, fee, query.today))
            lines.append(_fee_line(prefix, fee, priced, said_before, register))
    for fee in (one for channel in channels for one in channel.fees if _is_exemption(one)):
        lines.extend(f"{SOME_FREE} {shown}" for shown in _once(fee.condition, said_before, register))
    lines.extend(past)
    lines.extend(_noted(channels, register))
    if any(_not_told_apart(channel.fees) for channel in channels):
        lines.append(WHICH_FEE)
    if any(fee.doubt for channel in channels for fee in channel.fees):
        lines.append(DOUBTED_FEE)
    return lines if any(lines[1:]) else [query.missing, NO_FEE]


def _of_the_case(query: RecordQuery) -> Iterator[str]:
    """What the record sets apart for the case that was asked of: a lost paper costs more than a first one."""
    asked = frame_of(query.case).actions & SET_APART
    if not asked or fits(asked, frame_of_title(query.procedure.title).actions, "actions"):
        return
    shown: dict[tuple[str, date | None], list[str]] = {}
    for channel in query.channels:
        for fee in channel.fees:
            for clause in _clauses(fee.condition or fee.text):
                if any(moneys(clause)) and fits(asked, frame_of(clause).actions, "actions"):
                    ways = shown.setdefault((clause, _is_over(fee, query.today)), [])
                    ways.extend({channel.way} - set(ways))
    cases = ", ".join(case_words(asked))
    for (clause, over), ways in sorted(shown.items(), key=lambda one: one[0][1] is not None):
        past = f" {PAST.format(day_words(over))}" if over else ""
        yield f"{handing_in(ways)}, trường hợp {cases}: {record_says(clause, query.register)}{past}"


def _clauses(condition: str) -> Iterator[str]:
    """The parts of a condition, each with its own amount."""
    for sentence in sentences(condition):
        yield from (part.strip() for part in re.split(r";|,\s+(?=trường hợp)", sentence) if part.strip())


def ways_apart(procedure: Procedure) -> list[str]:
    """One way for each group of ways that cost differently."""
    firsts = (ways[0] for ways, _fees in _grouped(procedure.channels))
    return [way for way in dict.fromkeys(firsts) if way != OTHER_WAY]


def fee_warnings(query: RecordQuery) -> Iterator[str]:
    """Amounts that the record itself limits to a day that is over."""
    fees = [fee for channel in query.channels for fee in channel.fees]
    days = (last_day(fee.condition or fee.text) for fee in fees)
    for day in sorted({day for day in days if day and day < query.today}):
        yield f"Hồ sơ có mức tiền chỉ đến hết ngày {day_words(day)}. Ngày đó đã qua. Bạn hỏi lại."
    if any(_REDUCED.search(fee.condition or fee.text) for fee in fees):
        yield REDUCED_WARNING


def _not_told_apart(fees: Iterable[Fee]) -> bool:
    """Whether two amounts have the same condition, or none."""
    trusted = [fold(fee.condition).strip(" .;") for fee in fees if fee.amount and not fee.doubt]
    return len(set(trusted)) < len(trusted)


def _grouped(channels: Iterable[Channel]) -> Iterator[tuple[list[str], tuple[Fee, ...]]]:
    """Ways that cost the same, together."""
    groups: dict[tuple[Fee, ...], list[str]] = {}
    for channel in channels:
        if not channel.fees:
            continue
        fees = tuple(sorted(channel.fees, key=_rank))
        same = next((known for known in groups if _as_shown(known) == _as_shown(fees)), fees)
        groups.setdefault(same, []).append(channel.way)
    return ((ways, fees) for fees, ways in sorted(groups.items(), key=lambda group: _first(group[1])))


def _first(ways: list[str]) -> int:
    return min(WAYS.index(way) for way in ways)


def _as_shown(fees: tuple[Fee, ...]) -> list[tuple[int | None, str, str]]:
    """What a person sees of fees: 5.000 with a stop behind its condition is the same as without."""
    return [(fee.amount, fold(fee.condition or fee.text).strip(" .;"), fee.doubt) for fee in fees]


def _rank(fee: Fee) -> int:
    """Amounts for one person, then for a list of people, then what is unread, then zero."""
    if fee.amount and not fee.doubt:
        return int("danh sach" in fold(fee.condition))
    return 3 if fee.amount == 0 else 2


def _is_exemption(fee: Fee) -> bool:
    """Free for some only."""
    return fee.amount == 0 and bool(_SOMEBODY.match(fold(fee.condition)))


def _once(condition: str, said_before: set[str], register: str) -> Iterator[str]:
    """What the record says of a condition, unless that was said already."""
    key = fold(condition).strip(" .;")
    if key not in said_before:
        said_before.add(key)
        yield record_says(condition, register)


def _reduced_now(prefix: str, fee: Fee, today: date) -> Iterator[str]:
    """What is to be paid today, where the record itself takes only a share of the amount until a day.

    A share that holds for handing in online alone is left to the record's own words.
    """
    if not fee.amount or fee.doubt:
        return
    for clause in _CLAUSE.split(fee.condition):
        found = _SHARE_UNTIL.search(clause)
        if found is None or "truc tuy" in fold(clause):
            continue
        first, last = day_of(found["first"]), day_of(found["last"])
        if first and last and first <= today <= last:
            whole = money_words(fee.amount, fee.currency)
            yield f"{prefix}: đến hết ngày {day_words(last)} chỉ thu {found['share']}% của {whole}."
            return


def day_of(written: str) -> date | None:
    """The day that "31/12/2026" names; None if there is no such day."""
    day, month, year = map(int, written.split("/"))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_over(fee: Fee, today: date) -> date | None:
    """The day until which the record itself took this amount, if that day is past.

    A day until which only a share of it was taken ends the share, not the amount.
    """
    if not fee.amount or fee.doubt:
        return None
    clauses = _CLAUSE.split(fee.condition or fee.text)
    last = last_day(". ".join(one for one in clauses if not _REDUCED.search(one)))
    return last if last is not None and last < today else None


def _past_line(prefix: str, fee: Fee, last: date, register: str) -> str:
    """An amount that nobody pays any more: never first, and told as past, with the record's words."""
    amount = money_words(fee.amount or 0, fee.currency)
    told = record_says(fee.condition or fee.text, register)
    return f"{prefix}: {amount}. {PAST.format(day_words(last))} {told}"


def _fee_line(prefix: str, fee: Fee, priced: bool, said_before: set[str], register: str) -> str:
    if fee.doubt:
        # What could not be read is no number: "10 VNĐ (/bản)" may be ten dollars, or ten thousand đồng.
        told = _once(fee.condition, said_before, register) if any(moneys(fee.condition)) else (UNREAD_FEE,)
        return f"{prefix}: {' '.join(told) or UNREAD_FEE}"
    if fee.amount is None:
        return f"{prefix}: hồ sơ ghi {said(fee.text, register)}"
    if fee.amount == 0 and not fee.condition:
        return f"{prefix}: hồ sơ ghi 0 đồng. {ZERO_BESIDE_FEES if priced else ZERO_FEE}"
    label, unit, is_all = _conditioned(fee.condition, fee.amount)
    head = f"{prefix}, {label}" if label else prefix
    line = ended(f"{head}: {money_words(fee.amount, fee.currency)}{unit}")
    return line if is_all else " ".join((line, *_once(fee.condition, said_before, register)))


def _conditioned(condition: str, amount: int) -> tuple[str, str, bool]:
    """From a condition: what the amount is for, "một lần", and whether that says all of it."""
    if not condition:
        return "", "", True
    if condition.startswith("/"):
        unit, rest = _unit(condition)
        return "", unit, not rest
    figure = rf"\b(?:{re.escape(number_words(amount))}|{amount})"
    found = re.search(rf"{figure}\s*(?:đồng|đ|vnđ|vnd)?\s*(?=/|[.;]?\s*$)", condition, re.I)
    if not found:
        return "", "", False
    unit, rest = _unit(condition[found.end() :])
    label = _label(condition[: found.start()])
    if rest or label is None:
        return "", unit, False
    return label, unit, True


def _unit(text: str) -> tuple[str, str]:
    """ "/người/lần đăng ký." → " một người một lần đăng ký" and what is left."""
    found = re.match(r"\s*/\s*([^.;,()]*)", text)
    if not found:
        return "", text.strip(" .;")
    parts = [re.sub(r"^(?:0?1|một)\s+", "", part.strip()) for part in found[1].split("/")]
    # "/lô hàng + số mặt hàng x100.000" is a formula, not a unit.
    if not all(parts) or len(found[1].split()) > UNIT_WORDS or re.search(r"[\d+]", "".join(parts)):
        return "", text.strip(" .;")
    return "".join(f" một {part}" for part in parts), text[found.end() :].strip(" .;")


def _label(lead: str) -> str | None:
    """What stands before the amount, if it is short; empty if it only says the way again; None if long."""
    parts = [part.strip(" -+*;,.") for part in lead.split(":")]
    shown = [part for part in parts if part and not _RESTATES.match(fold(part))]
    label = re.sub(r"(?<!\s)\s*+\b(?:mức thu|thu|là)$", "", ", ".join(shown))
    if len(label.split()) > LABEL_WORDS:
        return None
    return label[:1].lower() + label[1:]


def _noted(channels: Iterable[Channel], register: str) -> Iterator[str]:
    """Amounts that only the note tells."""
    for channel in channels:
        known = {fee.amount for fee in channel.fees if not fee.doubt}
        shown = [one for one in sentences(channel.note) if _names_more(one, known)]
        if shown:
            yield record_says(" ".join(shown), register)


def _names_more(sentence: str, known: set[int | None]) -> bool:
    return any(money.amount not in known for money in moneys(sentence))
