"""The plain register of a text that nobody wrote plainly: short sentences, everyday words, terms explained.

A sentence whose facts a rewriting would change (`i18n.plain.kept_facts`) stays as it was.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from i18n.plain import glossary
from i18n.plain.abbreviations import open_short_forms, opened
from i18n.plain.clauses import lexicon
from i18n.plain.everyday_words import everyday_words
from i18n.plain.kept_facts import differences, lost_words
from i18n.plain.plainness import MOST_WORDS, Measures, measure, word_count
from i18n.plain.sentence_cuts import shorter
from i18n.vietnamese.letters import INVISIBLE, nfc
from i18n.vietnamese.splitting import sentences

# A line that goes on in small letters is no new thought, unless the one before was ended or it begins "a)".
_SMALL = "".join(letter for letter in map(chr, range(0x61, 0x1EFA)) if letter.islower() and letter.isalpha())
_BREAK = re.compile(
    rf"(?<!\s)(\s*\n\s*\n\s*|(?<=[.:;!?…])\s*\n\s*|\s*\n(?=\s*(?:[^\s{_SMALL}]|[a-zđ]\d?\)))\s*)"
)
_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"]*\"|`[^`]*`|(?<![^\s”»\"`])\S*(?:://|www\.|@)\S*")
_SHORT = re.compile(r"\b[A-ZĐ]{2,}\b")
_NAMED_HERE = re.compile(r"(?:gọi|viết)\s+(?:tắt\s+)?là\b|\blà viết tắt\b", re.IGNORECASE)
_MOST_ROUNDS = 12
_LONGEST = 2000
"""Letters of a sentence that is rewritten: each place where it might be cut reads all of it."""


@dataclass(frozen=True)
class Plain:
    """A text in the plain register.

    `explanations` are the glossary's entries for the technical words in it, each once, in order of
    appearance. `changed` is False if the text stands as it was, letter for letter (in NFC). `before` and
    `after` are measured when they are asked for.
    """

    text: str
    explanations: tuple[glossary.Entry, ...]
    changed: bool
    original: str
    explained: tuple[str, ...] = ()

    @cached_property
    def before(self) -> Measures:
        """How plain the text was."""
        return measure(self.original, self.explained)

    @cached_property
    def after(self) -> Measures:
        """How plain it is now."""
        return measure(self.text, self.explained) if self.changed else self.before


def rewrite(text: str, *, explained: Collection[str] = ()) -> Plain:
    """The plain form of `text`; `explained` names terms that the page explains already.

    Lines stay lines, in their order; a line may become several sentences and, for a list or a condition
    inside it, several lines that belong together. Rewriting a plain form again changes nothing.
    """
    own = nfc(INVISIBLE.sub("", text))
    known = tuple(explained)
    plain = _plainest(own, frozenset(known))
    return Plain(plain, _explanations(plain, known), plain != own, own, known)


def rewrite_lines(
    lines: Sequence[str], *, explained: Collection[str] = ()
) -> tuple[tuple[str, ...], tuple[glossary.Entry, ...]]:
    """Steps or points in the plain register: as many as before, in the same order, and what to explain.

    A step may hold several sentences, and lines for a list inside it; a term is explained once for all.
    """
    known = tuple(explained)
    plain = tuple(_plainest(nfc(INVISIBLE.sub("", line)), frozenset(known)) for line in lines)
    return plain, _explanations("\n".join(plain), known)


def _explanations(text: str, known: tuple[str, ...]) -> tuple[glossary.Entry, ...]:
    words = glossary.load()
    already = {entry.term for word in known if (entry := words.get(word))}
    return tuple(entry for entry in words.find(text) if entry.term not in already)


@lru_cache(maxsize=512)
def _plainest(text: str, known: frozenset[str]) -> str:
    """The text rewritten until nothing changes any more."""
    for _ in range(_MOST_ROUNDS):
        plain = _once(text, known)
        if plain == text:
            break
        text = plain
    return text


def _once(text: str, known: frozenset[str]) -> str:
    kept = known | _explained_in(text)
    pieces = _BREAK.split(text)
    for place in range(0, len(pieces), 2):
        pieces[place] = _line(pieces[place], kept)
    return "".join(pieces)


def _line(line: str, kept: frozenset[str]) -> str:
    own = sentences(line)
    plain = [_sentence(sentence, kept) for sentence in own]
    # A line in which nothing is to be done keeps its spaces as well.
    return line if plain == own else _joined(plain)


def _joined(sentences_of_line: list[str]) -> str:
    """Sentences on one line; one that became a list stands on lines of its own, so that no other joins it."""
    text = sentences_of_line[0]
    for before, after in pairwise(sentences_of_line):
        text += ("\n" if "\n" in before + after else " ") + after
    return text


@lru_cache(maxsize=2048)
def _sentence(sentence: str, kept: frozenset[str]) -> str:
    if len(sentence) > _LONGEST:
        return sentence
    worded = _kept_or(sentence, _worded(sentence, kept), longer=True)
    if word_count(worded) <= MOST_WORDS:
        return worded
    return next((cut for cut in shorter(worded) if _kept_or(worded, cut) == cut), worded)


def _worded(sentence: str, kept: frozenset[str]) -> str:
    """The sentence with everyday words and its short forms opened."""
    guarded = _guard(sentence)
    worded = everyday_words(sentence, guarded=guarded)
    if _NAMED_HERE.search(worded):
        return worded
    return open_short_forms(worded, but=kept, guarded=_guard(worded))


def _kept_or(before: str, after: str, *, longer: bool = False) -> str:
    """`after` if it holds the facts and words of `before` in sentences no longer than it; else `before`."""
    if before == after:
        return before
    if differences(before, after) or set(lost_words(before, after)) - lexicon().dropped:
        return before
    if set(lost_words(after, before)) - lexicon().added:
        return before
    if not longer and max(map(word_count, sentences(after))) >= word_count(before):
        return before
    return after


def _guard(sentence: str) -> Callable[[int], bool]:
    """Whether a place stands inside a quotation or an address, where no word is touched."""
    spans = [match.span() for match in _QUOTED.finditer(sentence)]
    return lambda place: any(start <= place < end for start, end in spans)


def _explained_in(text: str) -> frozenset[str]:
    """Short forms that the text explains itself: "… y tế (BHYT)", "BHYT (bảo hiểm …", "BHYT là …"."""
    named = frozenset(_SHORT.findall(text)) & opened().keys()
    return frozenset(short for short in named if _is_explained(text, short, opened()[short]))


def _is_explained(text: str, short: str, full: str) -> bool:
    last, first = re.escape(full.rsplit(maxsplit=1)[-1]), re.escape(full.split(maxsplit=1)[0])
    shown = (
        rf"\b{last}\s*\((?:gọi tắt là |viết tắt là )?{short}\)|\b{short}\s*\(\s*{first}\b|\b{short}\s+là\s"
    )
    return re.search(shown, text, re.IGNORECASE) is not None
