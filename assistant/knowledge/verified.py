"""An answer that staff checked, as everybody outside the store sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from i18n.vietnamese import clean, nfc

LONGEST_QUESTION, LONGEST_ANSWER = 500, 8000


class VerifiedError(ValueError):
    """A verified answer that cannot be kept; the sentence names the field."""


@dataclass(frozen=True)
class Verified:
    """One verified answer. `questions` are all its wordings, the first one the main."""

    id: int
    questions: tuple[str, ...]
    answer_text: str
    source_title: str
    source_url: str
    unit: str | None
    owner: str
    reviewed_by: str | None
    reviewed_on: date | None
    review_due: date | None
    replaces_id: int | None
    created_at: datetime
    retired_at: datetime | None

    def is_stale(self, today: date) -> bool:
        """Whether its day for looking at it again has come."""
        return self.review_due is not None and self.review_due <= today


def checked_question(text: str) -> str:
    """A question on one line. Raises VerifiedError."""
    text = clean(text)
    if not text:
        raise VerifiedError("question is empty")
    if len(text) > LONGEST_QUESTION:
        raise VerifiedError(f"question is longer than {LONGEST_QUESTION} letters")
    return text


def checked_answer(text: str) -> str:
    """An answer with its lines. Raises VerifiedError."""
    text = nfc(text).replace("\x00", "").strip()
    if not text:
        raise VerifiedError("answer_text is empty")
    if len(text) > LONGEST_ANSWER:
        raise VerifiedError(f"answer_text is longer than {LONGEST_ANSWER} letters")
    return text


def checked_url(url: str) -> str:
    """A web address or a path of this site, or nothing. Raises VerifiedError for anything else."""
    url = clean(url)
    own_page = url.startswith("/") and not url.startswith("//")
    if url and not own_page and not url.startswith(("https://", "http://")):
        raise VerifiedError("source_url must begin with https://, http:// or /")
    return url
