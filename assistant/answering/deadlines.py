"""Figures that end on a day: after it an answer must not give them as today's."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from assistant.answer import Answer
from i18n.dates import day_of_end, show_date
from i18n.vietnamese import sentences

_LEADS_BACK = re.compile(
    r"(?:một nửa|tức|nghĩa là|mức (?:này|ấy)|số tiền (?:này|ấy)|như vậy)\b", re.IGNORECASE
)
_TURN = re.compile(r",? nhưng (?=(?:đến|tới) hết ngày )", re.IGNORECASE)


def without_past(answer: Answer, today: date) -> Answer:
    """The answer without what its own words say ended before `today`, and a warning that it did.

    Only for words of lessons and documents: a record has its own dates.
    """
    if answer.engine not in ("extractive", "generative"):
        return answer
    ends = [end for end in map(day_of_end, (answer.text, *answer.steps)) if end is not None]
    past = [end for end in ends if end < today]
    if not past:
        return answer
    day = show_date(max(past))
    warning = f"Mức trong nguồn chỉ tính đến hết ngày {day}. Ngày đó đã qua, bạn hỏi lại trước khi làm."
    lines = (current_part(line, today) for line in answer.text.split("\n"))
    return replace(
        answer,
        text="\n".join(line for line in lines if line) or warning,
        steps=tuple(step for step in (current_part(one, today) for one in answer.steps) if step),
        original="",
        engine="extractive",
        citations=tuple(replace(one, quote=current_part(one.quote, today)) for one in answer.citations),
        warnings=(*answer.warnings, warning),
    )


def current_part(text: str, today: date) -> str:
    """A line without its sentences, or halves of sentences, whose day is over."""
    kept: list[str] = []
    is_after_past = False
    for sentence in sentences(text):
        end = day_of_end(sentence)
        if end is not None and end < today:
            before = _TURN.split(sentence)[0]
            if before != sentence:
                kept.append(before.rstrip(" .") + ".")
            is_after_past = True
        elif not (is_after_past and _LEADS_BACK.match(sentence)):
            kept.append(sentence)
            is_after_past = False
    return " ".join(kept)
