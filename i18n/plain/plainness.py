"""Measures of plainness. They claim no grade: there is no verified readability formula for Vietnamese."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from i18n import tables
from i18n.plain import glossary
from i18n.vietnamese.letters import INVISIBLE, nfc, place_tones
from i18n.vietnamese.splitting import sentences, syllables

MOST_WORDS = 15
"""The most words a plain sentence has."""

_DATA = Path(__file__).parents[1] / "data"
_ABBREVIATION = re.compile(r"(?<![\w/.-])[A-ZĐ]{2,}(?:\.[A-ZĐ]+)*(?![\w/-])")
_ROMAN = re.compile(r"[IVXLC]+")
_SHOUTED = re.compile(r"[^\W\d_]+")
_CHAIN = re.compile(r"\bviệc\b[^.;:!?]*\bviệc\b", re.IGNORECASE)
# Shortened names of places, written this way everywhere.
_PLACES = frozenset(("TP", "HCM", "TX", "TT"))


@dataclass(frozen=True)
class Hit:
    """An office word: `found` as it stands, `say` what to write instead, `sentence` where."""

    found: str
    say: str
    sentence: str


@dataclass(frozen=True)
class Measures:
    """What was counted in a text; words are what stands between spaces.

    `longest` and `mean_words` are words a sentence. `uncommon` is the share (0 to 1) of syllables that
    stand neither in the everyday list nor in the glossary's explanations. `chains` are stretches with
    one "việc …" after another in a sentence.
    """

    sentences: int
    words: int
    longest: int
    mean_words: float
    too_long: tuple[str, ...]
    unexplained_abbreviations: tuple[str, ...]
    officialese: tuple[Hit, ...]
    chains: tuple[str, ...]
    uncommon: float

    @property
    def is_plain(self) -> bool:
        """True if no sentence is too long and nothing stands unexplained, in office words or in chains."""
        return not (self.too_long or self.unexplained_abbreviations or self.officialese or self.chains)


def measure(text: str, explained: tuple[str, ...] = ()) -> Measures:
    """Measure a text; `explained` names terms and abbreviations that are explained elsewhere on the page."""
    text = nfc(INVISIBLE.sub("", text))
    counted = [sentence for sentence in sentences(text) if any(map(str.isalnum, sentence))]
    lengths = [word_count(sentence) for sentence in counted]
    return Measures(
        sentences=len(counted),
        words=sum(lengths),
        longest=max(lengths, default=0),
        mean_words=round(sum(lengths) / len(counted), 1) if counted else 0.0,
        too_long=tuple(one for one, length in zip(counted, lengths, strict=True) if length > MOST_WORDS),
        unexplained_abbreviations=_unexplained(counted, explained),
        officialese=tuple(hit for sentence in counted for hit in office_words(sentence, explained)),
        chains=tuple(found[0] for sentence in counted for found in _CHAIN.finditer(sentence)),
        uncommon=_uncommon(text),
    )


def word_count(sentence: str) -> int:
    """Words as a reader counts them: what stands between spaces and is not punctuation alone."""
    return sum(1 for word in sentence.split() if any(map(str.isalnum, word)))


def office_words(sentence: str, explained: tuple[str, ...] = ()) -> list[Hit]:
    """The office words of one sentence, the longest reading of each place, outside `explained` terms."""
    pattern, say = _office_pattern()
    text = place_tones(sentence)
    for term in explained:
        text = re.sub(re.escape(place_tones(nfc(term))), "", text, flags=re.IGNORECASE)
    return [Hit(match[0], say[_folded(match[0])], sentence) for match in pattern.finditer(text)]


def _unexplained(counted: list[str], explained: tuple[str, ...]) -> tuple[str, ...]:
    """Abbreviations whose meaning stands neither at their first use nor before it, in order."""
    known = {part for word in explained for part in _ABBREVIATION.findall(word)}
    seen: dict[str, bool] = {}
    for sentence in counted:
        if _is_shouted(sentence):
            continue
        for match in _ABBREVIATION.finditer(sentence):
            short = match[0]
            if short not in seen and short not in known | _PLACES and not _ROMAN.fullmatch(short):
                seen[short] = _is_explained(sentence, match)
    return tuple(short for short, clear in seen.items() if not clear)


def _is_explained(sentence: str, match: re.Match[str]) -> bool:
    """True for "BHYT (bảo hiểm y tế)", "bảo hiểm y tế (BHYT)", "OTP là …"."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    bracketed = re.match(r"\s*\(([^)]*)\)", after)
    if bracketed and re.search(r"(?<!\S)(?>\S*?[^\W\d_]{2})\S*+\s", bracketed[1]):
        return True
    if re.match(r",?\s*(?:(?:tức|nghĩa|có nghĩa)\s*)?là\s", after):
        return True
    return (
        before.rstrip().endswith("(")
        and after.startswith(")")
        and _initials(before, len(match[0])) == match[0]
    )


def _initials(before: str, count: int) -> str:
    return "".join(word[0] for word in syllables(before)[-count:]).upper()


def _is_shouted(sentence: str) -> bool:
    """True for a heading in capitals: its words are no abbreviations."""
    words = [word for word in _SHOUTED.findall(sentence) if len(word) > 1]
    return len(words) > 2 and sum(map(str.isupper, words)) > len(words) / 2


def _uncommon(text: str) -> float:
    words = [token for token in syllables(text) if token.isalpha()]
    if not words:
        return 0.0
    return round(sum(1 for word in words if word not in _common()) / len(words), 3)


def _folded(words: str) -> str:
    return " ".join(words.lower().split())


@lru_cache(maxsize=1)
def _office_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    rows = tables.read((_DATA / "officialese.yaml").read_text(encoding="utf-8"))
    say = {place_tones(row["found"]): row["say"] for row in rows}
    longest_first = sorted(say, key=len, reverse=True)
    ways = "|".join(r"\s+".join(map(re.escape, words.split())) for words in longest_first)
    return re.compile(rf"\b(?:{ways})\b", re.IGNORECASE), say


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    everyday = (_DATA / "everyday.txt").read_text(encoding="utf-8")
    return frozenset(syllables(everyday)).union(*(syllables(entry.plain) for entry in glossary.load()))
