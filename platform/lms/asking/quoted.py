"""A page that a source leads to, with the quoted sentence marked."""

from __future__ import annotations

from flask import request

from courses import quote


def marked(page: str) -> str:
    """The page of this request with the sentence marked that its address names; as it came if it names none.

    For any page whose address `courses.quote.link` makes; the page's sections need ids.
    """
    wanted = request.args.get(quote.MARK_ID, "")
    return quote.mark(page, wanted, request.args.get(quote.SECTION, "")) if wanted else page
