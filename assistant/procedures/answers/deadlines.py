"""Until when somebody must act: another span than how long the office takes, and never told for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.procedures.answers.record_query import RecordQuery
from assistant.procedures.answers.wording import record_says
from assistant.procedures.reading.steps import bare
from assistant.procedures.record import LAWS
from assistant.understanding.frames import fits, frame_of
from assistant.understanding.query import content_words
from i18n.vietnamese import fold
from i18n.vietnamese.phrase_patterns import listed
from i18n.vietnamese.splitting import sentences

MOST, LONGEST = 2, 130
WORDS_OF_NOISE = 25
"""So many words of a sentence hold one of the question's by chance."""
_SPAN = re.compile(r"(?<!\d)\d{1,3} (?:\(\w+\) )?(?:ngay|gio|thang|nam|tuan|phut)\b")
_LIMITS = listed("records", "limits")
_DUTY = listed("records", "duty")
_OFFICE_ACTS = listed("records", "office_acts")


def deadline_lines(query: RecordQuery) -> list[str]:
    """What the record says of the day until which somebody must hand in, report or declare; often nothing."""
    found = sorted(_told(query), key=lambda one: -one[0])
    best = [sentence for score, sentence in found if score >= found[0][0] - 1][:MOST]
    return [record_says(bare(one), query.register) for one in dict.fromkeys(best)]


def _told(query: RecordQuery) -> Iterator[tuple[float, str]]:
    """Sentences that bound what somebody must do, each with how well it fits the question."""
    asked = frame_of(query.case)
    wanted = set(content_words(query.case))
    for anchor, lines in query.procedure.sections().items():
        for sentence in (one for line in lines for one in sentences(line)):
            plain = fold(sentence)
            if anchor == LAWS or len(sentence.split()) > LONGEST or not _bounds(plain):
                continue
            same = fits(asked.actions, frame_of(sentence).actions, "actions")
            likeness = len(wanted & set(content_words(sentence))) - len(sentence.split()) / WORDS_OF_NOISE
            yield likeness + 2.0 * same, sentence


def _bounds(plain: str) -> bool:
    """Whether a sentence without marks bounds what a person does, and not what the office does."""
    told = _SPAN.search(plain) and _LIMITS.search(plain) and _DUTY.search(plain)
    return bool(told) and _OFFICE_ACTS.search(plain) is None
