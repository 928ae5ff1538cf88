"""The sentences of a lesson with their line, their sources and the button names in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it.token import Token

from courses import markup
from courses.blocks import Leaf, leaves
from courses.model import LessonText
from i18n import plain, vietnamese


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a lesson.

    `sources` are the ids that cover it: a reference covers the sentences before it in its paragraph or
    step, back to the reference before. `buttons` are the words in code spans, `terms` the linked terms.
    `words` is the text without button names and terms: what its author chose freely.
    """

    text: str
    line: int
    anchor: str
    kind: str
    audience: str | None
    sources: tuple[str, ...]
    buttons: tuple[str, ...]
    terms: tuple[str, ...]
    words: str

    @property
    def length(self) -> int:
        """Number of words as a reader counts them."""
        return plain.word_count(self.text)


def sentences_of(text: LessonText) -> tuple[Sentence, ...]:
    """Every sentence of a lesson's text in order; pictures have none."""
    tokens = markup.read(text.markdown)
    found = leaves(tokens, text.first_line)
    return tuple(sentence for leaf in found if leaf.kind != "drawing" for sentence in _of_leaf(leaf))


Span = tuple[int, int, str]
"""Start, end and name of a piece of a run."""


@dataclass
class _Run:
    """The words of one leaf on one line, and at which offset breaks, references, buttons, terms stand."""

    text: str = ""
    breaks: list[int] = field(default_factory=list)
    references: list[tuple[int, str]] = field(default_factory=list)
    buttons: list[Span] = field(default_factory=list)
    terms: list[Span] = field(default_factory=list)

    def add(self, token: Token) -> None:
        """Take over one inline token."""
        start = len(self.text)
        if token.type in ("softbreak", "hardbreak"):
            self.breaks.append(start)
            self._append(" ")
        elif token.type == "reference":
            self.references.append((len(self.text.rstrip()), token.meta["id"]))
        elif token.type in ("text", "code_inline", "term"):
            self._append(token.content)
        if token.type == "code_inline":
            self.buttons.append((start, len(self.text), token.content))
        if token.type == "term":
            self.terms.append((start, len(self.text), token.meta["term"]))

    def _append(self, words: str) -> None:
        """Add words with single spaces, so that offsets fit what the sentence splitter returns."""
        joined = " ".join(words.split())
        before = " " if words[:1].isspace() and self.text and not self.text.endswith(" ") else ""
        after = " " if words[-1:].isspace() and joined else ""
        self.text += before + joined + after


def _between(spans: list[Span], start: int, end: int) -> tuple[str, ...]:
    return tuple(name for a, _, name in spans if start <= a < end)


def _of_leaf(leaf: Leaf) -> Iterator[Sentence]:
    run = _Run()
    for child in leaf.inline.children or ():
        run.add(child)
    ranges = _ranges(run.text)
    for place, (start, end) in enumerate(ranges):
        yield Sentence(
            text=run.text[start:end],
            line=leaf.line + sum(1 for offset in run.breaks if offset <= start and start > 0),
            anchor=leaf.anchor,
            kind=leaf.kind,
            audience=leaf.audience,
            sources=_covering(run, ranges, place),
            buttons=_between(run.buttons, start, end),
            terms=_between(run.terms, start, end),
            words=_without_spans(run, start, end),
        )


def _ranges(text: str) -> list[tuple[int, int]]:
    ranges, start = [], 0
    for sentence in vietnamese.sentences(text):
        found = text.find(sentence, start)
        if found < 0:
            found = start
        ranges.append((found, found + len(sentence)))
        start = found + len(sentence)
    return ranges


def _covering(run: _Run, ranges: list[tuple[int, int]], place: int) -> tuple[str, ...]:
    """The references right behind this sentence, or behind the next ones if none comes before."""
    for later in range(place, len(ranges)):
        start = ranges[later][0]
        end = ranges[later + 1][0] if later + 1 < len(ranges) else len(run.text) + 1
        found = tuple(source for offset, source in run.references if start < offset <= end)
        if found:
            return found
    return ()


def _without_spans(run: _Run, start: int, end: int) -> str:
    text = list(run.text[start:end])
    for a, b, _ in run.buttons + run.terms:
        for place in range(max(a, start), min(b, end)):
            text[place - start] = " "
    return "".join(text)
