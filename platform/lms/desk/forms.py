"""What officers type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lms.desk.service import Draft


def read_draft(form: Mapping[str, str]) -> Draft:
    """The answer in a form; a date that is none becomes None."""
    return Draft(
        text=form.get("text", ""),
        source_title=form.get("source_title", ""),
        source_url=form.get("source_url", ""),
        checked_on=read_day(form.get("checked_on", "")),
    )


def read_day(typed: str) -> date | None:
    """A day as browsers send it (2026-11-22) or as people type it (22/11/2026), or None."""
    typed = typed.strip()
    parts = typed.split("/")
    try:
        if len(parts) == 3:
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
        return date.fromisoformat(typed)
    except ValueError:
        return None
