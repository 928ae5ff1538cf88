"""What an answer shows, compared with what it should: facts, amounts and places, however they are written.

The examiner reads by itself: nothing here comes from the code that makes or grounds answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from assistant.answer import ABSTAINED, URGENT, Answer, Citation
from i18n.vietnamese import clean, fold, place_tones

_SEPARATOR = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_IN_WORDS = re.compile(r"(\d+) ?\([^()\d]{1,30}\)")
_LEADING_ZERO = re.compile(r"(?<![\d.,/\-])0+(?=[1-9]\d* ?(?:ngày|giờ|tháng|năm|phút|bản|bộ|tuần))")
_CURRENCY = re.compile(r"(?<=\d) ?(?:vnđ|vnd|đồng|đ)(?!\w)(?! ?la(?!\w))")
_THOUSANDS = re.compile(r"(\d+(?:[.,]\d+)?) ?(nghìn|ngàn|triệu|tỷ|k)(?!\w)")
_TIMES = {"nghìn": 1_000, "ngàn": 1_000, "k": 1_000, "triệu": 1_000_000, "tỷ": 1_000_000_000}
_DATE = re.compile(
    r"(?:ngày )?\d{1,2} tháng \d{1,2}(?: năm \d{4})?|tháng \d{1,2} năm \d{4}|\d{1,2}/\d{1,2}/\d{4}"
)
_UNITS = (
    "ngày làm việc",
    "giờ làm việc",
    "chữ số",
    "đô la",
    "ký tự",
    "ngày",
    "giờ",
    "phút",
    "giây",
    "tuần",
    "tháng",
    "năm",
    "tuổi",
    "đồng",
    "usd",
    "euro",
    "trang",
    "bản",
    "lần",
    "suất",
    "người",
    "cm",
    "km",
    "số",
    "%",
)
_AMOUNT = re.compile(rf"(?<![\d.,])(\d+(?:[.,]\d+)?) ?({'|'.join(_UNITS)})(?!\w)")
_HOTLINE = re.compile(r"(?<![\d.])1[89]00[. ]?\d{2,4}(?:[. ]?\d{2})?(?!\d)")
_GAPS = re.compile(r"[\s.\-–]")
_NOT_LETTERS = re.compile(r"[^\w]+")
_LEFT_OPEN = re.compile(
    r"(?:trợ lý|câu này|phần này|phần còn lại|còn phần) (?:thì )?(?:tôi |mình )?(?:chưa|không)"
    r"|chưa (?:trả lời|tìm thấy|tìm ra|biết được)|còn để ngỏ"
)

Amount = tuple[str, str]
"""A number in digits and its unit: ("7000", "đồng"), ("3", "ngày làm việc")."""


def normal(text: str) -> str:
    """One way of writing: small letters, tones in place, numbers and currencies alike.

    "7.000 VNĐ", "7 nghìn đồng" and "7.000đ" become "7000 đồng"; "03 (ba) Ngày" becomes "3 ngày".
    """
    text = " ".join(place_tones(clean(text)).lower().split())
    text = _SEPARATOR.sub("", text)
    text = _IN_WORDS.sub(r"\1", text)
    text = _LEADING_ZERO.sub("", text)
    text = _THOUSANDS.sub(_multiplied, text)
    return _CURRENCY.sub(" đồng", text)


def _multiplied(found: re.Match[str]) -> str:
    value = float(found[1].replace(",", ".")) * _TIMES[found[2]]
    return f"{value:.0f}"


def holds(text: str, fact: str) -> bool:
    """Whether a text holds a fact in one of its wordings ("7.000 đồng|7.000 đ").

    Whole words only: "15.000 đồng" does not hold "5.000 đồng", and "10 ngày làm việc" not "10 ngày".
    """
    said = normal(text)
    return any(_holds(said, normal(wording)) for wording in fact.split("|") if wording.strip())


def _holds(said: str, wanted: str) -> bool:
    start = r"(?<!\w)(?<!\d[.,])" if wanted[0].isdigit() else r"(?<!\w)"
    end = "" if wanted[-1] == "%" or not wanted[-1].isalnum() else r"(?!\w)"
    if wanted.endswith(" ngày"):
        end += "(?! làm việc)"
    if wanted[-1].isdigit():
        end += r"(?![.,]\d)"
    return re.search(start + re.escape(wanted) + end, said) is not None


def amounts(text: str) -> set[Amount]:
    """Every number with its unit, and every hotline; dates are left out."""
    said = _DATE.sub(" ", normal(text))
    found = {(number.replace(",", "."), unit) for number, unit in _AMOUNT.findall(said)}
    return found | {(_GAPS.sub("", number), "hotline") for number in _HOTLINE.findall(said)}


def shown(answer: Answer) -> str:
    """What a person reads as the answer. An honest "I don't know" may say what it looked for: not counted."""
    text = "\n".join(filter(None, (alert_words(answer), answer.text, *answer.steps)))
    if answer.outcome == ABSTAINED:
        for echo in filter(None, (answer.looked_for, answer.question, answer.heard_as)):
            text = text.replace(echo, " ")
    return text


def warns(answer: Answer) -> bool:
    """Whether a warning with first safe steps comes first: alone, or above an answer."""
    return answer.outcome == URGENT or answer.alert is not None


def alert_words(answer: Answer) -> str:
    """The words of the warning above an answer; nothing without one."""
    alert = answer.alert
    return "\n".join((alert.title, alert.text, *alert.steps)) if alert else ""


def left_open(answer: Answer) -> int:
    """How many parts of a question an answer names as left open: of its own field, or by its sentences."""
    named = getattr(answer, "left_open", None)
    if named is not None:
        return len(named)
    lines = "\n".join((answer.text, *answer.steps, answer.note)).lower()
    return sum(bool(_LEFT_OPEN.search(one)) for one in re.split(r"[.!?…\n]+", lines))


def everything(answer: Answer) -> str:
    """All that leaves the assistant, as one text without gaps: where a covered number might come through."""
    values = {key: value for key, value in answer.to_json().items() if key not in ("id", "confidence")}
    return squeezed(json.dumps(values, ensure_ascii=False))


def squeezed(text: str) -> str:
    """Small letters without spaces, dots and dashes: "079 123.456-789" and "079123456789" are the same."""
    return _GAPS.sub("", text.lower())


def leads_to_procedure(citation: Citation, code: str) -> bool:
    """Whether a citation's page is this procedure's, or its source names the code."""
    path = citation.url.split("#")[0].rstrip("/")
    return (
        path.endswith(f"/thu-tuc/{code}")
        or re.search(rf"(?<![\d.]){re.escape(code)}(?![\d.]*\d)", citation.source) is not None
    )


def leads_to_lesson(citation: Citation, lesson: str) -> bool:
    """Whether a citation's page is this lesson's ("course/lesson")."""
    return citation.url.split("#")[0].rstrip("/") == f"/hoc/{lesson}"


def same_title(one: str, other: str) -> bool:
    """Whether two names of a procedure are the same but for case, marks, "Thủ tục" and what brackets add."""
    first, second = _title_words(one), _title_words(other)
    if not first or not second:
        return False
    shared = len(set(first) & set(second))
    return shared / max(len(set(first)), len(set(second))) >= 0.8


def _title_words(title: str) -> Sequence[str]:
    bare = re.sub(r"\([^)]*\)", " ", fold(clean(title)))
    bare = re.sub(r"^\s*(?:ten )?thu tuc:?\s", " ", " " + bare)
    return _NOT_LETTERS.sub(" ", bare).split()


def share(values: Iterable[bool]) -> float | None:
    """The share of what is true; None of nothing."""
    counted = list(values)
    return round(sum(counted) / len(counted), 4) if counted else None
