"""Why an answer came out as it did: what was heard, what was looked at, and how sure each way was."""

from __future__ import annotations

from typing import Any

from assistant.answer import ANSWERED, CLARIFY, Answer
from assistant.answering.asked import Asked
from assistant.answering.found import least_sure, weighed_offers
from assistant.answering.offers import Offer
from assistant.understanding.frames import frame_of_title
from assistant.weights import weight

RECORDS, PASSAGES = 8, 3
ANSWER, TAP, HAND_OVER = "answer", "tap", "hand over"


def explained(asked: Asked, answer: Answer) -> dict[str, Any]:
    """Plain JSON values: `frame` of the question, `candidates` with what speaks against each, and `bands`."""
    band = ANSWER if answer.outcome == ANSWERED else TAP if answer.outcome == CLARIFY else HAND_OVER
    return {
        "frame": asked.query.frame.to_json(),
        "intent": asked.query.intent,
        "parts": [part.text for part in asked.parts] if len(asked.parts) > 1 else [],
        "candidates": [*_records(asked), *_passages(asked)],
        "bands": {
            "band": band,
            "taps_from": weight("choice.likely"),
            "offers": [_offer(asked, one, sure) for one, sure in weighed_offers(asked)],
        },
    }


def _offer(asked: Asked, offer: Offer, confidence: float) -> dict[str, Any]:
    """An answer that might have been given: where from, how likely right, and from when on it is given."""
    citations = offer.answer.citations
    return {
        "url": citations[0].url if citations else "",
        "confidence": round(confidence, 4),
        "answers_from": least_sure(asked, offer, is_tied=False),
    }


def _records(asked: Asked) -> list[dict[str, Any]]:
    rows, found = asked.snapshot.procedures.rows, asked.records
    return [
        {
            "id": rows[hit.number].code,
            "title": rows[hit.number].title,
            "frame": frame_of_title(rows[hit.number].title).to_json(),
            "score": round(hit.score, 4),
            "why_not": hit.why_not,
        }
        for hit in (*found.hits[:RECORDS], *found.left_out[:RECORDS])
    ]


def _passages(asked: Asked) -> list[dict[str, Any]]:
    found = [(asked.snapshot.shelf.passages[hit.number], hit.score) for hit in asked.ranking.hits[:PASSAGES]]
    return [
        {"id": one.locator, "title": one.title, "frame": {}, "score": round(score, 4), "why_not": ""}
        for one, score in found
    ]
