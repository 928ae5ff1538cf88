"""One answer to several questions in one: each part under its own words, and which of them is left open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assistant.answer import ABSTAINED, ANSWERED, CLARIFY, Answer, Citation
from assistant.answering.asked import Asked

LEFT_OPEN = "Trợ lý chưa trả lời được phần này. Bạn hãy hỏi cán bộ."


def together(asked: Asked, answers: Sequence[Answer]) -> Answer | None:
    """The answers to the parts as one; None if the parts bring no more than the whole question would."""
    answered = [answer for answer in answers if answer.outcome == ANSWERED]
    if not answered or len({answer.text for answer in answered}) < min(2, len(answered)):
        return None
    said: set[str] = set()
    lines = [
        line
        for number, (part, answer) in enumerate(zip(asked.parts, answers, strict=True), 1)
        for line in _part_lines(number, part.text, answer, said)
    ]
    return Answer(
        asked.text,
        ANSWERED,
        "\n".join(lines),
        citations=_each_once(one for answer in answered for one in answer.citations),
        confidence=min(answer.confidence for answer in answered),
        register=asked.register,
        engine=answered[0].engine,
        heard_as="; ".join(answer.heard_as for answer in answers),
        nearest=_each_once(
            one for answer in answers if answer.outcome == ABSTAINED for one in answer.nearest
        ),
        choices=tuple(dict.fromkeys(one for answer in answers for one in answer.choices)),
        warnings=tuple(dict.fromkeys(one for answer in answered for one in answer.warnings)),
    )


def _part_lines(number: int, text: str, answer: Answer, said: set[str]) -> Iterator[str]:
    """A part's question and its answer; what was said above is not said again."""
    yield f"{number}. {text[:1].upper()}{text[1:]}?"
    if answer.outcome == CLARIFY:
        yield answer.text
        return
    if answer.outcome != ANSWERED:
        yield answer.text if answer.confidence == 1.0 else LEFT_OPEN
        return
    for line in (*answer.text.split("\n"), *(f"– {step}" for step in answer.steps)):
        if line not in said:
            said.add(line)
            yield line


def _each_once(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Citations in their order, each place once."""
    return tuple({one.url: one for one in reversed(list(citations))}.values())[::-1]
