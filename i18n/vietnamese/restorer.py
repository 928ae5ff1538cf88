"""Giving back the diacritics that a person did not type."""

import json
import math
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from i18n.vietnamese.edit_distance import one_edit_apart
from i18n.vietnamese.letters import INVISIBLE, fold, has_diacritics, is_well_formed, nfc, place_word
from i18n.vietnamese.telex import readings

_TOKEN = re.compile(r"[^\W_]+|[.!?;:\n]")
_WORD = re.compile(r"[^\W_]+")
_SHIFT = 20
_EDGE = 0
_OTHER = 1
_RESERVED = ("", "0")
"""Word numbers 0 and 1: the edge of a sentence, and anything that is not a word (numbers, codes)."""

_DOUBT = 2.0
"""Witten-Bell: how much a word with many different followers is distrusted as a guide to the next."""

_EVERYDAY = Path(__file__).parents[1] / "data" / "everyday.txt"
_EVERYDAY_SHARE = 10
_CANDIDATES = 16

_SHORTEST_SLIP = 3
_MOST_NEIGHBOURS = 4096
"""Misspelt words whose neighbours are remembered."""
_FORMAT = 1


class RestorerError(ValueError):
    """A saved restorer could not be read: wrong kind of file, or written by another version."""


class Restorer:
    """A bigram model of syllables that chooses, for each bare syllable, the marks seen in training.

    Build it with `Restorer.train(texts)`; it is read-only afterwards and may be shared by threads.
    """

    def __init__(self, words: list[str], pairs: dict[int, int]) -> None:
        self._words = words
        self._pairs = pairs
        self._counts = [0] * len(words)
        followers = [0] * len(words)
        for pair, times in pairs.items():
            self._counts[pair >> _SHIFT] += times
            followers[pair >> _SHIFT] += 1
        self._total = sum(self._counts[len(_RESERVED) :]) or 1
        self._trust = [
            count / (count + _DOUBT * kinds) if count else 0.0
            for count, kinds in zip(self._counts, followers, strict=True)
        ]
        self._by_fold = self._group(words, self._counts)
        self._numbers = {word: number for number, word in enumerate(words) if number >= len(_RESERVED)}
        self._one_edit_away: dict[str, list[str]] = {}

    @classmethod
    def train(cls, texts: Iterable[str], everyday: bool = True, asked: Iterable[str] = ()) -> "Restorer":
        """Count syllables and pairs of neighbours in `texts` (any iterable of Vietnamese text).

        With `everyday` the project's own everyday questions are counted too, with at least a tenth of
        the weight of `texts`: official documents know "địa đầu" and "cán bộ" but hardly ever ask
        "ở đâu" or "cần gì". `asked`: further sentences as people say them, counted like these.
        """
        numbers = _Numbering()
        pairs = _count_pairs(texts, numbers)
        if everyday:
            spoken = (*_EVERYDAY.read_text(encoding="utf-8").splitlines(), *asked)
            counted = _count_pairs(spoken, numbers)
            weight = max(1, pairs.total() // (_EVERYDAY_SHARE * counted.total()))
            for pair, times in counted.items():
                pairs[pair] += times * weight
        return cls(numbers.words, dict(pairs))

    @property
    def known(self) -> int:
        """How many different syllables were seen."""
        return len(self._words) - len(_RESERVED)

    def restore(self, text: str) -> str:
        """`text` (NFC) with diacritics; unchanged if it has any already, or where a token was never seen.

        Capitals, spaces, punctuation, numbers and unknown words stay as typed.
        """
        text = nfc(text)
        if not self._by_fold or has_diacritics(text):
            return text
        spans = list(_WORD.finditer(text))
        chosen = self._best_path([match[0].lower() for match in spans])
        pieces, end = [], 0
        for match, number in zip(spans, chosen, strict=True):
            pieces.append(text[end : match.start()])
            pieces.append(match[0] if number <= _OTHER else _with_case(self._words[number], match[0]))
            end = match.end()
        return "".join(pieces) + text[end:]

    def mend(self, text: str, folded: bool) -> str:
        """`text` (NFC) with misspelt words put right, as far as their neighbours tell what was meant.

        A word that was seen in training stays, and one that is well formed and only unknown. `folded`:
        the text was typed without diacritics; then these are given back too. Names stay as typed.
        """
        text = nfc(text)
        spans = list(_WORD.finditer(text))
        shouted = text.isupper()
        columns = [
            self._meant(match[0], folded, may_be_name=place > 0 and not shouted)
            for place, match in enumerate(spans)
        ]
        pieces, end = [], 0
        for match, number in zip(spans, self._best_of(columns), strict=True):
            pieces.append(text[end : match.start()])
            right = number <= _OTHER or place_word(match[0].lower()) == self._words[number]
            pieces.append(match[0] if right else _with_case(self._words[number], match[0]))
            end = match.end()
        return "".join(pieces) + text[end:]

    def _meant(self, typed: str, folded: bool, may_be_name: bool) -> list[int]:
        """The numbers of the words that one typed word may stand for."""
        word = place_word(typed.lower())
        bare = fold(word)
        if folded and word == bare and bare in self._by_fold:
            return self._by_fold[bare]
        if word in self._numbers:
            return [self._numbers[word]]
        if not word.isalpha() or (may_be_name and typed[:1].isupper()):
            return [_OTHER]
        for one in readings(word):
            if folded and one.isascii() and one in self._by_fold:
                return self._by_fold[one]
            if one in self._numbers:
                return [self._numbers[one]]
        if word != bare and is_well_formed(word):
            return [_OTHER]
        return self._by_fold.get(bare) or self._near(word, bare) or [_OTHER]

    def _near(self, word: str, bare: str) -> list[int]:
        """Words one slip away from one that nobody knows; those with its own marked letters, if any are."""
        if len(bare) < _SHORTEST_SLIP or is_well_formed(bare):
            return []
        if bare not in self._one_edit_away:
            found = [one for one in self._by_fold if one[0] == bare[0] and one_edit_apart(one, bare)]
            if len(self._one_edit_away) < _MOST_NEIGHBOURS:
                self._one_edit_away[bare] = found
        else:
            found = self._one_edit_away[bare]
        near = [number for one in found for number in self._by_fold[one]]
        marked = [letter for letter in word if not letter.isascii()]
        same = [number for number in near if all(letter in self._words[number] for letter in marked)]
        return same or near

    def save(self, path: Path) -> None:
        """Write the counts to `path` (compressed JSON), for `load`."""
        state = {
            "format": _FORMAT,
            "words": self._words,
            "pairs": list(self._pairs),
            "times": list(self._pairs.values()),
        }
        path.write_bytes(zlib.compress(json.dumps(state, ensure_ascii=False).encode(), 6))

    @classmethod
    def load(cls, path: Path) -> "Restorer":
        """Read what `save` wrote. Raises RestorerError if it is something else."""
        try:
            state = json.loads(zlib.decompress(path.read_bytes()))
            written_by = state["format"]
            pairs = dict(zip(state["pairs"], state["times"], strict=True))
            words = list(state["words"])
        except (OSError, zlib.error, ValueError, KeyError, TypeError) as error:
            raise RestorerError(f"{path}: not a saved restorer ({error})") from error
        if written_by != _FORMAT:
            raise RestorerError(f"{path}: written by another version of the restorer, train it again")
        return cls(words, pairs)

    @staticmethod
    def _group(words: list[str], counts: list[int]) -> dict[str, list[int]]:
        groups: dict[str, list[int]] = defaultdict(list)
        for number in range(len(_RESERVED), len(words)):
            groups[fold(words[number])].append(number)
        for key, numbers in groups.items():
            groups[key] = sorted(numbers, key=lambda number: -counts[number])[:_CANDIDATES]
        return dict(groups)

    def _best_path(self, tokens: list[str]) -> list[int]:
        """The likeliest word number for each lower-case token."""
        return self._best_of([self._by_fold.get(token, [_OTHER]) for token in tokens])

    def _best_of(self, columns: list[list[int]]) -> list[int]:
        """The likeliest word number of each column (Viterbi over neighbours)."""
        scores = [(0.0, _EDGE)]
        back: list[list[int]] = []
        for column in columns:
            scores, origins = self._step(scores, column)
            back.append(origins)
        position = max(range(len(scores)), key=lambda index: scores[index][0])
        path = []
        for column, origins in zip(reversed(columns), reversed(back), strict=True):
            path.append(column[position])
            position = origins[position]
        return path[::-1]

    def _step(
        self, scores: list[tuple[float, int]], column: list[int]
    ) -> tuple[list[tuple[float, int]], list[int]]:
        """One column of Viterbi: best score and best predecessor for each candidate in `column`."""
        pairs, counts, log = self._pairs, self._counts, math.log
        lefts = []
        for score, left in scores:
            trust = self._trust[left]
            lefts.append((score, left << _SHIFT, trust / (counts[left] or 1), (1 - trust) / self._total))
        reached, origins = [], []
        for right in column:
            often = counts[right] or 1
            options = [
                score + log(weight * pairs.get(key | right, 0) + rest * often)
                for score, key, weight, rest in lefts
            ]
            best = max(options)
            origins.append(options.index(best))
            reached.append((best, right))
        return reached, origins


def _count_pairs(texts: Iterable[str], numbers: "_Numbering") -> Counter[int]:
    """How often each pair of neighbours stands in `texts`, edges of sentences included."""
    pairs: Counter[int] = Counter()
    for text in texts:
        if not has_diacritics(text):
            continue
        tokens = _TOKEN.findall(nfc(INVISIBLE.sub("", text)).lower())
        stream = [_EDGE, *map(numbers.__getitem__, tokens), _EDGE]
        pairs.update([left << _SHIFT | right for left, right in pairwise(stream)])
    return pairs


class _Numbering(dict[str, int]):
    """Token as it stands in the text -> number of its word; `words` is the way back."""

    def __init__(self) -> None:
        super().__init__()
        self.words = list(_RESERVED)
        self._of_word: dict[str, int] = {}

    def __missing__(self, token: str) -> int:
        number = self[token] = self._number(token)
        return number

    def _number(self, token: str) -> int:
        if not token.isalpha():
            return _OTHER if token.isalnum() else _EDGE
        word = place_word(token)
        if word not in self._of_word:
            self._of_word[word] = len(self.words)
            self.words.append(word)
        return self._of_word[word]


def _with_case(word: str, typed: str) -> str:
    """`word` in the capitals of `typed`, letter by letter."""
    if typed.islower():
        return word
    if len(word) != len(typed):
        return word.upper() if typed.isupper() else word
    return "".join(new.upper() if old.isupper() else new for new, old in zip(word, typed, strict=True))
