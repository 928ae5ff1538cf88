"""Numbers of people in a document that somebody brought: found before it is looked through.

A thick document takes many seconds, so it is done once, in a process of its own (`kinds` is its target).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.documents import sandbox
from assistant.documents.sections import Section
from assistant.understanding.privacy import mask

SECONDS = 12
"""Of computing; a thousand pages take about ten."""
MEMORY = 1024 * 1024 * 1024


@dataclass(frozen=True)
class Found:
    """Kinds of personal numbers in a document, and whether all of it was looked at."""

    kinds: tuple[str, ...]
    whole: bool


def find(sections: Iterable[Section]) -> Found:
    """What stands in these sections; where the search had no time or no place, that is said, not raised."""
    text = "\n".join(line.text for section in sections for line in section.lines)
    try:
        came = sandbox.call(f"{__name__}:kinds", text.encode("utf-8", "replace"), SECONDS * 2, MEMORY)
    except sandbox.ApartError:
        return Found((), whole=False)
    return Found(tuple(came["kinds"]), came["whole"])


def kinds(data: bytes) -> dict:
    """{"kinds": sorted names of kinds, "whole": bool} of a text with a line for each of its paragraphs."""
    until, found = time.process_time() + SECONDS, set[str]()
    for line in data.decode("utf-8").split("\n"):
        if time.process_time() > until:
            return {"kinds": sorted(found), "whole": False}
        found.update(mask(line).kinds)
    return {"kinds": sorted(found), "whole": True}
