"""Any page that a source leads to can mark the sentence that its address names."""

from __future__ import annotations

from flask import Flask

from courses import quote
from lms.asking import quoted

PAGE = '<section id="phi"><p>Miễn phí.</p></section><section id="le-phi"><p>Miễn phí.</p></section>'


def shown_at(address: str) -> str:
    """What the page becomes when it is asked for under this address."""
    with Flask(__name__).test_request_context(address):
        return quoted.marked(PAGE)


def test_the_sentence_in_the_cited_section_is_marked():
    shown = shown_at(quote.link("/tai-lieu/noi-quy#le-phi", "Miễn phí."))
    assert shown == PAGE.replace(
        '<section id="le-phi"><p>Miễn phí.', '<section id="le-phi"><p><mark id="trich">Miễn phí.</mark>'
    )


def test_an_address_that_names_no_sentence_shows_the_page_as_it_is():
    assert shown_at("/tai-lieu/noi-quy") == PAGE
    assert shown_at("/tai-lieu/noi-quy?muc=phi&trich=") == PAGE


def test_a_sentence_that_is_gone_leads_to_its_section():
    shown = shown_at(quote.link("/tai-lieu/noi-quy#phi", "Hai nghìn đồng."))
    assert shown.startswith('<section id="phi"><span id="trich"></span>')
