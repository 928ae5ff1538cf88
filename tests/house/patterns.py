"""Every regular expression of the four packages, and the texts that each would like least."""

from __future__ import annotations

import ast
import dataclasses
import functools
import importlib
import inspect
import pkgutil
import re
import re._constants as codes
import re._parser as parser
from collections.abc import Callable, Iterator
from pathlib import Path

PACKAGES = ("i18n", "courses", "assistant", "lms")
NOT_IMPORTED = (".migrations", "__main__")
SIGNS = "a1 .,-(\n[/:đẾA_@|\u0301'\""
"""One letter of each kind that patterns tell apart."""

MOST_BODIES = 12
"""Of each pattern, spread over all that it repeats: some repeat lists of a hundred words."""
_FEW = 3
_INLINE = {"search", "match", "fullmatch", "sub", "subn", "findall", "finditer", "split"}


def every_pattern() -> dict[re.Pattern[str], str]:
    """Each pattern that a module holds or writes in a call of `re`, with the name of where it stands.

    One in a call is named by its module, the method and itself: `i18n.dates:match:\\d+`.
    """
    found: dict[re.Pattern[str], str] = {}
    for module in _modules():
        for name, value in list(vars(module).items()):
            if not name.startswith("__"):
                _walk(value, f"{module.__name__}.{name}", found)
        for pattern, method in _written_in(Path(module.__file__)):
            found.setdefault(pattern, f"{module.__name__}:{method}:{pattern.pattern}")
    return {pattern: name for pattern, name in found.items() if isinstance(pattern.pattern, str)}


def worst_texts(pattern: re.Pattern[str], times: int) -> Iterator[str]:
    """Texts that repeat what the pattern repeats, `times` times, with an end on which it must give up."""
    seen: set[tuple[str, str]] = set()
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    for before, body in _repeats(list(tree), ""):
        for start in ("", before):
            if (start, body) not in seen and body:
                seen.add((start, body))
    whole = _samples(list(tree))
    seen.update(("", one) for one in whole if one)
    for start, body in sorted(seen)[:: max(1, len(seen) // MOST_BODIES)]:
        count = max(1, times // len(body))
        yield start + body * count + "\x01"
        if start:
            yield (start + body) * max(1, times // len(start + body)) + "\x01"


def _modules() -> Iterator[object]:
    for package in PACKAGES:
        for one in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
            if not any(part in one.name for part in NOT_IMPORTED):
                yield importlib.import_module(one.name)


def _walk(value: object, name: str, found: dict[re.Pattern[str], str], depth: int = 0) -> None:
    if isinstance(value, re.Pattern):
        found.setdefault(value, name)
    elif depth < 4 and isinstance(value, dict):
        for key, one in value.items():
            _walk(key, name, found, depth + 1)
            _walk(one, f"{name}[{key!r}]", found, depth + 1)
    elif depth < 4 and isinstance(value, list | tuple | set | frozenset):
        for place, one in enumerate(value):
            _walk(one, f"{name}[{place}]", found, depth + 1)
    elif depth < 4 and dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            _walk(getattr(value, field.name, None), f"{name}.{field.name}", found, depth + 1)
    elif isinstance(value, functools._lru_cache_wrapper) and _makes_a_pattern(value):
        _walk(value(), name + "()", found, depth + 1)


def _makes_a_pattern(function: Callable) -> bool:
    signature = inspect.signature(function)
    return not signature.parameters and "Pattern" in str(signature.return_annotation)


def _written_in(path: Path) -> Iterator[tuple[re.Pattern[str], str]]:
    """Patterns that stand as plain text in a call of `re`, and which call."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in _INLINE
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            yield re.compile(node.args[0].value), node.func.attr


def _repeats(nodes: list, before: str) -> Iterator[tuple[str, str]]:
    """(a text that leads up to it, a text of its body) of each part that may be repeated often."""
    for code, value in nodes:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            _least, most, body = value
            if most > 8:
                for one in _samples(list(body)):
                    yield before, one
            yield from _repeats(list(body), before)
        elif code is codes.SUBPATTERN:
            yield from _repeats(list(value[-1]), before)
        elif code is codes.ATOMIC_GROUP:
            yield from _repeats(list(value), before)
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from _repeats(list(branch), before)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _repeats(list(value[1]), before)
        before += (_samples([(code, value)]) or [""])[0]


def _samples(nodes: list) -> list[str]:
    """A few short texts that a sequence of nodes matches."""
    found = [""]
    for code, value in nodes:
        if code is codes.LITERAL:
            ends = [chr(value)]
        elif code in (codes.NOT_LITERAL, codes.ANY, codes.IN):
            one = parser.SubPattern(parser.State(), [(code, value)])
            ends = _signs(one)
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            ends = [one * max(value[0], 1) for one in _samples(list(value[2]))]
        elif code is codes.SUBPATTERN:
            ends = _samples(list(value[-1]))
        elif code is codes.ATOMIC_GROUP:
            ends = _samples(list(value))
        elif code is codes.BRANCH:
            ends = [one for branch in value[1] for one in _samples(list(branch))[:1]]
        else:
            ends = [""]
        wide = len(nodes) == 1
        found = [
            start + end for start in found[: _FEW if not wide else 1] for end in ends[: 40 if wide else _FEW]
        ]
        found = found[:40] if wide else found[: 2 * _FEW]
    return found


def _signs(one) -> list[str]:
    """Letters that a class matches."""
    code, value = one.data[0]
    if code is codes.ANY:
        return ["a", " ", "1"]
    if code is codes.NOT_LITERAL:
        return [sign for sign in SIGNS if ord(sign) != value]
    negated = value and value[0][0] is codes.NEGATE
    matched = [sign for sign in SIGNS if _within(sign, value) != negated]
    if not matched and not negated:
        first_code, first = value[0]
        matched = (
            [chr(first if first_code is codes.LITERAL else first[0])]
            if first_code is not codes.CATEGORY
            else []
        )
    return matched


def _within(sign: str, parts: list) -> bool:
    for code, value in parts:
        if code is codes.LITERAL and ord(sign) == value:
            return True
        if code is codes.RANGE and value[0] <= ord(sign) <= value[1]:
            return True
        if code is codes.CATEGORY:
            kind = str(value)
            hit = (
                sign.isdigit()
                if "DIGIT" in kind
                else sign.isspace()
                if "SPACE" in kind
                else sign.isalnum() or sign == "_"
            )
            if hit != ("NOT" in kind):
                return True
    return False
