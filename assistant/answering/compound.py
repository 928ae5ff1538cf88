"""One answer to several questions in one: each part under its own words, and which of them is left open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assistant.answer import ABSTAINED, ANSWERED, CLARIFY, Answer, Citation, Part
from assistant.answering.asked import Asked
from assistant.answering.compose import DID_YOU_MEAN
from assistant.answering.deadlines import without_past
from assistant.answering.plain_register import plainly
from assistant.procedures.answers.wording import SOURCED

VERIFIED = "verified"
"""Who wrote an answer; only where a person wrote all parts, a person wrote the whole."""
LEFT_OPEN = "Trợ lý chưa trả lời được phần này. Bạn hãy hỏi cán bộ."
OR_TAP = "Hoặc bấm câu gần nhất dưới đây."


def together(asked: Asked, answers: Sequence[Answer]) -> Answer | None:
    """The answers to the parts as one; None if the parts bring no more than the whole question would."""
    # By itself: what holds for the words of a lesson is not done to those of a record or a person.
    answers = [_finished(answer, asked) for answer in answers]
    answered = [answer for answer in answers if answer.outcome == ANSWERED]
    if not answered or len({answer.text for answer in answered}) < min(2, len(answered)):
        return None
    citations = _each_once(one for answer in answered for one in answer.citations)
    places = {(one.url, one.quote): number for number, one in enumerate(citations, 1)}
    parts = tuple(_part(part.text, answer, places) for part, answer in zip(asked.parts, answers, strict=True))
    return Answer(
        asked.text,
        ANSWERED,
        "\n".join(_lines(parts)),
        citations=citations,
        confidence=min(answer.confidence for answer in answered),
        register=asked.register,
        engine=next((one.engine for one in answered if one.engine != VERIFIED), VERIFIED),
        heard_as="; ".join(answer.heard_as for answer in answers),
        nearest=_each_once(
            one for answer in answers if answer.outcome == ABSTAINED for one in answer.nearest
        ),
        choices=tuple(dict.fromkeys(one for answer in answers for one in answer.choices)),
        warnings=tuple(dict.fromkeys(one for answer in answered for one in answer.warnings)),
        reviewed_on=min((one.reviewed_on for one in answered if one.reviewed_on), default=None),
        parts=parts,
    )


def _finished(answer: Answer, asked: Asked) -> Answer:
    answer = without_past(answer, asked.today)
    return plainly(answer) if asked.register == "plain" else answer


def _part(text: str, answer: Answer, places: dict[tuple[str, str], int]) -> Part:
    """What came of one question; one that nothing answers says so."""
    question = f"{text[:1].upper()}{text[1:]}?"
    if answer.outcome not in (ANSWERED, CLARIFY):
        # A refusal has its own kind words, and a record that is silent is named.
        has_words = answer.confidence == 1.0 or answer.engine == "fields"
        said = answer.text if has_words else LEFT_OPEN
        return Part(question, ABSTAINED, said)
    if answer.outcome == CLARIFY and answer.text.startswith(DID_YOU_MEAN):
        # Beside a part that is answered a guess is no question back: it is left open, with where to look.
        return Part(question, ABSTAINED, f"{LEFT_OPEN} {OR_TAP}", choices=answer.choices)
    told = answer.outcome == ANSWERED
    sources = dict.fromkeys(places[one.url, one.quote] for one in answer.citations) if told else ()
    return Part(
        question,
        answer.outcome,
        answer.text,
        answer.steps if told else (),
        answer.choices,
        tuple(sources),
        answer.engine,
        answer.reviewed_on,
    )


def _lines(parts: Iterable[Part]) -> Iterator[str]:
    """The parts as one text; only which record they come from is not said twice."""
    said: set[str] = set()
    for number, part in enumerate(parts, 1):
        yield f"{number}. {part.question}"
        for line in (*part.text.split("\n"), *(f"– {step}" for step in part.steps)):
            if line not in said:
                yield line
            if line.startswith(SOURCED):
                said.add(line)


def _each_once(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Citations in their order, each sentence once."""
    return tuple({(one.url, one.quote): one for one in reversed(list(citations))}.values())[::-1]
