"""What kind of answer a question calls for, told by the ways in which people ask.

The ways stand in i18n/data: intents.yaml, channels.yaml, asides.yaml, dialect.yaml.
"""

from __future__ import annotations

import re

from assistant.weights import weight
from i18n.tables import names, table
from i18n.vietnamese import fold
from i18n.vietnamese.phrase_patterns import between, listed

FEE, TIME, DOCUMENTS, PLACE, WHO, RESULT = "fee", "time", "documents", "place", "who", "result"
DEADLINE, AMOUNT, SHEET, OVERVIEW = "deadline", "amount", "sheet", "overview"
DEFINITION, SCAM, HOW, LISTING, OTHER = "definition", "scam", "how", "listing", "other"
FIELD_INTENTS = (FEE, TIME, DOCUMENTS, PLACE, WHO, RESULT)
"""Intents whose answer is a field of a record.

A deadline is until when something must be done, not how long it takes; an amount is what one is paid or
fined, not what it costs; a sheet is the printed form to fill in, one paper among others.
"""

ONLINE, DIRECT, POSTAL = "online", "direct", "postal"

_CONDITION = "condition"
"""Asked of what must be so before one may; answered like who may."""


_FIELDS_AND_MORE = (*FIELD_INTENTS, SHEET, DEADLINE)
_INTENTS = tuple((name, listed("intents", name)) for name in names("intents"))
_OF_FIELDS = tuple(pattern for name, pattern in _INTENTS if name in _FIELDS_AND_MORE)
_WAYS = tuple((name, listed("channels", name)) for name in names("channels"))
_FEE_ASIDE, _OFFICE_TAKES = (listed("asides", name) for name in ("fee", "office_takes"))
_DIALECT = tuple((between(row), fold(row["means"])) for row in table("dialect"))


def as_asked_in_the_north(folded: str) -> str:
    """Question words of the centre and the south in their commonest form; no marks in, none out."""
    for pattern, means in _DIALECT:
        folded = pattern.sub(means, folded)
    return folded


def _asking(text: str) -> str:
    """The text without marks by which what it wants is heard; what it says besides is taken out."""
    return _OFFICE_TAKES.sub(" mat ", _FEE_ASIDE.sub(" ", as_asked_in_the_north(fold(text))))


def intent_of(text: str) -> str:
    """The kind of answer that is asked for."""
    folded = _asking(text)
    intent = next((name for name, pattern in _INTENTS if pattern.search(folded)), OTHER)
    return WHO if intent == _CONDITION else intent


def wants_of(text: str) -> tuple[str, ...]:
    """Every field of a record that is asked for, in the order of the text: "mẫu nào, mấy ngày có"."""
    folded = _asking(text)
    heard: list[tuple[int, int, str]] = []
    for name, pattern in _INTENTS:
        if name not in _FIELDS_AND_MORE and name != _CONDITION:
            continue
        for found in pattern.finditer(folded):
            if found.end() > found.start() and all(
                found.end() <= start or end <= found.start() for start, end, _name in heard
            ):
                heard.append((found.start(), found.end(), WHO if name == _CONDITION else name))
    wants = tuple(dict.fromkeys(name for _start, _end, name in sorted(heard)))
    # Until when one must act is asked with the words for how long something takes.
    return tuple(name for name in wants if name != TIME or DEADLINE not in wants)


def way_of(text: str) -> str | None:
    """Online, in person or by post, if the question says so."""
    folded = fold(text)
    return next((name for name, pattern in _WAYS if pattern.search(folded)), None)


def without_intents(text: str) -> str:
    """The text, without diacritics, with the words taken out that ask for a fee, a time or papers."""
    folded = as_asked_in_the_north(fold(text))
    for pattern in _OF_FIELDS:
        folded = pattern.sub(" ", folded)
    return folded


# A run of digits and marks is read whole and from its beginning alone; what it says is read by `quantities`.
_NUMBER = r"(?<![\d.,])[.,]*+\d[\d.,]*+\s*+"
_MONEY, _SUMS, _TIMES = (listed("answers", f"{name}_units").pattern for name in ("money", "sum", "time"))
_AMOUNT = re.compile(rf"{_NUMBER}(?:{_MONEY})|{listed('answers', 'money').pattern}", re.IGNORECASE)
_SUM = re.compile(rf"{_NUMBER}(?:{_SUMS})")
_DURATION = re.compile(rf"(?<!\d)\d++\s*+(?:{_TIMES})|{listed('answers', 'time').pattern}", re.IGNORECASE)
_PLACE = listed("answers", "place")


def intent_bonus(intent: str, item: str) -> float:
    """More for a sentence of the kind that was asked for: "how much" wants an amount above all."""
    if intent in (FEE, AMOUNT):
        return weight("sentences.amount") if _AMOUNT.search(item) else 0.0
    if intent in (TIME, DEADLINE):
        return weight("sentences.duration") if _DURATION.search(item) else 0.0
    if intent == PLACE:
        return weight("sentences.place") if _PLACE.search(item) else 0.0
    if intent == DEFINITION:
        return weight("sentences.definition") if " là " in item else 0.0
    return 0.0


def has_amount(folded: str) -> bool:
    """Whether a text without marks names a sum of money or a share."""
    return _SUM.search(folded) is not None
