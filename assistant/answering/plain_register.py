"""An answer in the plain register: short sentences, and each technical word explained once."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import ABSTAINED, URGENT, Answer, Term
from i18n import plain
from i18n.plain import glossary
from i18n.plain.glossary import Entry

MOST_TERMS = 6
"""Words explained under one answer; the ones that come first."""

_WRITTEN_PLAIN = "/hoc/"
_WRITTEN_AS_THEY_ARE = ("verified", "fields")


def plainly(answer: Answer) -> Answer:
    """The answer for a reader of little Vietnamese.

    Lessons have a plain text of their own, fields are written plainly where they are told, and what
    a person checked stays word for word: in these only technical words are explained. Other sources are
    rewritten by rules that keep names, numbers, dates, units and negations.
    """
    if answer.outcome in (ABSTAINED, URGENT):
        return answer
    if answer.parts:  # each was put plainly by itself: they may come from sources of different kinds
        return replace(answer, terms=explained(answer))
    if answer.engine not in _WRITTEN_AS_THEY_ARE and not _is_from_lessons(answer):
        lines = [plain.rewrite(line).text for line in answer.text.split("\n")]
        steps, _entries = plain.rewrite_lines(answer.steps)
        answer = replace(answer, text="\n".join(lines), steps=tuple(steps))
    return replace(answer, terms=explained(answer))


def explained(answer: Answer) -> tuple[Term, ...]:
    """The technical words of an answer with their meaning, in order, each once."""
    found = glossary.load().find("\n".join((answer.text, *answer.steps)))
    return tuple(Term(entry.term, entry.plain) for entry in found if not _says_it(answer, entry))[:MOST_TERMS]


def _is_from_lessons(answer: Answer) -> bool:
    return all(citation.url.startswith(_WRITTEN_PLAIN) for citation in answer.citations)


def _says_it(answer: Answer, entry: Entry) -> bool:
    """Whether the answer is this very explanation."""
    return entry.plain in answer.text
