"""Plants one fault in each true sentence of the lessons, and counts how many pass the check of a rewriting.

    python -m tests.robustness.rewriting_faults [--show KIND]

Kinds of numbers, units and denials must let nothing through (exit 1). Who does what to whom and the order
of acts are printed only: comparing words cannot tell them, which is why the original stays on the page.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from assistant.generation.checking import check
from assistant.knowledge.lessons import lesson_passages
from assistant.knowledge.passage import POINTS, Part, Passage
from courses.reading import reader
from i18n.vietnamese import sentences

UNITS = ("ngày làm việc", "ngày", "giờ làm việc", "giờ", "tháng", "năm", "tuần", "phút", "đồng", "tuổi")
UNIT = re.compile(rf"(?<=\d )(?:{'|'.join(UNITS)})(?![^\W\d_])")
NUMBER = re.compile(r"(?<![\w./,-])\d+(?:[.,]\d+)*(?![\w/-]|[.,]\d)")
DENIAL = re.compile(r"(?<!\w)(?:không|chưa|đừng|Không|Chưa|Đừng)\s")
ONE_DIGIT = re.compile(r"(?<![\w./,-])[1-9](?= (?:ngày|giờ|tháng|năm|tuổi|tuần))")
WHO = ("bạn", "người lạ", "kẻ xấu", "công an", "cán bộ", "ngân hàng", "con", "cha mẹ", "khách", "chủ nhà")
MUST_BE_NONE = ("number", "unit", "unit, 0n", "unit, 0n (words)", "number, 0n", "denial less")

Fault = Callable[[str, random.Random], Iterator[str]]


def numbers(text: str, dice: random.Random) -> Iterator[str]:
    """The text with one of its numbers changed."""
    for one in NUMBER.finditer(text):
        digits = one[0]
        place = dice.choice([at for at, letter in enumerate(digits) if letter.isdigit()])
        yield (
            text[: one.start() + place] + str((int(digits[place]) + 3) % 10) + text[one.start() + place + 1 :]
        )


def units(text: str, dice: random.Random) -> Iterator[str]:
    """The text with the unit of one of its numbers exchanged."""
    for one in UNIT.finditer(text):
        other = dice.choice([unit for unit in UNITS if unit != one[0]])
        yield text[: one.start()] + other + text[one.end() :]


def denials_less(text: str, dice: random.Random) -> Iterator[str]:
    """The text without one of its denials."""
    for one in DENIAL.finditer(text):
        less = text[: one.start()] + text[one.end() :]
        yield less[:1].upper() + less[1:]


def denials_more(text: str, dice: random.Random) -> Iterator[str]:
    """The text with a denial before one of its words."""
    words = text.split()
    place = dice.randrange(len(words))
    yield " ".join((*words[:place], dice.choice(("không", "chưa", "đừng")), *words[place:]))


def who(text: str, dice: random.Random) -> Iterator[str]:
    """The text with two people exchanged."""
    here = [one for one in WHO if re.search(rf"(?<!\w){one}(?!\w)", text, re.IGNORECASE)]
    if len(here) >= 2:
        first, second = dice.sample(here, 2)
        swapped = re.sub(
            rf"(?<!\w)(?:{first}|{second})(?!\w)",
            lambda one: second if one[0].lower() == first else first,
            text,
            flags=re.IGNORECASE,
        )
        yield swapped[:1].upper() + swapped[1:]


def order(text: str, dice: random.Random) -> Iterator[str]:
    """The text with the two sides of its “rồi” or “trước khi” exchanged."""
    for word in (" rồi ", " trước khi ", " sau khi "):
        if text.count(word) == 1:
            first, second = text.rstrip(".!?").split(word)
            yield f"{second[:1].upper()}{second[1:]}{word}{first[:1].lower()}{first[1:]}."


KINDS: dict[str, Fault] = {
    "number": numbers,
    "unit": units,
    "denial less": denials_less,
    "denial more": denials_more,
    "who and whom": who,
    "order of acts": order,
}


def as_offices_write(passage: Passage, spelt: bool) -> Passage:
    """The passage with a nought before each number of one digit, and the number in words if wanted."""
    words = dict(
        zip("123456789", ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"], strict=True)
    )

    def written(match: re.Match[str]) -> str:
        return f"0{match[0]} ({words[int(match[0])]})" if spelt else f"0{match[0]}"

    parts = tuple(
        Part(
            POINTS,
            tuple(
                re.sub(r"(?<![\w./,-])[1-9](?= (?:ngày|giờ|tháng|năm|tuổi|tuần))", written, item)
                for item in part.items
            ),
        )
        for part in passage.parts
    )
    return Passage(passage.key, passage.kind, passage.titles, parts, passage.locator, passage.source)


def planted(dice: random.Random) -> Iterator[tuple[str, str, str, Passage]]:
    """(kind, true sentence, sentence with a fault, its passage)."""
    library = reader.load()
    for passage in lesson_passages(library):
        for text in true_sentences(passage):
            for kind, fault in KINDS.items():
                yield from ((kind, text, wrong, passage) for wrong in fault(text, dice))
        for spelt in (False, True):
            official = as_offices_write(passage, spelt)
            for text in true_sentences(official):
                if not re.search(r"(?<![\w./,-])0\d", text):
                    continue
                if spelt:
                    for one in re.finditer(rf"(?<=\) )(?:{'|'.join(UNITS)})(?![^\W\d_])", text):
                        other = dice.choice([unit for unit in UNITS if unit != one[0]])
                        yield (
                            "unit, 0n (words)",
                            text,
                            text[: one.start()] + other + text[one.end() :],
                            official,
                        )
                else:
                    yield from (("unit, 0n", text, wrong, official) for wrong in units(text, dice))
                    yield from (("number, 0n", text, wrong, official) for wrong in numbers(text, dice))


def true_sentences(passage: Passage) -> Iterator[str]:
    """Every sentence of a passage."""
    for item in passage.items:
        yield from sentences(item)


def main(arguments: list[str]) -> int:
    """Print (passed / planted) for each kind; 1 if a kind that must let nothing through did."""
    shown = arguments[arguments.index("--show") + 1] if "--show" in arguments else ""
    total: Counter[str] = Counter()
    passed: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, text, wrong, passage in planted(random.Random(7)):
        if wrong == text:
            continue
        total[kind] += 1
        if check([(wrong, 1)], [passage]).kept:
            passed[kind].append((text, wrong))
    for kind in sorted(total):
        print(f"{kind:20} {len(passed[kind]):5} / {total[kind]}")
    for text, wrong in passed.get(shown, ()):
        print(f"  {text}\n  {wrong}\n")
    return 1 if any(passed[kind] for kind in MUST_BE_NONE) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
