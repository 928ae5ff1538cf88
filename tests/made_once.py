"""What every application of a run would make again from the same texts is made once in each process.

Two hundred modules start an application of their own. The courses that come with the program, their index
and the table that gives diacritics back are the same in all of them, read-only, and cost a second each
time. Tests that look at how these are made give them texts or folders of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from assistant.indexing.passages import Lessons
from assistant.retrieval.lexical import Lexical
from courses.reading import reader
from i18n.vietnamese.restorer import Restorer

MANY = 300
"""Texts: fewer are not worth remembering."""
KEPT = 8


def install(patch: pytest.MonkeyPatch, templates: Path) -> None:
    """Remember; templates: a folder for what jinja makes of templates, which outlives a run."""
    shelf: list[Any] = []
    load, lessons_of = reader.load, Lessons.of

    def load_once(root: Path | None = None) -> reader.Library:
        if root is not None:
            return load(root)
        if not shelf:
            shelf.append(load())
        return shelf[0]

    known: list[Lessons] = []

    def lessons_once(library: reader.Library) -> Lessons:
        if not shelf or library is not shelf[0]:
            return lessons_of(library)
        if not known:
            known.append(lessons_of(library))
        return known[0]

    patch.setattr(reader, "load", load_once)
    patch.setattr(Lessons, "of", staticmethod(lessons_once))
    patch.setattr(Lexical, "build", staticmethod(_once(Lexical.build)))
    patch.setattr(Restorer, "train", staticmethod(_once(Restorer.train)))
    templates.mkdir(parents=True, exist_ok=True)
    patch.setattr(Flask, "jinja_options", {"bytecode_cache": FileSystemBytecodeCache(str(templates))})


def _once(build: Callable[..., Any]) -> Callable[..., Any]:
    """`build(texts, …)`, whose last results for many texts are kept."""
    made: dict[tuple, Any] = {}

    def remembered(texts: Iterable[str], *others: Any, **named: Any) -> Any:
        listed = tuple(texts)
        if others or named or len(listed) < MANY:
            return build(listed, *others, **named)
        if listed not in made:
            while len(made) >= KEPT:
                del made[next(iter(made))]
            made[listed] = build(listed)
        return made[listed]

    return remembered
