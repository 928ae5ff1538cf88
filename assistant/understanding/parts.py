"""Two questions in one: each is answered, or the answer says which it leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.understanding.frames import frame_of
from assistant.understanding.intents import OTHER, intent_of
from assistant.understanding.query import asks_for
from i18n.vietnamese import syllables
from i18n.vietnamese.phrase_patterns import listed

MOST = 4
SHORTEST = 2
"""Words of a piece that may be a question of its own."""

_ANOTHER, _AND = (listed("parts", name) for name in ("another", "and"))
_JOINTS = re.compile(
    r"(?P<stop>[?!;\n]+|(?<!\d)[.](?=\s|$)|(?<=\d)\.(?=\s|$))|(?P<comma>,(?!\d)|:(?=\s))"
    rf"|(?<!\w)(?:(?P<another>{_ANOTHER.pattern})|(?P<and>{_AND.pattern}))(?!\w)",
    re.IGNORECASE,
)
_OPENS_NEXT = re.compile(rf"\s*(?:{_ANOTHER.pattern})(?!\w)", re.IGNORECASE)
_ENDS_ASKING = listed("parts", "ends_asking")


@dataclass(frozen=True)
class _Piece:
    """A stretch of a text; `apart`: what stands before it opens another question, `closed`: what follows."""

    start: int
    end: int
    apart: bool
    closed: bool


def parts_of(heard: str) -> tuple[str, ...]:
    """The questions of a text with its marks, in their order; one if it asks one thing.

    Words that ask nothing (a greeting, a situation) stay with the question that follows.
    """
    kept: list[_Piece] = []
    waiting: int | None = None
    for piece in _pieces(heard):
        start = piece.start if waiting is None else waiting
        text = heard[piece.start : piece.end]
        if not (_asks(text) if piece.apart and piece.closed else intent_of(text) != OTHER):
            waiting = start
            continue
        before = heard[kept[-1].start : kept[-1].end] if kept else ""
        if kept and not piece.apart and not _differs(before, heard[start : piece.end]):
            kept[-1] = replace(kept[-1], end=piece.end)
        else:
            kept.append(replace(piece, start=start))
        waiting = None
    if not 1 < len(kept) <= MOST:
        return (heard,)
    if waiting is not None:
        kept[-1] = replace(kept[-1], end=len(heard))
    return tuple(heard[one.start : one.end].strip(" ,.;:?") for one in kept)


def _pieces(heard: str) -> Iterator[_Piece]:
    """The stretches between joints. "Còn" stays with what it opens, "và" with nothing."""
    start, apart = 0, True
    for joint in _JOINTS.finditer(heard):
        opens = joint["stop"] is not None or joint["another"] is not None
        # “…, còn …”: the comma before it closes the question as well.
        opens = opens or _OPENS_NEXT.match(heard, joint.end()) is not None
        if heard[start : joint.start()].strip():
            yield _Piece(start, joint.start(), apart, opens)
            apart = False
        apart = apart or opens
        start = joint.start() if joint["another"] is not None else joint.end()
    if heard[start:].strip():
        yield _Piece(start, len(heard), apart, True)


def _asks(text: str) -> bool:
    """Whether a piece wants to know something."""
    if len(syllables(text)) < SHORTEST:
        return False
    return intent_of(text) != OTHER or bool(asks_for(text)) or _ENDS_ASKING.search(text) is not None


def _differs(before: str, text: str) -> bool:
    """Whether two pieces want to know different things, or of different things."""
    own, other = frame_of(text).objects, frame_of(before).objects
    if own and own != other:
        return True
    return intent_of(text) != intent_of(before)
