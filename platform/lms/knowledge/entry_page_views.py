"""The page of one entry of the shelf: what it says, what may be done with it, what people ask of it."""

from __future__ import annotations

from flask import render_template

from assistant.documents import document as documents
from assistant.documents.document import Document
from assistant.knowledge.entry import DOCUMENT, FACT, Entry
from assistant.knowledge.facts import Fact
from i18n.dates import today
from lms.asking import trying
from lms.asking.service import unit_name
from lms.core.database import reading
from lms.core.forms import Filled
from lms.core.pages.errors import Refusal
from lms.knowledge import asked, forms, queries, service
from lms.knowledge.pages import may_change, my_unit, page_number, store, the_entry


def entry_page(filled: Filled, entry_id: int) -> str:
    """The page with one of its forms: TRY or ASKED, blank or as it was sent."""
    found = the_entry(entry_id)
    past = queries.history(store(), found)
    is_draft = found.kind == DOCUMENT and documents.is_draft(found)
    document = Document.from_entry(found) if found.kind == DOCUMENT else None
    page = min(page_number(), asked.pages(document)) if document else 1
    return render_template(
        "knowledge/entry.html",
        tab="mine",
        entry=found,
        document=document,
        fact=Fact.from_entry(found) if found.kind == FACT else None,
        is_draft=is_draft,
        validity=documents.validity(found, today()),
        replaces=service.replaced_by(store(), found) if is_draft else None,
        past=past,
        newest=next((one for one in past if one.retired_at is None and one.id != found.id), None),
        names=queries.who_did(reading(), past),
        may_change=may_change(found.unit),
        today=today(),
        try_form=filled.of(forms.TRY) if may_be_tried(found) else None,
        tried=_tried(found, filled.found.get("question", "")),
        asked_form=filled.of(forms.ASKED) if document else None,
        questions=_questions(document, page, filled) if document and found.retired_at is None else {},
        page=page,
        pages=asked.pages(document) if document else 1,
    )


def may_be_tried(found: Entry) -> bool:
    """Whether the assistant may answer from it today: a fact or document in use."""
    in_use = found.retired_at is None and documents.validity(found, today()) == documents.IN_FORCE
    return in_use and (found.kind == FACT or (found.kind == DOCUMENT and not documents.is_draft(found)))


def _tried(found: Entry, question: str) -> trying.Tried | None:
    """What people hear who ask this of an entry in use, or what they would ask of a fact; else None."""
    if not may_be_tried(found):
        return None
    unit = unit_name(my_unit())
    if found.kind == FACT:
        return trying.fact_tried(Fact.from_entry(found), unit, question)
    return trying.document_tried(Document.from_entry(found), unit, question) if question else None


def _questions(document: Document, page: int, filled: Filled) -> dict[int, list[asked.Line]]:
    """By section: what is kept and proposed, or what was typed and cannot be kept as it is."""
    sent = _sent(filled) if filled.form is forms.ASKED else []
    if not sent:
        return asked.offered(document, page)
    shown: dict[int, list[asked.Line]] = {}
    for one in sent:
        if one.text.strip():
            shown.setdefault(one.section, []).append(asked.Line(one.text, one.is_kept))
    first = (page - 1) * asked.SECTIONS_A_PAGE
    numbers = range(first + 1, min(first + asked.SECTIONS_A_PAGE, len(document.sections)) + 1)
    return {number: shown.get(number, []) for number in numbers}


def _sent(filled: Filled) -> list[asked.Typed]:
    """What was typed; nothing where it makes no form."""
    try:
        return forms.asked_lines(filled)
    except Refusal:
        return []
