"""A passage: the smallest piece of knowledge that is searched, shown and cited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

PROSE, STEPS, POINTS, NOTE = "prose", "steps", "points", "note"


@dataclass(frozen=True)
class Part:
    """A stretch of a passage that belongs together.

    `kind`: prose (sentences), steps (in this order), points (a list) or note (a warning or tip);
    `items` are its sentences, steps or points, word for word as the source has them.
    """

    kind: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Passage:
    """Text with its place and its dates.

    `key` is unique among all passages; `kind` is lesson, term, … ; `titles` leads from the outside
    in (course, lesson, section); `locator` is the address of the very section; `source` names whose
    text it is; `audience` is the only group it was written for, or None; `twin` is shared with the
    passage that says the same in the other register, `group` with everything else of one lesson;
    `unit`: the only unit that it is for, or None. `asked`: what people ask of it, where it stands with its
    text; lessons keep theirs by themselves (`hints`).
    """

    key: str
    kind: str
    titles: tuple[str, ...]
    parts: tuple[Part, ...]
    locator: str
    source: str
    register: str = "standard"
    audience: str | None = None
    twin: str = ""
    group: str = ""
    checked_on: date | None = None
    unit: str | None = None
    asked: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """Every sentence, step and point in reading order."""
        return tuple(item for part in self.parts for item in part.items)

    @property
    def text(self) -> str:
        """The words alone, one part a line."""
        return "\n".join(" ".join(part.items) for part in self.parts)

    @property
    def title(self) -> str:
        """What a person reads above the quote: the lesson and its section."""
        return " – ".join(dict.fromkeys(self.titles[1:] or self.titles))

    @property
    def search_text(self) -> str:
        """What a vector is made of: titles first, then the words."""
        return "\n".join((*dict.fromkeys(self.titles), self.text))

    @property
    def lexical_text(self) -> str:
        """What words are counted in: the section's own title weighs twice."""
        return f"{self.titles[-1]}\n{self.search_text}"
