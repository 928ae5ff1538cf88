"""Which papers are needed, straight from the papers of a record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.procedures.answers.record_query import RecordQuery
from assistant.procedures.answers.wording import (
    CHOOSE_CASE,
    MORE_NOTES,
    SAME_CASE,
    TYPE_CASE,
    choice_in,
    ended,
    rewritten,
)
from assistant.procedures.record import Paper
from i18n.vietnamese import fold, syllables
from i18n.vietnamese.phrase_patterns import listed

MOST_LINES, CHOICES, CHOICE_WORDS = 12, 3, 16
_ENUMERATED = re.compile(r"^\(?(?:\d{1,2}|[ivx]{1,4})[.)]\s+")
_NOTE_CASE = listed("records", "note_case")
_PART = re.compile(
    r"^(?:giay to|tai lieu|ho so)? ?(?:phai|can)? ?(?:nop|xuat trinh|nop va xuat trinh)$|^giay to phai"
)
_NOTE = listed("records", "note")
_RULES = listed("records", "rules")
_FEW_NEED = listed("records", "few_need")


class Papers(NamedTuple):
    """Lines to show, what to say before and after them, and cases to choose from."""

    before: str
    lines: tuple[str, ...]
    after: str
    choices: tuple[str, ...]


def paper_lines(query: RecordQuery) -> Papers | None:
    """The papers, those of one case if the question names it; None if the record lists none.

    No paper is left out. Where several cases need more than `MOST_LINES` papers together, one is asked.
    """
    procedure = query.procedure
    papers = [paper for paper in procedure.papers if not _is_note(paper)]
    has_notes = len(papers) < len(procedure.papers)
    if not papers:
        papers, has_notes = list(procedure.papers), False
    if not papers:
        return None
    cases = tuple(dict.fromkeys(paper.case for paper in papers if _is_case(paper.case)))
    named = case_named(cases, query.case) if query.case else None
    if named:
        papers = [paper for paper in papers if paper.case == named or not _is_case(paper.case)]
    elif len(cases) > 1 and len(papers) > MOST_LINES:
        more = TYPE_CASE if len(cases) > CHOICES else ""
        choices = (choice_in(procedure.title, _short(one), "cần giấy tờ gì?") for one in cases[:CHOICES])
        return Papers(CHOOSE_CASE, cases, more, tuple(choices))
    before = f"Trường hợp: {ended(named)}\nBạn cần:" if named else "Bạn cần:"
    # A case that all papers have tells nothing apart: it is the record's heading, whoever asks.
    apart = len({paper.case for paper in papers}) > 1
    shown = _shown(papers, with_cases=apart and not named, asked=query.case)
    lines = rewritten(shown, query.register)
    return Papers(before, lines, MORE_NOTES if has_notes else "", ())


def case_named(cases: Sequence[str], text: str) -> str | None:
    """The case that a text names: whose words it holds best, and more of them than of any other."""
    words = _words(text)
    shares = []
    for case in cases:
        own = _words(_short(case))
        shares.append((len(own & words) / len(own) if own else 0.0, case))
    shares.sort(reverse=True)
    if not shares or shares[0][0] < 0.8 or (len(shares) > 1 and shares[0][0] == shares[1][0]):
        return None
    return shares[0][1]


def _words(text: str) -> set[str]:
    return {fold(word) for word in syllables(text)}


def _is_note(paper: Paper) -> bool:
    """Whether an entry is no paper but a rule or a heading; the record counts none of it."""
    name = fold(paper.name)
    is_rule = bool(_NOTE.match(name)) or (bool(_RULES.search(name)) and len(name) > 120)
    if paper.originals or paper.copies or paper.originals is None:
        return is_rule and bool(_NOTE_CASE.match(fold(paper.case)))
    return is_rule or name.endswith(":")


def _is_case(case: str) -> bool:
    """Whether papers under this heading are for some people only."""
    return bool(case) and not _PART.match(fold(case)) and not _NOTE_CASE.match(fold(case))


def _shown(papers: Sequence[Paper], with_cases: bool, asked: str) -> tuple[str, ...]:
    """One line a paper, none twice: first those that everybody needs, then case by case, last what few need.

    What few need is not last for whoever asks of it.
    """
    lines: dict[str, str] = {}
    before = ""
    few = () if _FEW_NEED.search(asked.lower()) else tuple(one for one in papers if _is_for_few(one))
    for paper in sorted(papers, key=lambda one: (one in few, _needed_by_few(one), _rank(one))):
        line = _ENUMERATED.sub("", paper.name.rstrip(" ;.,"))
        if paper.count:
            line += f" ({paper.count})"
        if with_cases and _is_case(paper.case):
            line = f"{SAME_CASE if paper.case == before else paper.case}: {line}"
        elif _PART.match(fold(paper.case)):
            line = f"{paper.case}: {line}"
        before = paper.case
        lines.setdefault(fold(line).strip(" .;,"), f"{line}.")
    return tuple(lines.values())


def _is_for_few(paper: Paper) -> bool:
    """Whether a paper is only for who sends somebody else, or for a rare case."""
    return _FEW_NEED.search(_ENUMERATED.sub("", paper.name.lower().strip())) is not None


def _rank(paper: Paper) -> int:
    """Within those for everybody, what the record counts comes first; a case keeps its order."""
    return int(not paper.originals and not paper.copies) if not _is_case(paper.case) else 0


def _needed_by_few(paper: Paper) -> int:
    """0: for everybody, 1: under a heading such as “Giấy tờ phải nộp”, 2: in some cases only."""
    if _is_case(paper.case):
        return 2
    return int(bool(_PART.match(fold(paper.case))))


def _short(case: str) -> str:
    text = re.sub(r"^(?:\(?[a-zđ\d]{1,2}[).]\s*)+", "", case)
    words = text.split()
    short = " ".join(words[:CHOICE_WORDS]).rstrip(" ,;:")
    return f"{short} …" if len(words) > CHOICE_WORDS else short
