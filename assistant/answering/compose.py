"""From what was found to an Answer: every outcome is put into words here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from assistant.answer import ABSTAINED, ANSWERED, CLARIFY, URGENT, Answer, Citation
from assistant.answering.extractive import Candidate, Extract, extract
from assistant.answering.grounding import grounded
from assistant.answering.routing import choice_texts
from assistant.indexing.passages import Shelf
from assistant.knowledge.passage import Passage
from assistant.knowledge.verified import Verified
from assistant.procedures.answers.fields import FieldsAnswer, fields_answer
from assistant.procedures.passages import record_passages
from assistant.procedures.record import PAPERS, Procedure
from assistant.retrieval.search import Ranking
from assistant.understanding.intents import DOCUMENTS, OTHER, OVERVIEW, SHEET
from assistant.understanding.query import STOP, Question
from assistant.understanding.safety import Refusal
from courses.urgent import Card
from i18n.vietnamese import fold, syllables

_SHEET = re.compile(r"(?:to khai|mau|phieu|don|giay de nghi|van ban de nghi|bieu mau)\b")
_BY_FORM = re.compile(r"\bmau (?:so )?[a-z]{0,3}\d")
_ENDS_ASKING = re.compile(r"\b(?:khong|chua|ha|sao|nao|gi|dau|a)\W*$")
MOST_SHEETS = 6
_NUMBER = re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?")

PASSAGES_READ, NEAREST, CHOICES = 3, 2, 3
NEARLY_AS_GOOD = 0.04
"""A further passage is read only if its fused score is this close to the best one's."""

NAME_WORDS = 6
"""A question with no more telling words, and nothing that is asked, only names a procedure."""

VAGUE_WORDS = 2
"""A question with no more telling words than this may mean several things."""


def nothing_asked(asked: str, register: str) -> Answer:
    """For an empty question."""
    return Answer(
        asked, CLARIFY, "Bạn muốn hỏi gì? Hãy gõ một câu, có dấu hay không dấu đều được.", register=register
    )


def from_card(asked: str, card: Card, register: str) -> Answer:
    """The first safe steps, word for word from a card."""
    shown = card.text(register)
    citation = Citation(card.title, card.url, shown.steps[0], "Thẻ việc gấp của Học Số", card.checked_on)
    return Answer(
        asked,
        URGENT,
        shown.text,
        shown.steps,
        (citation,),
        1.0,
        register,
        heard_as=asked,
        looked_for=card.title,
    )


def refused(asked: str, refusal: Refusal, register: str) -> Answer:
    """For what a machine must not answer."""
    return Answer(asked, ABSTAINED, refusal.text, confidence=1.0, register=register, heard_as=asked)


def from_verified(question: Question, verified: Verified, score: float, register: str) -> Answer:
    """An answer that a person wrote or checked, unchanged."""
    was_checked = verified.reviewed_by is not None
    citation = Citation(
        title=verified.source_title or verified.questions[0],
        url=verified.source_url,
        quote=verified.answer_text.split("\n")[0],
        source="Câu trả lời đã được cán bộ kiểm tra" if was_checked else "Câu trả lời của cán bộ",
        checked_on=verified.reviewed_on or verified.created_at.date(),
    )
    return Answer(
        question.asked,
        ANSWERED,
        verified.answer_text,
        citations=(citation,),
        confidence=score,
        register=register,
        engine="verified",
        heard_as=question.heard_as,
        reviewed_on=verified.reviewed_on,
    )


