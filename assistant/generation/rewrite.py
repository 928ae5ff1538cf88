"""An answer put into easier words by a language model, which may say nothing that the sources do not.

The model gets numbered passages and must name one after every sentence. What it writes is held against
that passage sentence by sentence (`grounding.check`); only what passes is ever shown. If too little
passes, or anything goes wrong, the extractive answer stands unchanged.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.answer import ANSWERED, Answer, Citation, Improved
from assistant.generation.amount_faults import HEADS
from assistant.generation.checking import check
from assistant.generation.cited_sentences import Numbered, NumberedSentences
from assistant.generation.evidence import read_passage, same_words, supporting, telling
from assistant.generation.prompt import messages_for
from assistant.knowledge.passage import Passage
from assistant.models.generator import Generator, GeneratorError, PromptTooLong, Waiting, problem_of
from i18n.plain import MOST_WORDS
from i18n.vietnamese.quantities import read

log = logging.getLogger(__name__)

MOST_SENTENCES = 8
MOST_TOKENS = 400
MOST_LETTERS = 4096
"""Letters read of what a model writes, with thoughts and what is dropped; a server may ignore `limit`."""
ENOUGH = 0.5
"""Share of what a model wrote that must pass; below it the rest is not to be trusted either."""

ANSWERS = 0.5
"""Share of the question's words in the extractive answer that must come back in the written one."""


Show = Callable[[str], None]


def may_improve(answer: Answer) -> bool:
    """Whether an answer is one that a model may put into other words.

    Fields of records, checked answers, steps and urgent cards stay as they are; so does “I don't know”, and
    an answer in parts, each of which stands under its own question.
    """
    is_one_text = not answer.steps and not answer.parts
    return answer.outcome == ANSWERED and answer.engine == "extractive" and is_one_text


def improve(
    answer: Answer,
    passages: Sequence[Passage],
    generator: Generator,
    *,
    deadline: float,
    stop: threading.Event | None = None,
    on_text: Show | None = None,
    on_waiting: Waiting | None = None,
) -> Improved:
    """Let a model rephrase an extractive answer from its passages. Never raises.

    `passages`: any that hold the cited ones, such as all of a shelf; `deadline`: a moment of
    time.monotonic(); `on_text` gets each sentence once all of them have passed, and what it gets, joined,
    is the text of the answer; it gets nothing if the extractive one stands; `on_waiting` the place in the
    queue.
    """
    started = time.monotonic()
    stop = stop or threading.Event()
    offered = offered_passages(answer, passages)
    if not may_improve(answer) or not offered:
        return Improved(answer, "not for a model")
    writing = Writing(answer, offered, started)
    try:
        write(writing, generator, deadline, stop, on_waiting)
        reason = writing.problem()
    except GeneratorError as error:
        reason = error.reason
    except Exception as error:  # whatever a model does, the person gets the answer that is there
        log.exception("writing an answer failed")
        reason = type(error).__name__
    if on_text and not reason:
        for text in writing.written():
            on_text(text)
    log.info(
        "generative: %s, %d kept, %d dropped, %.1f s",
        reason or "written",
        len(writing.shown),
        len(writing.dropped),
        time.monotonic() - started,
    )
    return Improved(
        answer if reason else writing.answer(),
        reason,
        len(writing.shown),
        tuple(writing.dropped),
        time.monotonic() - started,
        writing.first,
    )


