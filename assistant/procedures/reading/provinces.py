"""Whose a record is that a province published: what it promises may be promised nowhere else."""

from __future__ import annotations

import re

from assistant.procedures.record import Procedure
from assistant.understanding.frames import provinces_in
from i18n.vietnamese.phrase_patterns import listed

MOST = 2
"""Provinces that a record of one may name; one that names more is of none of them."""

_PUBLISHED = listed("records", "by_a_province")
_OFFICES = listed("records", "office_of_a_province")
_NAME = 40
"""Letters behind an office among which its province is named."""


def own_provinces(record: Procedure) -> frozenset[str]:
    """The provinces, as they are called today, whose own record this is; empty for the whole country's."""
    if not _PUBLISHED.search(record.decision):
        return frozenset()
    title = provinces_in(record.title.lower())
    if title:
        return title
    text = record.full_text().lower()
    named = (text[found.end() : found.end() + _NAME] for found in _OFFICES.finditer(text))
    found = frozenset(name for behind in named for name in provinces_in(_first_words(behind)))
    return found if len(found) <= MOST else frozenset()


def _first_words(text: str) -> str:
    """The words right behind an office, in which alone its province is named."""
    return " ".join(re.split(r"[,.;:()]", text.strip(), maxsplit=1)[0].split()[:4])
