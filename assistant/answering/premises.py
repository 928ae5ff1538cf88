"""What a question takes for granted and is not so is said first: “lên mức 3”, “mang sổ hộ khẩu giấy”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from assistant.answer import ABSTAINED, ANSWERED, URGENT, Answer, Citation
from assistant.answering.asked import Asked
from i18n import tables
from i18n.vietnamese import nfc
from i18n.vietnamese.phrase_patterns import EITHER, pattern

FILE = Path(__file__).resolve().parent.parent / "data" / "premises.yaml"


@dataclass(frozen=True)
class Premise:
    """What is taken for granted (`heard`), what is so (`said`), and where that stands."""

    heard: re.Pattern[str]
    said: str
    source: str
    url: str
    checked_on: date


@lru_cache(maxsize=1)
def load(path: Path = FILE) -> tuple[Premise, ...]:
    """What is known to be taken for granted. Raises PhraseError and KeyError."""
    rows = tables.read(nfc(path.read_text(encoding="utf-8")))
    return tuple(
        Premise(
            pattern(row["heard"], marks=EITHER), row["said"], row["source"], row["url"], row["checked_on"]
        )
        for row in rows.values()
    )


def premises_of(texts: Sequence[str]) -> tuple[Premise, ...]:
    """What one of these wordings of a question takes for granted and is not so."""
    low = [nfc(text).lower() for text in texts]
    return tuple(one for one in load() if any(one.heard.search(text) for text in low))


def set_right(asked: Asked, answer: Answer) -> Answer:
    """The answer with what is not so named first; that alone where there is no other answer.

    Not above first steps for somebody in danger, and not above a refusal.
    """
    wrong = premises_of((asked.text, asked.query.heard_as))
    is_refused = answer.outcome == ABSTAINED and answer.confidence == 1.0
    if not wrong or answer.outcome == URGENT or is_refused:
        return answer
    said = "\n".join(one.said for one in wrong)
    citations = tuple(Citation(one.source, one.url, one.said, "", one.checked_on) for one in wrong)
    if answer.outcome == ABSTAINED:
        return replace(answer, outcome=ANSWERED, text=f"{said}\n{answer.text}", citations=citations)
    parts = answer.parts
    if parts:
        parts = (replace(parts[0], text=f"{said}\n{parts[0].text}"), *parts[1:])
    text = f"{said}\n{answer.text}"
    return replace(answer, text=text, citations=(*answer.citations, *citations), parts=parts)