def from_record(
    question: Question,
    record: Procedure,
    weigh,
    confidence: float,
    register: str,
    today: date,
    old_after: int,
) -> Answer | None:
    """The answer from a record: its fields where one is asked for, else its words; None if it is silent.

    `weigh(words)` gives how telling each word is: float32, shape (len(words),).
    """
    if question.form == SHEET and (sheets := sheet_answer(question, record, confidence, register)):
        return sheets
    wanted = fields_answer(
        record,
        form_for_record(question),
        register=register,
        today=today,
        way=question.way,
        case=question.heard_as,
        old_after_days=old_after,
    )
    if wanted is None:
        return from_record_words(question, record, weigh, confidence, register)
    quotes = {wanted.anchor: wanted.quote, **other_quotes(record, wanted), **dict(wanted.more)}
    return Answer(
        question.asked,
        wanted.outcome,
        heading_last(wanted.text) if wanted.steps else wanted.text,
        wanted.steps,
        tuple(
            Citation(record.title, f"{record.locator}#{anchor}", quote, record.source, record.read_on)
            for anchor, quote in quotes.items()
        ),
        confidence,
        register,
        "fields",
        heard_as=question.heard_as,
        choices=wanted.choices,
        warnings=wanted.warnings,
    )


def heading_last(text: str) -> str:
    """The text with the line that heads its list at its end, behind notes and the record's name."""
    lines = text.split("\n")
    place = next((place for place in reversed(range(len(lines))) if lines[place].endswith(":")), None)
    return text if place is None else "\n".join((*lines[:place], *lines[place + 1 :], lines[place]))


def form_for_record(question: Question) -> str:
    """The field of a record that answers; all of them in short for who says nothing but its name."""
    if question.form == SHEET:
        return DOCUMENTS
    asks = "?" in question.asked or _ENDS_ASKING.search(fold(question.heard_as))
    is_name = question.form == OTHER and not asks and len(question.topic) <= NAME_WORDS
    return OVERVIEW if is_name else question.form


def sheet_answer(question: Question, record: Procedure, confidence: float, register: str) -> Answer | None:
    """The printed forms among the papers of a record, each once; None if it names none."""
    lines = record.sections().get(PAPERS, ())
    named = [line for line in lines if _SHEET.match(fold(line))]
    sheets = tuple(dict.fromkeys(named or [line for line in lines if _BY_FORM.search(fold(line))]))
    if not sheets:
        return None
    sheets = sheets[:MOST_SHEETS]
    return Answer(
        question.asked,
        ANSWERED,
        heading_last(f"Tờ khai, mẫu đơn của việc này:\nTheo {record.source[:1].lower()}{record.source[1:]}."),
        sheets,
        (Citation(record.title, f"{record.locator}#{PAPERS}", sheets[0], record.source, record.read_on),),
        confidence,
        register,
        "fields",
        heard_as=question.heard_as,
    )


def other_quotes(record: Procedure, wanted: FieldsAnswer) -> dict[str, str]:
    """Lines of other sections, by anchor, that hold a number of the answer which its own section lacks."""
    sections = record.sections()
    known = numbers_in("\n".join(sections.get(wanted.anchor, ())))
    told = "\n".join((*wanted.text.split("\n")[:-1], *wanted.steps))
    missing = numbers_in(told) - known
    found: dict[str, str] = {}
    for anchor, lines in sections.items():
        line = next((line for line in lines if missing & numbers_in(line)), None)
        if line is not None and anchor != wanted.anchor:
            found[anchor] = line
            missing -= numbers_in("\n".join(lines))
    return found


def numbers_in(text: str) -> set[str]:
    """The numbers of a text, without the points that group their digits."""
    return {number.replace(".", "") for number in _NUMBER.findall(text)}


def from_record_words(
    question: Question, record: Procedure, weigh, confidence: float, register: str
) -> Answer | None:
    """The sentences of a record that answer, in its own words; None if it has none."""
    # Each section is as likely as the next: only its words tell which one was meant.
    read = [Candidate(passage, 1.0, None) for passage in record_passages(record)]
    found = extract(question, read, weigh)
    extracted = grounded(found) if found else None
    return None if extracted is None else answered(question, extracted, confidence, register)


def which_record(question: Question, titles: Sequence[str], confidence: float, register: str) -> Answer:
    """A question back, when several records are meant alike."""
    return Answer(
        question.asked,
        CLARIFY,
        "Có mấy việc gần giống nhau. Bạn muốn hỏi việc nào?",
        confidence=confidence,
        register=register,
        engine="fields",
        heard_as=question.heard_as,
        choices=choice_texts(titles, question.form),
    )


