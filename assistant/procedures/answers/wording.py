"""Putting the fields of a record into sentences: the record's own words, lists of ways, dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from assistant.answer import REGISTERS
from assistant.procedures.record import Procedure
from assistant.procedures.terms import DIRECT, ONLINE, OTHER_WAY, POSTAL, WAYS
from i18n import plain
from i18n.vietnamese import fold

PLAIN = REGISTERS[1]
TITLE_WORDS = 16
JOINT = " – "
"""Between a record's title and its case: screens show what follows it, search reads what stands before."""

LONGEST_QUOTE = 120
"""Words of the record that are shown at once; the page of the record has the rest."""

_STOPS = (".", "?", "!", "…")

WAYS_TOLD = {ONLINE: "qua mạng", DIRECT: "trực tiếp", POSTAL: "qua bưu điện", OTHER_WAY: "cách khác"}

NO_FEE = "Hồ sơ không ghi lệ phí. Bạn hỏi lại nơi nhận hồ sơ."
ZERO_FEE = "Bạn hỏi lại khi nộp cho chắc."
ZERO_BESIDE_FEES = "Có cách nộp khác phải trả tiền. Bạn hỏi lại nơi nhận hồ sơ."
WHICH_FEE = "Hồ sơ không ghi rõ mức nào cho ai. Bạn hỏi lại nơi nhận hồ sơ."
DOUBTED_FEE = "Số tiền ghi không khớp. Bạn hỏi lại nơi nhận hồ sơ."
UNREAD_FEE = "Hồ sơ có một mức tiền ghi không rõ. Bạn mở thủ tục để đọc."
SOME_FREE = "Có người không phải trả tiền."
SILENT_ON_CONDITION = "Hồ sơ không ghi rõ điều bạn hỏi. Bạn hỏi lại nơi nhận hồ sơ."
NO_TIME = "Hồ sơ không ghi thời hạn ở phần cách nộp."
ASK_TIME = "Bạn hỏi lại nơi nhận hồ sơ."
NO_DEADLINE = "Hồ sơ không ghi hạn mà người dân phải nộp hay phải báo."
NO_PLACE = "Hồ sơ không ghi rõ nơi nộp."
SAYS_NOTHING = frozenset((NO_FEE, NO_DEADLINE, NO_TIME, ASK_TIME, SILENT_ON_CONDITION, NO_PLACE))
"""Lines that tell of a record only that it is silent."""

SOURCED = "Theo thủ tục "
DISTRICTS_WARNING = (
    "Bản ghi này còn nhắc cấp huyện. Cấp huyện không còn từ 1/7/2025. Bạn hỏi lại công an hoặc ủy ban xã."
)
OLD_WARNING = "Bản ghi này đọc đã lâu. Mức tiền, thời hạn có thể đã đổi. Bạn hỏi lại nơi nhận hồ sơ."
UNDATED_WARNING = "Bản ghi này không có ngày đọc. Bạn hỏi lại nơi nhận hồ sơ."
DISPUTED_WARNING = "Nguồn khác ghi khác về điều này. Bạn hỏi lại nơi nhận hồ sơ."
REDUCED_WARNING = "Hồ sơ có ghi mức giảm. Bạn đọc kỹ lời hồ sơ ghi."
MORE_NOTES = "Hồ sơ còn lời ghi chú. Bạn mở thủ tục để đọc."
SAME_CASE = "Cũng trường hợp này"
TYPE_CASE = "Bạn cũng có thể gõ tên trường hợp của mình."
FROM_STEPS = "Phần các bước có nói."
CHOOSE_WAY = "Lệ phí khác nhau theo cách nộp. Bạn nộp bằng cách nào?"
CHOOSE_CASE = "Giấy tờ khác nhau theo từng trường hợp. Bạn thuộc trường hợp nào?"


def said(text: str, register: str) -> str:
    """The record's own words as the end of a sentence: quoted, or in the plain register rewritten."""
    if register == PLAIN:
        return ended(plain.rewrite(cut(text).strip(" ;,")).text)
    return quoted(text)


def quoted(text: str) -> str:
    """The record's own words, letter for letter, as the end of a sentence."""
    own = cut(text).strip(" ;,")
    return f"“{own}”" if own.endswith(_STOPS) else f"“{own}”."


def record_says(text: str, register: str) -> str:
    """A sentence that says what the record says."""
    return f"Hồ sơ ghi: {said(text, register)}"


def rewritten(lines: Sequence[str], register: str) -> tuple[str, ...]:
    """Lines of the record, in the plain register rewritten one by one."""
    return plain.rewrite_lines(lines)[0] if register == PLAIN else tuple(lines)


def short_title(title: str) -> str:
    """The beginning of a title, for something to tap."""
    return " ".join(title.split()[:TITLE_WORDS])


def choice_in(title: str, case: str, asked: str) -> str:
    """A question that leads to one case of one record when it is tapped, whatever was asked before."""
    short = short_title(title)
    own = case[len(short) :].strip(" ,;:-–") if fold(case).startswith(fold(short)) else ""
    case = own or case
    return f"{short}{JOINT}{case[:1].upper()}{case[1:]}: {asked}"


def cut(text: str) -> str:
    """At most `LONGEST_QUOTE` words."""
    words = text.replace("\n", " ").split()
    return " ".join(words) if len(words) <= LONGEST_QUOTE else " ".join(words[:LONGEST_QUOTE]) + " …"


def ended(text: str) -> str:
    """A text with a stop at its end."""
    return text if text.endswith(_STOPS) else f"{text.rstrip(' ;:,')}."


def handing_in(ways: Iterable[str]) -> str:
    """ "Nộp qua mạng hoặc trực tiếp"."""
    phrases = [WAYS_TOLD[way] for way in sorted(set(ways), key=WAYS.index)]
    *first, last = phrases
    return "Nộp " + (f"{', '.join(first)} hoặc {last}" if first else last)


def sourced(procedure: Procedure) -> str:
    """ "Theo thủ tục 1.004194, quyết định 9354/QĐ-BCA-C06, đọc ngày 18/7/2026."."""
    sentence = f"{SOURCED}{procedure.code}"
    if procedure.decision:
        sentence += f", quyết định {procedure.decision}"
    if procedure.read_on:
        sentence += f", đọc ngày {day_words(procedure.read_on)}"
    return sentence + "."


def day_words(day: date) -> str:
    """18/7/2026."""
    return f"{day.day}/{day.month}/{day.year}"


def paragraphs(lines: Iterable[str]) -> str:
    """One line each, empty ones left out, none twice."""
    return "\n".join(dict.fromkeys(line for line in lines if line))
