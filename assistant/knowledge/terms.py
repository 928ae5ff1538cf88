"""Technical words as passages: what a word means, at the lesson that speaks of it most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from assistant.knowledge.passage import PROSE, Part, Passage
from courses.model import REGISTERS, Course, Lesson, Library
from courses.rendering.render import term_anchor
from i18n.plain import glossary
from i18n.plain.glossary import Entry
from i18n.plain.markdown_text import linked_terms
from i18n.vietnamese import sentences

SOURCE = "Bảng giải thích từ của Học Số"


def term_passages(library: Library) -> tuple[Passage, ...]:
    """What each technical word means that some lesson explains, in both registers alike."""
    return tuple(
        passage(entry, course, lesson, register)
        for entry, (course, lesson) in homes(library).items()
        for register in REGISTERS
        if lesson.has(register)
    )


def homes(library: Library) -> dict[Entry, tuple[Course, Lesson]]:
    """For each word that is explained somewhere, the lesson that says it most often."""
    said: dict[Entry, Counter[tuple[str, str]]] = {}
    places: dict[tuple[str, str], tuple[Course, Lesson]] = {}
    for course, lesson in lessons(library):
        places[course.id, lesson.id] = course, lesson
        for entry in explained(lesson):
            text = lesson.text("standard").markdown.lower()
            times = sum(text.count(word.lower()) for word in entry.words)
            said.setdefault(entry, Counter())[course.id, lesson.id] = times
    return {entry: places[counts.most_common(1)[0][0]] for entry, counts in said.items()}


def lessons(library: Library) -> Iterator[tuple[Course, Lesson]]:
    """Every lesson with its course, in order."""
    return ((course, lesson) for course in library.courses for lesson in course.lessons)


def explained(lesson: Lesson) -> set[Entry]:
    """The words that a lesson links to their explanation."""
    known = (glossary.load().get(word) for word in linked_terms(lesson.text("standard").markdown))
    return {entry for entry in known if entry is not None}


def passage(entry: Entry, course: Course, lesson: Lesson, register: str) -> Passage:
    """One word's explanation, after the word itself: "OTP: Mã dùng một lần …"."""
    first, *rest = sentences(entry.plain)
    shown = entry.term[:1].upper() + entry.term[1:]
    also = f" ({entry.aliases[0]})" if entry.aliases else ""
    place = f"/hoc/{course.id}/{lesson.id}#{term_anchor(entry.term)}"
    return Passage(
        key=f"term:{entry.term}|{register}",
        kind="term",
        titles=(course.title, lesson.text(register).title, f"{shown}{also} là gì?"),
        parts=(Part(PROSE, (f"{shown}: {first}", *rest)),),
        locator=place,
        source=SOURCE,
        register=register,
        twin=f"term:{entry.term}",
        group=f"{course.id}/{lesson.id}",
        checked_on=course.updated,
    )
