"""What officers type."""

from __future__ import annotations

from collections.abc import Mapping

from i18n.dates import read_date
from lms.desk.service import Draft


def read_draft(form: Mapping[str, str]) -> Draft:
    """The answer in a form; a date that is none becomes None."""
    return Draft(
        text=form.get("text", ""),
        source_title=form.get("source_title", ""),
        source_url=form.get("source_url", ""),
        checked_on=read_date(form.get("checked_on", "")),
    )
