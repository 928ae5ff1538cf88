"""Claims: figures, dates, telephone numbers, laws and button names, each with the source that covers it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from courses.checking.sentences import Sentence, sentences_of
from courses.data_files import data
from courses.model import EXAMPLE, Course, LessonText, Library, Source

BUTTON = "button"
_QUOTED = re.compile(r"[“\"«][^“”\"«»]*[”\"»]")


@dataclass(frozen=True, slots=True)
class Claim:
    """Something a reader may act on. `source` is None while nothing covers it.

    `kind`: law, telephone, money, date, deadline, share, form, digits, age or button. `covered_by`: source,
    example (`[@vi-du]`) or repeat (given with its source elsewhere in the text); for buttons also section,
    course or hedge (the lesson says that names may differ); an empty string when nothing covers it.
    """

    file: str
    line: int
    course_id: str
    kind: str
    figure: str
    sentence: str
    covered_by: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class _Kind:
    kind: str
    name: str
    quoted: bool
    patterns: tuple[re.Pattern, ...]


def claims_of(library: Library, course: Course) -> tuple[Claim, ...]:
    """Every claim in the lessons of a course, in reading order."""
    texts = (text for lesson in course.lessons for text in lesson.texts.values())
    return tuple(claim for text in texts for claim in _in_text(library, course, text))


def figures_in(text: str) -> Iterator[tuple[str, str]]:
    """(kind, figure) of every claim in a text without markup; button names are not seen here."""
    spoken = _QUOTED.sub(lambda quote: " " * len(quote[0]), text)
    taken: list[tuple[int, int]] = []
    for one in _kinds():
        for pattern in one.patterns:
            for found in pattern.finditer(text if one.quoted else spoken):
                start, end = found.span()
                if not any(start < b and a < end for a, b in taken):
                    taken.append((start, end))
                    yield one.kind, " ".join(found[0].split())


def kind_name(kind: str) -> str:
    """What a kind of claim is called in Vietnamese."""
    return {BUTTON: "tên nút"}.get(kind) or next(one.name for one in _kinds() if one.kind == kind)


def unknown_figure(kind: str, figure: str) -> str:
    """What to do about a figure outside the lessons that no lesson gives with a source."""
    return f"“{figure}” ({kind_name(kind)}) chưa có trong bài kèm nguồn. Hãy thêm vào bài, hoặc bỏ đi."


def same_figure(figure: str) -> str:
    """A figure without what may differ between two places that say the same: its digits, or its words."""
    return re.sub(r"\D", "", figure) or figure.lower()


def _in_text(library: Library, course: Course, text: LessonText) -> Iterator[Claim]:
    sentences = sentences_of(text)
    file = library.relative(text.file)
    section_sources = _by_section(sentences)
    hedged = any(hedge in sentence.text.lower() for sentence in sentences for hedge in data("hedges"))
    given = _given(course, sentences)
    for sentence in sentences:
        for kind, figure in figures_in(sentence.text):
            covered_by, source = _cover(course, sentence.sources)
            if not covered_by and (kind, same_figure(figure)) in given:
                covered_by, source = "repeat", given[kind, same_figure(figure)]
            yield Claim(file, sentence.line, course.id, kind, figure, sentence.text, covered_by, source)
        for button in sentence.buttons:
            covered_by, source = _cover_button(course, sentence, section_sources, hedged)
            yield Claim(file, sentence.line, course.id, BUTTON, button, sentence.text, covered_by, source)


def _given(course: Course, sentences: tuple[Sentence, ...]) -> dict[tuple[str, str], Source | None]:
    """Figures that a sentence of the text gives with its source: said again, they need none."""
    given: dict[tuple[str, str], Source | None] = {}
    for sentence in sentences:
        covered_by, source = _cover(course, sentence.sources)
        if covered_by:
            given |= {(kind, same_figure(figure)): source for kind, figure in figures_in(sentence.text)}
    return given


def _cover_button(
    course: Course, sentence: Sentence, by_section: dict[str, tuple[str, ...]], hedged: bool
) -> tuple[str, Source | None]:
    """Names on a screen change with every version: a source for the whole section or course is enough."""
    places = (
        ("source", sentence.sources),
        ("section", by_section.get(sentence.anchor, ())),
        ("course", course.screens),
    )
    for covered_by, ids in places:
        found, source = _cover(course, ids)
        if found:
            return (covered_by if source else found), source
    return ("hedge" if hedged else ""), None


def _by_section(sentences: tuple[Sentence, ...]) -> dict[str, tuple[str, ...]]:
    sources: dict[str, tuple[str, ...]] = {}
    for sentence in sentences:
        sources[sentence.anchor] = sources.get(sentence.anchor, ()) + sentence.sources
    return sources


def _cover(course: Course, ids: tuple[str, ...]) -> tuple[str, Source | None]:
    source = next((found for one in ids if (found := course.source(one))), None)
    if source:
        return "source", source
    return ("example" if EXAMPLE in ids else ""), None


@lru_cache(maxsize=1)
def _kinds() -> tuple[_Kind, ...]:
    return tuple(
        _Kind(row["kind"], row["name"], row.get("quoted", False), tuple(map(re.compile, row["patterns"])))
        for row in data("claims")
    )
