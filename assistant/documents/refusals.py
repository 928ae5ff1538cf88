"""Why a file that staff brought cannot become knowledge."""

from __future__ import annotations

EMPTY, TOO_LARGE, TOO_LONG, UNKNOWN_KIND, OLD_WORD, PICTURE = (
    "empty", "too_large", "too_long", "unknown_kind", "old_word", "picture",
)  # fmt: skip
LOCKED, SCANNED, OLD_LETTERS, UNREADABLE, BOMB, MACROS, BROKEN, SLOW, BUSY = (
    "locked", "scanned", "old_letters", "unreadable", "bomb", "macros", "broken", "slow", "busy",
)  # fmt: skip
REASONS = (
    EMPTY, TOO_LARGE, TOO_LONG, UNKNOWN_KIND, OLD_WORD, PICTURE, LOCKED, SCANNED, OLD_LETTERS, UNREADABLE,
    BOMB, MACROS, BROKEN, SLOW, BUSY,
)  # fmt: skip

MOST_LETTERS = 2_000_000
"""A document of a thousand pages; what is longer is no document that anybody looks through."""

MOST_LINES, MOST_SECTIONS = 40_000, 4_000
"""Paragraphs (and sentences), and sections of such a document; more of them made its page slow for all."""


class DocumentFileError(ValueError):
    """A file that cannot be read; `reason` is one of REASONS."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"the file cannot be read: {reason}{f' ({detail})' if detail else ''}")
        self.reason = reason
