"""What people type must never cost much: every pattern, with the texts that it would like least.

A pattern is tried with texts made of what it repeats (see `patterns`). Most read a sentence; those of
WHOLE_TEXTS read everything that somebody sends, before it is cut.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import lms
from i18n import vietnamese
from i18n.vietnamese import letters
from tests.house.patterns import every_pattern, worst_texts
from tests.worst import at_best, spent

ROOT = Path(__file__).parents[2]
SENTENCE, TEXT = 500, 10_000
"""Letters of the longest question, longer than sentences of records, and of a text that is not cut."""

WHOLE_TEXTS = (
    "i18n.vietnamese.splitting._STOP",
    "i18n.vietnamese.splitting._LINE",
    "i18n.vietnamese.splitting._TOKEN",
    "i18n.vietnamese.splitting._SPACES",
    "i18n.plain.rewriting._BREAK",
    "i18n.vietnamese.letters._",
    "i18n.vietnamese.letters.INVISIBLE",
    "lms.",
    "assistant.knowledge.",
)
CPU_SECONDS = 0.3
OURS_ALONE = (
    "i18n.plain.markdown_text",
    "i18n.messages.extraction",
    "courses.checking.lesson_text",
)
"""Read the project's own files when somebody writes a course or a catalogue; nothing that people send."""

_METHODS = {"search", "sub", "subn", "findall", "finditer", "split", "match", "fullmatch"}


@cache
def ways_of_use() -> dict[tuple[str, str], set[str]]:
    """(module, name) → the methods that are called on it there, and where it is imported."""
    used: dict[tuple[str, str], set[str]] = defaultdict(set)
    for folder in (*(ROOT / name for name in ("i18n", "courses", "assistant")), Path(lms.__file__).parent):
        for path in folder.rglob("*.py"):
            module = ".".join(path.relative_to(folder.parent).with_suffix("").parts)
            _collect(module, ast.parse(path.read_text(encoding="utf-8")), used)
    return used


def _collect(module: str, tree: ast.AST, used: dict[tuple[str, str], set[str]]) -> None:
    nodes = list(ast.walk(tree))
    imports = (node for node in nodes if isinstance(node, ast.ImportFrom))
    comes_from = {one.asname or one.name: (node.module, one.name) for node in imports for one in node.names}
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in _METHODS and isinstance(node.value, ast.Name):
            used[comes_from.get(node.value.id, (module, node.value.id))].add(node.attr)


def as_used(pattern: re.Pattern[str], name: str) -> Callable[[str], object]:
    """The call that costs most of those that are made of a pattern."""
    module, _, own = name.rpartition(".")
    ways = {name.split(":")[1]} if ":" in name else ways_of_use().get((module, own), set())
    if ways and ways <= {"match", "fullmatch"}:
        return pattern.fullmatch if ways == {"fullmatch"} else pattern.match
    return lambda text: pattern.sub("", text)


def patterns_that_are_read() -> Iterator[tuple[str, re.Pattern[str]]]:
    for pattern, name in every_pattern().items():
        if not name.startswith(OURS_ALONE):
            yield name, pattern


def test_no_pattern_costs_much_with_the_text_it_likes_least():
    slow = {}
    for name, pattern in patterns_that_are_read():
        call = as_used(pattern, name)
        length = TEXT if name.startswith(WHOLE_TEXTS) else SENTENCE
        for text in worst_texts(pattern, length):
            cost = at_best(lambda text=text, call=call: call(text), CPU_SECONDS)
            if cost > CPU_SECONDS:
                slow[name] = (cost, text[:30])
                break
    assert not slow


def test_a_pattern_that_repeats_what_it_repeats_is_found():
    bad = re.compile(r"(?:a+)+b")
    assert any(spent(lambda text=text: bad.search(text), 0.05) > 0.05 for text in worst_texts(bad, 200))


PIECES = (
    "1", ".", " ", "a. ", "a", "(", "[", "\n", "a\u0301\u0323", "\u0301", "0 ", "0/", "A", "đ", "!", "“",
    "!.", "a@", "://", "bằng lái ", "bang lai xe ", "stk ", "số tài khoản ", "không ", "mot hai ba ", "và ",
    ", ", "1-", "1.1", "ngày ",
    "NĐ", "\u200b", "\ufdfa", "ﬁ", "x1", "<", "&", "#", "*", "_", "\r\n", "\ud800",
)  # fmt: skip


@pytest.mark.parametrize("name", ["clean", "fold", "nfc", "syllables", "sentences", "place_tones"])
def test_a_text_of_twenty_thousand_letters_is_read_quickly(name):
    read = getattr(vietnamese, name)
    slow = {}
    for piece in PIECES:
        cost = at_best(lambda text=(piece * 20_000)[:20_000] + "x": read(text), CPU_SECONDS)
        if cost > CPU_SECONDS:
            slow[piece] = cost
    assert not slow


def test_marks_without_end_on_one_letter_cost_nothing():
    assert at_best(lambda: letters.nfc("a" + "\u0301\u0323" * 50_000), CPU_SECONDS) < CPU_SECONDS