def offered_passages(answer: Answer, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages that the model may use: those that the answer cites, in the order of its citations.

    Others were found too, but what the answer shows was chosen with more care than a model takes. Where
    several stand at one place (both registers, a piece for one group), it is the one that has the quote.
    """
    found = (cited_passage(citation, passages) for citation in answer.citations)
    return tuple(dict.fromkeys(passage for passage in found if passage is not None))


def cited_passage(citation: Citation, passages: Sequence[Passage]) -> Passage | None:
    """The passage that a citation was taken from, if it is among these."""
    here = [passage for passage in passages if passage.locator == citation.url]
    with_quote = (passage for passage in here if any(citation.quote in item for item in passage.items))
    return next(with_quote, here[0] if here else None)


def write(
    writing: Writing,
    generator: Generator,
    deadline: float,
    stop: threading.Event,
    on_waiting: Waiting | None,
) -> None:
    """Take sentences from the model until it ends, or enough of them are there. Raises GeneratorError."""
    try:
        write_once(writing, generator, deadline, stop, on_waiting, is_short=False)
    except PromptTooLong:
        write_once(writing, generator, deadline, stop, on_waiting, is_short=True)


def write_once(
    writing: Writing,
    generator: Generator,
    deadline: float,
    stop: threading.Event,
    on_waiting: Waiting | None,
    is_short: bool,
) -> None:
    """One try, with all of the passages or only what stands around the quotes."""
    messages = messages_for(writing.original, writing.passages, MOST_SENTENCES, is_short)
    cut, letters = NumberedSentences(), 0
    pieces = generator.generate(
        messages, limit=MOST_TOKENS, deadline=deadline, stop=stop, on_waiting=on_waiting
    )
    try:
        for piece in pieces:
            letters += len(piece)
            if letters > MOST_LETTERS:
                raise GeneratorError("too long")
            for sentence in cut.feed(piece):
                writing.take(sentence)
            if len(writing.shown) >= MOST_SENTENCES or writing.is_hopeless():
                break
        else:
            for sentence in cut.end():
                writing.take(sentence)
    finally:
        close = getattr(pieces, "close", None)
        if close:
            close()
    problem = problem_of(deadline, time.monotonic(), stop)
    if problem:
        raise problem


class Writing:
    """One answer while it is being written."""

    def __init__(self, original: Answer, passages: Sequence[Passage], started: float) -> None:
        self.original, self.passages = original, tuple(passages)
        self.shown: list[tuple[str, int]] = []
        self.dropped: list[str] = []
        self.first: float | None = None
        self._started = started

    def take(self, sentence: Numbered) -> None:
        """Keep a sentence if one of the passages it names bears it out."""
        reason = "number" if not sentence.numbers else ""
        for number in sentence.numbers:
            checked = check([(sentence.text, number)], self.passages)
            reason = checked.dropped[0].reason if checked.dropped else ""
            if not reason:
                self._keep(sentence.text, number)
                return
        self.dropped.append(reason)

    def _keep(self, text: str, number: int) -> None:
        if self.original.register == "plain" and len(text.split()) > MOST_WORDS:
            self.dropped.append("not plain")
            return
        if same_words(text) in {same_words(other) for other, _number in self.shown}:
            return
        if self.first is None:
            self.first = time.monotonic() - self._started
        self.shown.append((text, number))

    def written(self) -> Iterator[str]:
        """The sentences that were kept, as they stand in the answer one behind the other."""
        for place, (text, number) in enumerate(self.shown):
            yield self._written(text, number, is_first=place == 0)

    def _written(self, text: str, number: int, is_first: bool) -> str:
        """A sentence as it stands in the answer; with several sources, the number of its own."""
        between = "" if is_first else "\n" if self.original.register == "plain" else " "
        return between + (f"{text} [{number}]" if len(self.passages) > 1 else text)

    def is_hopeless(self) -> bool:
        """Whether so much was dropped that waiting for the rest is a waste of everybody's time."""
        return len(self.dropped) >= 4 and len(self.dropped) > 2 * len(self.shown)

    def problem(self) -> str:
        """Why what was written cannot stand for the answer, or ""."""
        if not self.shown:
            return "nothing kept"
        if len(self.shown) < ENOUGH * (len(self.shown) + len(self.dropped)):
            return "too little kept"
        if self._lost_amounts():
            return "amount lost"
        if self._lost_denials():
            return "warning lost"
        return "" if self._answers() else "does not answer"

    def _lost_amounts(self) -> bool:
        """Whether an amount of a quoted sentence, which is why it was quoted, was left out."""
        wanted = {one.key for citation in self.original.citations for one in read(citation.quote).quantities}
        said = {one.key for text, _number in self.shown for one in read(text).quantities}
        return bool(wanted - said)

    def _lost_denials(self) -> bool:
        """Whether a sentence of the answer that forbids or denies something was left out."""
        said = frozenset().union(*(telling(read(text)) for text, _number in self.shown))
        for source in read_passage(tuple(self.original.text.split("\n"))):
            denies = {"không", "chưa", "đừng", "chỉ", "trừ"} & set(source.reading.words)
            if denies and source.telling and len(source.telling & said) < ANSWERS * len(source.telling):
                return True
        return False

    def _answers(self) -> bool:
        said = frozenset().union(*(telling(read(text)) for text, _number in self.shown))
        there = telling(read(self.original.text))
        # An amount answers “how much” without the word “tiền”.
        wanted = (telling(read(self.original.heard_as or self.original.question)) & there) - HEADS
        return len(wanted & said) >= ANSWERS * len(wanted)

    def answer(self) -> Answer:
        """The answer in the model's words; its sources stay, in their order and with their numbers."""
        text = "".join(self.written())
        citations = tuple(self._citation(number) for number in range(1, len(self.passages) + 1))
        original = self.original.text
        return replace(self.original, text=text, engine="generative", citations=citations, original=original)

    def _citation(self, number: int) -> Citation:
        """The citation of a passage; its quote is the sentence that the first one from it rests on."""
        passage = self.passages[number - 1]
        known = next(one for one in self.original.citations if one.url == passage.locator)
        own = next((text for text, own_number in self.shown if own_number == number), None)
        found = supporting(read(own), read_passage(passage.items)) if own else ()
        return replace(known, quote=found[0].text) if found else known
