"""Two questions in one: each is answered, or the answer says which it leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.understanding.frames import frame_of
from assistant.understanding.intents import AMOUNT, OTHER, intent_of
from assistant.understanding.query import asks_for, is_bare
from i18n.vietnamese import syllables
from i18n.vietnamese.phrase_patterns import listed

MOST = 4
SHORTEST = 2
"""Words of a piece that may be a question of its own."""

LONG_ENOUGH = 5
"""Words of a piece that asks whether something is so, and is more than the end of the one before."""

_ANOTHER, _AND = (listed("parts", name) for name in ("another", "and"))
_JOINTS = re.compile(
    r"(?P<stop>[?!;\n]+|(?<!\d)[.](?=\s|$)|(?<=\d)\.(?=\s|$))|(?P<comma>,(?!\d)|:(?=\s))"
    rf"|(?<!\w)(?:(?P<another>{_ANOTHER.pattern})|(?P<and>{_AND.pattern}))(?!\w)",
    re.IGNORECASE,
)
_OPENS_NEXT = re.compile(rf"\s*(?:{_ANOTHER.pattern})(?!\w)", re.IGNORECASE)
_ENDS_ASKING, _TAG, _ASKING, _DENIES, _EACH = (
    listed("parts", name) for name in ("ends_asking", "tag", "asking", "denies", "each")
)


@dataclass(frozen=True)
class _Piece:
    """A stretch of a text; `apart`: what stands before it opens another question."""

    start: int
    end: int
    apart: bool


def parts_of(heard: str) -> tuple[str, ...]:
    """The questions of a text with its marks, in their order; one if it asks one thing.

    Words that ask nothing (a greeting, a situation) stay with the question that follows.
    """
    kept: list[_Piece] = []
    waiting: _Piece | None = None
    for piece in _pieces(heard):
        own = heard[piece.start : piece.end]
        whole = piece if waiting is None else replace(waiting, end=piece.end)
        if kept and waiting is None and _is_tag(own):
            kept[-1] = replace(kept[-1], end=piece.end)
            continue
        if not _asks(own):
            waiting = whole
            continue
        before = heard[kept[-1].start : kept[-1].end] if kept else ""
        if kept and intent_of(before) == AMOUNT and is_bare(own):
            kept[-1] = replace(
                kept[-1], end=piece.end
            )  # "bị phạt không, bao nhiêu": of the fine, not the fee
            waiting = None
            continue
        if kept and not whole.apart and not _differs(before, heard[whole.start : whole.end]):
            kept[-1] = replace(kept[-1], end=piece.end)
        else:
            kept.append(whole)
        waiting = None
    if not 1 < len(kept) <= MOST:
        return _of_each(heard) if len(kept) < 2 else (heard,)
    if waiting is not None:
        kept[-1] = replace(kept[-1], end=len(heard))
    return tuple(heard[one.start : one.end].strip(" ,.;:?") for one in kept)


def _of_each(heard: str) -> tuple[str, ...]:
    """One thing that is asked of two: "tạm trú với thường trú, mỗi việc mấy ngày"; else the text alone."""
    found = _EACH.search(heard)
    if found is None:
        return (heard,)
    things, _, doing = heard[: found.start()].rpartition(",")
    wants = f"{doing} {heard[found.end() :]}".strip(" ,.;:?")
    for joint in _AND.finditer(things):
        both = (things[: joint.start()], things[joint.end() :])
        left, right = (frame_of(one) for one in both)
        apart = (left.objects, left.actions) != (right.objects, right.actions)
        if wants and apart and left.objects and right.objects:
            return tuple(f"{one.strip(' ,.;:?')}: {wants}" for one in both)
    return (heard,)


def _pieces(heard: str) -> Iterator[_Piece]:
    """The stretches between joints. "Còn" stays with what it opens, "và" with nothing."""
    start, apart = 0, True
    for joint in _JOINTS.finditer(heard):
        opens = joint["stop"] is not None or joint["another"] is not None
        # “…, còn …”: the comma before it closes the question as well.
        opens = opens or _OPENS_NEXT.match(heard, joint.end()) is not None
        if heard[start : joint.start()].strip():
            yield _Piece(start, joint.start(), apart)
            apart = False
        apart = apart or opens
        start = joint.start() if joint["another"] is not None else joint.end()
    if heard[start:].strip():
        yield _Piece(start, len(heard), apart)


def _is_tag(text: str) -> bool:
    """Whether a piece only asks whether what stands before it is so: "…, được không?"."""
    return _TAG.search(text.strip(" ,.;:?!")) is not None


def _asks(text: str) -> bool:
    """Whether a piece wants to know something."""
    if len(syllables(text)) < SHORTEST:
        return False
    text = _DENIES.sub(" ", text.strip(" ,.;:?!"))
    # Of a piece alone a field may be heard that is none: "mất biển số xe máy".
    wants = _ASKING.search(text) is not None and (intent_of(text) != OTHER or bool(asks_for(text)))
    return wants or _ENDS_ASKING.search(text) is not None


def _differs(before: str, text: str) -> bool:
    """Whether two pieces want to know different things, or of different things."""
    own, other = frame_of(text).objects, frame_of(before).objects
    if own and own != other:
        return True
    wants = intent_of(text)
    if wants != intent_of(before):
        return True
    # Two that only ask whether something is so have no field by which to tell them apart.
    return wants == OTHER and min(len(syllables(one)) for one in (before, text)) >= LONG_ENOUGH
