"""Nothing passes that its source does not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.answering.extractive import Extract
from assistant.knowledge.passage import Passage
from i18n.vietnamese import clean, sentences


def grounded(extract: Extract) -> Extract | None:
    """The extract without any line that its passages do not hold word for word; None if nothing is left."""
    passages = [passage for passage, _quote in extract.used]
    lines = [line for line in extract.text.split("\n") if stands_in(line, passages)]
    steps = tuple(step for step in extract.steps if stands_in(step, passages))
    used = tuple((passage, quote) for passage, quote in extract.used if stands_in(quote, [passage]))
    if not used or not (lines or steps):
        return None
    return replace(extract, text="\n".join(lines), steps=steps, used=used)


def stands_in(line: str, passages: Sequence[Passage]) -> bool:
    """Whether every sentence of a line is in one of the passages, word for word."""
    return all(any(sentence in one for one in wordings(passages)) for sentence in sentences(line))


def wordings(passages: Iterable[Passage]) -> list[str]:
    """Each passage's words and each of its titles, on one line."""
    return [clean(text) for passage in passages for text in (passage.text, *passage.titles)]
