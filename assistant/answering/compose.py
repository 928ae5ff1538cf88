"""Every outcome is put into words here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.answer import ABSTAINED, ANSWERED, CLARIFY, URGENT, Answer, Citation
from assistant.answering.asked import Asked
from assistant.answering.extractive import Extract
from assistant.answering.routing import choice_texts
from assistant.knowledge.passage import Passage
from assistant.knowledge.verified import Verified
from assistant.retrieval.record_hits import RecordHit
from assistant.understanding.intents import OTHER
from assistant.understanding.query import STOP
from assistant.understanding.safety import Refusal
from assistant.weights import weight
from courses.urgent import Card
from i18n.vietnamese import syllables

NEAREST, NEAREST_RECORDS, CHOICES = 2, 2, 3
DID_YOU_MEAN = "Có phải bạn hỏi"
"""How a question back begins that only guesses what was meant."""

OFTEN_ASKED = ("Làm thẻ căn cước", "Đăng ký khai sinh", "Đăng ký tạm trú")
"""What is offered to somebody who did not say of what they ask."""

VAGUE_WORDS = 2
"""A question with no more telling words than this may mean several things."""


def nothing_asked(asked: Asked) -> Answer:
    """For an empty question."""
    text = "Bạn muốn hỏi gì? Hãy gõ một câu, có dấu hay không dấu đều được."
    return Answer(asked.text, CLARIFY, text, register=asked.register)


def small_talk(asked: Asked, reply: str) -> Answer:
    """The reply to a greeting, thanks or assent."""
    return Answer(asked.text, CLARIFY, reply, confidence=1.0, register=asked.register, heard_as=asked.text)


def of_what(asked: Asked) -> Answer:
    """A question back for who asks what it costs, or how long it takes, and not of what."""
    lesson = asked.lesson
    titles = [one.titles[-1] for one in asked.snapshot.shelf.passages if lesson and one.group == lesson]
    things = tuple(dict.fromkeys(titles))[:CHOICES] or OFTEN_ASKED
    return Answer(
        asked.text,
        CLARIFY,
        f"Bạn hỏi “{asked.query.heard_as.strip(' ?.!')}” của việc gì? Bạn gõ thêm tên việc hay tên giấy tờ.",
        register=asked.register,
        heard_as=asked.query.heard_as,
        choices=choice_texts(things, asked.query),
    )


def from_card(asked: Asked, card: Card) -> Answer:
    """The first safe steps, word for word from a card."""
    shown = card.text(asked.register, asked.numbers)
    citation = Citation(card.title, card.url, shown.steps[0], "Thẻ việc gấp của Học Số", card.checked_on)
    return Answer(
        asked.text,
        URGENT,
        shown.text,
        shown.steps,
        (citation,),
        1.0,
        asked.register,
        heard_as=asked.text,
        looked_for=card.title,
    )


def refused(asked: Asked, refusal: Refusal) -> Answer:
    """For what a machine must not answer."""
    return Answer(
        asked.text, ABSTAINED, refusal.text, confidence=1.0, register=asked.register, heard_as=asked.text
    )


def from_verified(asked: Asked, verified: Verified, score: float) -> Answer:
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
        asked.text,
        ANSWERED,
        verified.answer_text,
        citations=(citation,),
        confidence=score,
        register=asked.register,
        engine="verified",
        heard_as=asked.query.heard_as,
        reviewed_on=verified.reviewed_on,
    )


def which_record(asked: Asked, titles: Sequence[str]) -> Answer:
    """A question back, when several records are meant alike."""
    return Answer(
        asked.text,
        CLARIFY,
        "Có mấy việc gần giống nhau. Bạn muốn hỏi việc nào?",
        confidence=asked.sureness.record,
        register=asked.register,
        engine="fields",
        heard_as=asked.query.heard_as,
        choices=choice_texts(titles, asked.query),
    )


def did_you_mean(asked: Asked, choices: Sequence[str], sure: float) -> Answer:
    """A question back with what may be meant, as questions to tap."""
    meant = "một trong những việc này" if len(set(choices)) > 1 else "việc này"
    return Answer(
        asked.text,
        CLARIFY,
        f"{DID_YOU_MEAN} {meant}? Không phải thì bạn hỏi cán bộ.",
        confidence=sure,
        register=asked.register,
        engine="fields",
        heard_as=asked.query.heard_as,
        choices=tuple(dict.fromkeys(choices))[:CHOICES],
        nearest=nearest_records(asked),
    )


def apart(asked: Asked) -> list[RecordHit]:
    """The first records that are called otherwise: the same thing at another level is one thing."""
    first: dict[str, RecordHit] = {}
    for hit, title in zip(asked.records.hits, asked.titles(asked.records.hits), strict=True):
        first.setdefault(title.split(" (")[0], hit)
    return list(first.values())


def which_thing(asked: Asked, choices: tuple[str, ...]) -> Answer:
    """A question back, when a word or two may mean several things."""
    return Answer(
        asked.text,
        CLARIFY,
        "Bạn muốn hỏi điều nào dưới đây?",
        confidence=asked.sureness.lesson,
        register=asked.register,
        heard_as=asked.query.heard_as,
        choices=choices,
        nearest=nearest_passages(asked),
    )


def answered(asked: Asked, found: Extract, confidence: float) -> Answer:
    """The answer that shows an extract with its citations."""
    return Answer(
        asked.text,
        ANSWERED,
        found.text,
        found.steps,
        citations(found),
        confidence,
        asked.register,
        heard_as=asked.query.heard_as,
    )


def abstained(asked: Asked, nearest: tuple[Citation, ...]) -> Answer:
    """What was looked for, the nearest things there are, and a person."""
    heard_as = asked.query.heard_as
    text = f"Trợ lý chưa có câu trả lời chắc chắn cho: “{heard_as}”. Bạn hãy hỏi cán bộ."
    if nearest:
        text += " Dưới đây là những mục gần nhất."
    return Answer(
        asked.text,
        ABSTAINED,
        text,
        confidence=asked.sureness.lesson,
        register=asked.register,
        heard_as=heard_as,
        looked_for=heard_as,
        nearest=nearest,
    )


def vague_choices(asked: Asked) -> tuple[str, ...]:
    """Up to three things a very short question may mean; none if it is clear enough.

    It is vague if it names one thing only and several lessons speak of that thing as much.
    """
    query = asked.query
    if query.intent != OTHER or len(query.words) > VAGUE_WORDS or query.leans_back:
        return ()
    # With their marks: “phở” is not “phổ”.
    wanted = {word for word in syllables(query.heard_as) if word not in STOP}
    about = [one for one in found_passages(asked) if wanted and wanted <= set(syllables(one.search_text))]
    if len(about) < 2 or len({passage.group for passage in about}) < 2:
        return ()
    return tuple(dict.fromkeys(passage.title for passage in about))[:CHOICES]


def nearest_passages(asked: Asked) -> tuple[Citation, ...]:
    """The first two different places."""
    first: dict[str, Passage] = {}
    for passage in found_passages(asked):
        first.setdefault(passage.locator, passage)
    return tuple(cite(one, one.items[0] if one.items else "") for one in list(first.values())[:NEAREST])


def found_passages(asked: Asked) -> Iterable[Passage]:
    """The passages that were found, best first."""
    return (asked.snapshot.shelf.passages[hit.number] for hit in asked.ranking.hits)


def nearest_records(asked: Asked) -> tuple[Citation, ...]:
    """Places to offer where there is no answer: the best records, if they are nearer than lessons."""
    sure, hits = asked.sureness, asked.records.hits
    if not hits or sure.record < weight("choice.near_enough") or sure.record < sure.lesson:
        return ()
    rows = [asked.snapshot.procedures.rows[hit.number] for hit in hits[:NEAREST_RECORDS]]
    return tuple(Citation(row.title, f"/thu-tuc/{row.code}", "", f"Thủ tục {row.code}") for row in rows)


def citations(found: Extract) -> tuple[Citation, ...]:
    """Where the sentences of an extract stand."""
    return tuple(cite(passage, quote) for passage, quote in found.used)


def cite(passage: Passage, quote: str) -> Citation:
    """The citation of a passage for one of its sentences."""
    return Citation(passage.title, passage.locator, quote, passage.source, passage.checked_on)
