"""The cards for urgent cases: the first safe steps, and the words that call for them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses.model import PLAIN, Library
from courses.validation import Problem
from courses.yamlfile import YamlBroken, parse
from i18n.vietnamese import clean, nfc

FILE = Path(__file__).resolve().parent / "urgent.yaml"
LARGEST_FILE = 500_000
ALONE, ABOVE = "alone", "above"
NATIONAL: Mapping[str, str] = {}
"""No number of a unit's own: each is what it is in the whole country."""

NUMBER = re.compile(r"\{(\d{3})\}")


class UrgentBroken(ValueError):
    """The cards cannot be read. `problems` names every line to mend."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class CardText:
    """A card in one register: one or two sentences, then steps in their order."""

    text: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Number:
    """An emergency number of the whole country.

    `what` says whom one calls, `local` how a unit calls its own number for the same need; `source` says who
    made it known, and `checked_on` the day that was looked at.
    """

    number: str
    what: str
    local: tuple[str, ...]
    source: str
    checked_on: dt.date


@dataclass(frozen=True)
class Card:
    """First safe steps for one urgent case.

    `signs`: each one a tuple of names in `Cards.words`, all of which must be heard; `unless`: names of
    which none may be. `lesson` ("course/lesson") and `anchor` say where to read on, if there is more;
    `checked_on` is the day the steps were last compared with that lesson and its sources; `stands` says
    whether the card answers by itself (somebody is in danger now) or above an answer (it may yet happen).
    """

    id: str
    title: str
    checked_on: dt.date
    signs: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    standard: CardText
    plain: CardText
    lesson: str = ""
    anchor: str = ""
    stands: str = ALONE

    def text(self, register: str, numbers: Mapping[str, str] = NATIONAL) -> CardText:
        """The card in a register. `numbers`: what to say for a country's number, such as "115"."""
        words = self.plain if register == PLAIN else self.standard
        return CardText(_filled(words.text, numbers), tuple(_filled(step, numbers) for step in words.steps))

    @property
    def url(self) -> str:
        """Where to read on, or nothing."""
        if not self.lesson:
            return ""
        return f"/hoc/{self.lesson}" + (f"#{self.anchor}" if self.anchor else "")


@dataclass(frozen=True)
class Cards:
    """All cards in their order of precedence, and the ways of saying things that they listen for.

    `numbers`: the country's numbers that their steps name; `turns`: words with which people turn from one
    matter to another in one breath.
    """

    words: Mapping[str, tuple[str, ...]]
    cards: tuple[Card, ...]
    numbers: tuple[Number, ...] = ()
    turns: tuple[str, ...] = ()


def load(path: Path | None = None) -> Cards:
    """Read the cards (ours by default). Raises UrgentBroken with every problem found."""
    path = path or FILE
    problems: list[Problem] = []

    def wrong(line: int, message: str) -> None:
        problems.append(Problem(path.name, line, message))

    data = _read(path)
    words = {
        name: tuple(nfc(str(one)).lower() for one in spoken) for name, spoken in data.get("words", {}).items()
    }
    cards = tuple(card for record in data.get("cards", ()) if (card := _card(record, words, wrong)))
    if not cards:
        wrong(1, "Chưa có thẻ nào. Hãy viết ít nhất một thẻ.")
    numbers = tuple(_number(record) for record in data.get("numbers", ()))
    if problems:
        raise UrgentBroken(tuple(problems))
    return Cards(words, cards, numbers, tuple(map(str, data.get("turns", ()))))


def missing_places(cards: Cards, library: Library) -> Iterator[str]:
    """Ids of cards whose lesson or section is not in the library."""
    for card in cards.cards:
        if not card.lesson:
            continue
        course_id, lesson_id = card.lesson.split("/", 1)
        course = library.course(course_id)
        lesson = course.lesson(lesson_id) if course else None
        anchors = (
            {block.anchor for text in lesson.texts.values() for block in text.blocks} if lesson else set()
        )
        if card.anchor not in anchors:
            yield card.id


def _read(path: Path) -> Mapping[str, Any]:
    if not path.is_file() or path.stat().st_size > LARGEST_FILE:
        raise UrgentBroken((Problem(path.name, 1, "Không có tệp này, hoặc tệp quá lớn."),))
    try:
        data = parse(path.read_text(encoding="utf-8"))
    except YamlBroken as error:
        raise UrgentBroken((Problem(path.name, error.line, error.message),)) from error
    if not isinstance(data, dict):
        raise UrgentBroken((Problem(path.name, 1, "Tệp phải có hai mục: words và cards."),))
    return data


def _card(
    record: Any, words: Mapping[str, tuple[str, ...]], wrong: Callable[[int, str], None]
) -> Card | None:
    line = getattr(record, "line", 1)
    try:
        card = Card(
            id=record["id"],
            title=clean(record["title"]),
            checked_on=record["checked_on"],
            signs=tuple(tuple(sign) for sign in record["signs"]),
            unless=tuple(record.get("unless") or ()),
            standard=_text(record),
            plain=_text(record["plain"]),
            lesson=record.get("lesson", ""),
            anchor=record.get("anchor", ""),
            stands=record.get("stands", ALONE),
        )
    except (KeyError, TypeError, AttributeError) as error:
        wrong(line, f"Thẻ thiếu hoặc sai mục {error}.")
        return None
    unknown = {name for sign in (*card.signs, card.unless) for name in sign} - words.keys()
    if unknown:
        wrong(line, f"Thẻ “{card.id}” nhắc nhóm từ chưa có: {', '.join(sorted(unknown))}.")
    if not card.signs or not all(card.signs):
        wrong(line, f"Thẻ “{card.id}” chưa có dấu hiệu nào. Hãy thêm vào signs.")
    if card.stands not in (ALONE, ABOVE):
        wrong(line, f"Thẻ “{card.id}”: stands là alone hoặc above.")
    if not isinstance(card.checked_on, dt.date):
        wrong(line, f"Thẻ “{card.id}” cần ngày kiểm tra, viết như 2026-11-22.")
    return card


def _number(record: Mapping[str, Any]) -> Number:
    return Number(
        str(record["number"]),
        record["what"],
        tuple(map(str, record["local"])),
        record["source"],
        record["checked_on"],
    )


def _filled(text: str, numbers: Mapping[str, str]) -> str:
    """The text with a number for each "{115}"."""
    return NUMBER.sub(lambda found: numbers.get(found[1], found[1]), text)


def _text(record: Mapping[str, Any]) -> CardText:
    return CardText(clean(record["text"]), tuple(clean(step) for step in record["steps"]))