def from_ranking(
    question: Question,
    ranking: Ranking,
    shelf: Shelf,
    vector: np.ndarray | None,
    confidence: float,
    is_sure: bool,
    register: str,
    nearest_records: tuple[Citation, ...] = (),
) -> Answer:
    """An answer from the best passages; a question back, or an honest "I don't know".

    `nearest_records`: offered instead of the nearest passages where there is no answer.
    """
    passages = [shelf.passages[hit.number] for hit in ranking.hits]
    choices = vague_choices(question, ranking, passages)
    if choices:
        return Answer(
            question.asked,
            CLARIFY,
            "Bạn muốn hỏi điều nào dưới đây?",
            confidence=confidence,
            register=register,
            heard_as=question.heard_as,
            choices=choices,
            nearest=nearest(passages),
        )
    found = None
    if is_sure:
        found = extract(question, candidates(ranking, shelf, vector), shelf.index.lexical.idf_of)
    extracted = grounded(found) if found else None
    if extracted is None:
        return abstained(question, nearest_records or nearest(passages), confidence, register)
    return answered(question, extracted, confidence, register)


def candidates(ranking: Ranking, shelf: Shelf, vector: np.ndarray | None) -> list[Candidate]:
    """The passages to read, with each item's cosine to the question."""
    read = []
    for hit in ranking.hits[:PASSAGES_READ]:
        if hit.score < ranking.hits[0].score - NEARLY_AS_GOOD:
            break
        rows = shelf.item_vectors(hit.number)
        cosines = rows @ vector if rows is not None and vector is not None else None
        read.append(Candidate(shelf.passages[hit.number], hit.score, cosines))
    return read


def answered(question: Question, found: Extract, confidence: float, register: str) -> Answer:
    """The answer that shows an extract with its citations."""
    return Answer(
        question.asked,
        ANSWERED,
        found.text,
        found.steps,
        tuple(cite(passage, quote) for passage, quote in found.used),
        confidence,
        register,
        heard_as=question.heard_as,
    )


def abstained(question: Question, nearest: tuple[Citation, ...], confidence: float, register: str) -> Answer:
    """What was looked for, the nearest things there are, and a person."""
    text = f"Trợ lý chưa có câu trả lời chắc chắn cho: “{question.heard_as}”. Bạn hãy hỏi cán bộ."
    if nearest:
        text += " Dưới đây là những mục gần nhất."
    return Answer(
        question.asked,
        ABSTAINED,
        text,
        confidence=confidence,
        register=register,
        heard_as=question.heard_as,
        looked_for=question.heard_as,
        nearest=nearest,
    )


def vague_choices(question: Question, ranking: Ranking, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Up to three things a very short question may mean; none if it is clear enough.

    It is vague if it names one thing only and several lessons speak of that thing as much.
    """
    if question.form != OTHER or len(question.words) > VAGUE_WORDS or question.leans_back:
        return ()
    # With their marks: “phở” is not “phổ”.
    wanted = {word for word in syllables(question.heard_as) if word not in STOP}
    about = [
        (passage, hit)
        for passage, hit in zip(passages, ranking.hits, strict=True)
        if wanted and wanted <= set(syllables(passage.search_text))
    ]
    if len(about) < 2 or len({passage.group for passage, _hit in about}) < 2:
        return ()
    return tuple(dict.fromkeys(passage.title for passage, _hit in about))[:CHOICES]


def nearest(passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """The first two different places."""
    places = {passage.locator: passage for passage in reversed(passages)}
    first = [passage for passage in passages if places.get(passage.locator) is passage]
    return tuple(cite(passage, passage.items[0] if passage.items else "") for passage in first[:NEAREST])


def cite(passage: Passage, quote: str) -> Citation:
    """The citation of a passage for one of its sentences."""
    return Citation(passage.title, passage.locator, quote, passage.source, passage.checked_on)
