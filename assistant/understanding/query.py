"""What was asked: the words as heard, and the kind of answer they call for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.understanding.frames import Frame, frame_of
from assistant.understanding.intents import (
    DEADLINE,
    FEE,
    FIELD_INTENTS,
    HOW,
    OTHER,
    PLACE,
    SHEET,
    TIME,
    intent_of,
    wants_of,
    way_of,
    without_intents,
)
from i18n.foreign import is_foreign
from i18n.tables import phrases, words
from i18n.vietnamese import Restorer, clean, expand_short_forms, fold, has_diacritics, syllables
from i18n.vietnamese.phrase_patterns import listed
from i18n.vietnamese.quantities import read as quantities_in

LONGEST = 500
"""Letters that are read; a longer text is cut there."""

FEW_MARKS = 0.2
"""Share of marked syllables under which a question counts as typed without diacritics; text that was
typed with them has three in four."""

KEPT_TURNS = 5
GOES_ON = frozenset((*FIELD_INTENTS, SHEET, DEADLINE))
"""What a follow-up that names no field goes on asking for."""
LONGEST_LEANING = 9
"""Telling words of a question that may still speak of what the one before was about."""
OWN_TOPIC = 3
"""Telling words from which a follow-up speaks of a thing of its own."""

_LEANS_BACK = listed("follow_ups", "question")
_POINTS_BACK, _GOES_ON = listed("follow_ups", "points_back"), listed("follow_ups", "goes_on")
_ONLY_ASKS = listed("follow_ups", "only_asks")

STOP = frozenset(words("stop_words", "idle"))
"""Words that tell nothing of the topic, with their marks: bare "the" may be "thế" or "thẻ"."""

_IDLE_IN_NAMES = (STOP | frozenset(words("stop_words", "paperwork"))) - frozenset(
    words("stop_words", "in_names_of_procedures")
)
"""Words that tell nothing of a record: how something is asked, not what it is about."""

_OF_ANY_PAPER = frozenset(map(fold, words("stop_words", "of_any_paper")))
_SAYS_HOW = _OF_ANY_PAPER | frozenset(map(fold, words("stop_words", "judging")))
_ASKING_ALONE = STOP | frozenset((*words("stop_words", "paperwork"), *words("stop_words", "asking_alone")))
_PEOPLE = frozenset(map(fold, words("stop_words", "people")))
"""Without marks: what every piece of paperwork has, what judges a thing, and for whom it is."""

_WHO_ASKS = re.compile(
    rf"(?i:(?:(?:{'|'.join(phrases('asides', 'covered'))})(?: [^\W\d_]+){{0,5}} )?\[[^\]]{{2,40}}\],?)"
    rf"|\b(?i:{'|'.join(words('asides', 'names_oneself'))}) tên(?: là)?(?: [A-ZĐ]\w*){{1,5}},?"
)
"""What people say of themselves before they ask: their name, and numbers that were covered."""

_TAKES = listed("senses", "takes")
_LOST = re.compile("mất|mat", re.IGNORECASE)
_AMOUNT = listed("numbers", "how_many")
_IS_IT_SO = listed("question_endings", "is_it_so")
_WHETHER = listed("question_endings", "whether")
_DENIES = listed("parts", "denies")
_SENTENCES = re.compile(r"(?<=[.?!;])\s+")
_AGE = re.compile(r"(\d{1,3}) tuổi")


@dataclass(frozen=True)
class Query:
    """A question made ready: `typed` as it may be shown and stored, `heard_as` as it is searched.

    `intent` says what kind of answer it calls for; `folded` whether it was typed without diacritics;
    `leans_back` whether the turn before was needed to understand it; `way` whether it asks of doing
    something online, in person or by post.
    """

    typed: str
    heard_as: str
    intent: str
    folded: bool
    leans_back: bool = False
    way: str | None = None

    @property
    def frame(self) -> Frame:
        """Of what, of which case and of whom it asks; what a follow-up names stands for what was before.

        "Đổi thẻ hết bao nhiêu?", then "thế còn mất thì sao?": a lost card, and no exchange any more.
        """
        whole = frame_of(self.heard_as)
        if not self.leans_back:
            return whole
        own = frame_of(self.heard_as.rpartition(": ")[2])
        return replace(
            whole,
            actions=own.actions or whole.actions,
            people=own.people or whole.people,
            provinces=own.provinces or whole.provinces,
            age=whole.age if own.age is None else own.age,
        )

    @property
    def words(self) -> tuple[str, ...]:
        """Its telling words, without diacritics, each once."""
        return content_words(self.heard_as)

    @property
    def topic(self) -> tuple[str, ...]:
        """The telling words that are not about fees, times or papers: what a record is called by.

        All telling words, if nothing else is left.
        """
        return own_topic(self.called) or self.words

    @property
    def wants(self) -> tuple[str, ...]:
        """The fields of a record that it asks for, its own first; of a follow-up, those of its last words."""
        own = self.heard_as.rpartition(": ")[2] if self.leans_back else self.heard_as
        return tuple(dict.fromkeys((self.intent, *wants_of(what_is_asked(own)))))

    @property
    def called(self) -> str:
        """What records are searched by: the question, with the ages that rules speak of."""
        return " ".join((self.heard_as, *(age_group(int(age)) for age in _AGE.findall(self.heard_as))))


def what_is_asked(heard: str) -> str:
    """A text without the sentences that only tell: "Con tôi mới sinh mấy hôm." asks for no time."""
    told = _SENTENCES.split(heard)
    asks = [one for one in told if not _DENIES.search(one.strip(" ,.;:?!"))]
    return " ".join(asks) if asks and len(asks) < len(told) else heard


def own_topic(text: str) -> tuple[str, ...]:
    """The words of a text that are not about fees, times or papers, without diacritics; perhaps none."""
    kept = set(syllables(without_intents(text)))
    telling = (fold(word) for word in syllables(text) if word not in _IDLE_IN_NAMES)
    return tuple(dict.fromkeys(word for word in telling if word in kept))


def age_group(age: int) -> str:
    """How rules name people of an age: what they may have and how it is made hangs on it."""
    if age < 6:
        return "dưới 6 tuổi dưới 14 tuổi trẻ em"
    return "dưới 14 tuổi" if age < 14 else "từ đủ 14 tuổi trở lên"


def understand(
    asked: str,
    restorer: Restorer,
    history: Sequence[str] = (),
    *,
    joined: bool = False,
) -> Query:
    """Read a question that was cleaned and masked. `history`: earlier questions, newest last.

    `joined`: it is the second part of one question, whose first part is the last of `history`.

    A question that leans on the one before takes its topic from there, and its intent too if it has none
    of its own; the one before may lean on its own past, up to five turns back.
    """
    before: Query | None = None
    for turn in history[-KEPT_TURNS:]:
        before = _understand_after(turn, restorer, before)
    return _understand_after(asked, restorer, before, joined)


def _understand_after(asked: str, restorer: Restorer, before: Query | None, joined: bool = False) -> Query:
    folded = lacks_marks(asked)
    asked_of = _WHO_ASKS.sub(" ", asked).strip() or asked
    # Marks on an English question make other words of it.
    foreign = folded and is_foreign(expand_short_forms(asked_of))
    heard = asked_of if foreign else costs_said(restorer.mend(expand_short_forms(asked_of), folded))
    intent, way = intent_of(what_is_asked(heard)), way_of(heard)
    if intent == OTHER:
        intent = whether_so(heard, way)
    leans_back = before is not None and leans_on(heard, before, joined)
    if before is not None and leans_back:
        intent = before.intent if intent in (OTHER, HOW) and (way or before.intent in GOES_ON) else intent
        if names_another(heard, before) or (has_topic_of_its_own(heard) and not joined):
            return Query(asked, heard, intent, folded, True, way)
        topic = clean(topic_of(before)).rstrip("?!. ")
        if _AGE.search(heard):
            topic = _AGE.sub("", topic)
        heard = f"{topic}: {heard}"
    return Query(asked, heard, intent, folded, leans_back, way)


def whether_so(heard: str, way: str | None) -> str:
    """What a question wants to know that names no field and asks whether something is so, or OTHER.

    "50 nghìn một bản đúng không?" asks for the fee, "nộp qua mạng được không?" how to hand in.
    """
    if asks_for(heard) != "whether" and not _IS_IT_SO.search(fold(heard)):
        return OTHER
    units = {one.unit for one in quantities_in(heard).quantities}
    if units & {"dong", "dollar"}:
        return FEE
    if units & {"day", "hour", "working_day", "working_hour", "week"}:
        return TIME
    return PLACE if way else OTHER


def costs_said(heard: str) -> str:
    """The question with "hết" for "mất" where it means that something takes time or money.

    To lose, to die and to cost are one word; what is found by it is mostly about lost things.
    """
    return _TAKES.sub(lambda found: _LOST.sub("hết", found[0], count=1), heard)


def names_another(heard: str, before: Query) -> bool:
    """Whether a follow-up names another thing than the question before it: "còn khai sinh thì bao lâu?"."""
    own, other = frame_of(heard).objects, before.frame.objects
    return bool(own and other) and not own & other


def has_topic_of_its_own(heard: str) -> bool:
    """Whether a follow-up asks the same of another thing: "Còn chứng thực chữ ký?"."""
    idle = _PEOPLE | _OF_ANY_PAPER
    return sum(word not in idle and not word.isdigit() for word in own_topic(heard)) >= OWN_TOPIC


def topic_of(query: Query) -> str:
    """The words of a question that the next one may lean on: without what it asked of its topic before."""
    return query.heard_as.split(": ")[0] if query.leans_back else query.heard_as


def lacks_marks(text: str) -> bool:
    """Whether a text was typed without diacritics, or nearly so."""
    spelt = [word for word in syllables(text) if not word[0].isdigit()]
    marked = sum(has_diacritics(word) for word in spelt)
    return not spelt or marked / len(spelt) < FEW_MARKS


def leans_on_the_past(heard: str) -> bool:
    """Whether a question cannot be understood without the one before it."""
    if _OF_ANY_PAPER.issuperset(own_topic(heard)):
        return True
    begins = _LEANS_BACK.search(heard.strip().lower()) or _ONLY_ASKS.search(fold(heard).strip())
    return len(content_words(heard)) <= 4 and begins is not None


def leans_on(heard: str, before: Query, joined: bool) -> bool:
    """Whether a question takes its topic from the one before it."""
    if joined and not frame_of(heard).objects and not has_topic_of_its_own(heard):
        return True
    return leans_on_the_past(heard) or points_back(heard, before)


def points_back(heard: str, before: Query) -> bool:
    """Whether a longer question speaks of "it", and names no thing of its own where the one before did."""
    if frame_of(heard).objects or not before.frame.objects or len(content_words(heard)) > LONGEST_LEANING:
        return False
    low = heard.strip().lower()
    if _POINTS_BACK.search(low):
        return True
    return _GOES_ON.search(low) is not None and not has_topic_of_its_own(heard)


@lru_cache(maxsize=8192)
def names_nothing(text: str) -> bool:
    """Whether a question says only how it asks, of a thing that was named before: “Hết bao nhiêu tiền?”.

    An answer to such words is right for that thing alone, and for whoever named it.
    """
    if asks_for(text) == "whether" and _SAYS_HOW.issuperset(content_words(text)):
        return True
    if not leans_on_the_past(text):
        return False
    asks = intent_of(text) in FIELD_INTENTS or way_of(text) is not None
    return asks or _LEANS_BACK.search(text.strip().lower()) is not None


def is_bare(heard: str) -> bool:
    """Whether a question holds only the words with which one asks of any paper: “Hết bao nhiêu tiền?”."""
    return _ASKING_ALONE.issuperset(syllables(heard))


def asks_for(text: str) -> str:
    """What a question wants to know of its topic: one of FIELD_INTENTS, `amount`, `whether`, or ""."""
    intent = intent_of(text)
    if intent in FIELD_INTENTS:
        return intent
    plain = fold(text)
    if _AMOUNT.search(plain):
        return "amount"
    return "whether" if _WHETHER.search(plain) else ""


def content_words(text: str) -> tuple[str, ...]:
    """The words that tell what a text is about, without diacritics, each once."""
    return tuple(dict.fromkeys(fold(word) for word in syllables(text) if word not in STOP))
