"""A record as passages: what an answer is taken from where no single field is asked for."""

from __future__ import annotations

from assistant.knowledge.passage import POINTS, PROSE, STEPS, Part, Passage
from assistant.procedures import record
from assistant.procedures.record import Procedure

SECTION_NAMES = {
    record.HOW_TO_HAND_IN: "Cách nộp, thời gian và tiền",
    record.PAPERS: "Giấy tờ cần có",
    record.STEPS: "Các bước",
    record.PLACE: "Nơi nộp",
    record.WHO: "Ai được làm",
    record.RESULT: "Kết quả",
    record.LAWS: "Căn cứ pháp luật",
    record.REQUIREMENTS: "Điều kiện",
}
_KINDS = {record.STEPS: STEPS, record.PAPERS: POINTS, record.WHO: POINTS, record.HOW_TO_HAND_IN: POINTS}


def record_passages(found: Procedure) -> tuple[Passage, ...]:
    """The sections of a record, in its own words."""
    return tuple(
        Passage(
            key=f"procedure:{found.code}#{anchor}",
            kind="procedure",
            titles=("Thủ tục hành chính", found.title, SECTION_NAMES[anchor]),
            parts=(Part(_KINDS.get(anchor, PROSE), lines),),
            locator=f"{found.locator}#{anchor}",
            source=found.source,
            group=f"procedure:{found.code}",
            checked_on=found.read_on,
        )
        for anchor, lines in found.sections().items()
        if anchor != record.LAWS
    )
