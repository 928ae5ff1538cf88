"""BM25 over syllables and pairs of neighbouring syllables, with diacritics and without, summed.

Sparse postings in numpy arrays: for each term the documents that hold it and what it adds there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from i18n.vietnamese import fold, syllables


class Arrays(Protocol):
    """Arrays by their names: of one file, or of a folder."""

    def __getitem__(self, name: str, /) -> np.ndarray:
        """The array of this name. Raises KeyError."""


K1, B = 1.2, 0.75

SMALL = 65_536
"""Texts of which the numbers fit into two bytes each; of a whole catalogue these are 15 MB less."""

PARTS = ("codes", "starts", "documents", "weights", "idf")
"""The arrays of postings, by the names of their fields."""


@dataclass(frozen=True)
class Postings:
    """One spelling's postings: `codes` (sorted) name the terms, `starts` cut `documents` and `weights`."""

    vocabulary: dict[str, int]
    codes: np.ndarray
    starts: np.ndarray
    documents: np.ndarray
    weights: np.ndarray
    idf: np.ndarray
    unseen_idf: float
    mean_length: float = 1.0

    def idf_of_codes(self, codes: np.ndarray, words: Sequence[str]) -> np.ndarray:
        """How telling terms of another index are here: `codes` as it numbers its `words` and their pairs."""
        base, here = len(words) + 1, np.array([self.vocabulary.get(word, -1) for word in words], np.int64)
        own_base = len(self.vocabulary) + 1
        single = codes < base
        left = np.where(single, 0, codes // base - 1)
        right = np.where(single, codes - 1, codes % base - 1)
        known = np.where(single, here[right] >= 0, (here[left] >= 0) & (here[right] >= 0))
        wanted = np.where(single, here[right] + 1, (here[left] + 1) * own_base + here[right] + 1)
        at = np.minimum(np.searchsorted(self.codes, wanted), len(self.codes) - 1)
        found = known & (self.codes[at] == wanted)
        return np.where(found, self.idf[at], self.unseen_idf)

    def look_up(self, words: Sequence[str]) -> tuple[np.ndarray, int]:
        """Positions of the question's known terms in `codes`, each once, and how many words are unknown."""
        numbers = [self.vocabulary.get(word, -1) for word in words]
        base = len(self.vocabulary) + 1
        wanted = {number + 1 for number in numbers if number >= 0}
        for left, right in pairwise(numbers):
            if left >= 0 and right >= 0:
                wanted.add((left + 1) * base + right + 1)
        codes = np.array(sorted(wanted), np.int64)
        at = np.searchsorted(self.codes, codes)
        at = at[at < len(self.codes)] if len(self.codes) else at[:0]
        known = at[self.codes[at] == codes[: len(at)]] if len(at) else at
        return known, len({word for word, number in zip(words, numbers, strict=True) if number < 0})

    def add_scores(self, known: np.ndarray, into: np.ndarray) -> None:
        """Add what each term gives to the documents that hold it."""
        for term in known:
            piece = slice(self.starts[term], self.starts[term + 1])
            into[self.documents[piece]] += self.weights[piece]


class Lexical:
    """The lexical index of a list of texts; a text's place in the list is its number."""

    def __init__(self, size: int, exact: Postings, folded: Postings) -> None:
        self.size = size
        self.exact = exact
        self.folded = folded

    @classmethod
    def build(cls, texts: Iterable[str], like: Lexical | None = None) -> Lexical:
        """Index the texts, read one at a time.

        `like`: weigh words as this larger index does, so that scores of both can be compared; for a few
        texts that came after it was built.
        """
        vocabulary: dict[str, int] = {}
        numbers = [
            np.array([vocabulary.setdefault(word, len(vocabulary)) for word in syllables(text)], np.int64)
            for text in texts
        ]
        # Folding each different syllable once is far quicker than folding the whole text.
        folded_vocabulary: dict[str, int] = {}
        to_folded = np.array(
            [folded_vocabulary.setdefault(fold(word), len(folded_vocabulary)) for word in vocabulary],
            np.int64,
        )
        exact = post(numbers, vocabulary, like.exact if like else None)
        folded_numbers = [to_folded[line] if len(line) else line for line in numbers]
        folded = post(folded_numbers, folded_vocabulary, like.folded if like else None)
        return cls(len(numbers), exact, folded)

    def scores(self, question: str) -> tuple[np.ndarray, float]:
        """(BM25 of every text: float32, shape (size,); the sum of idf over the question's words)."""
        words = syllables(question)
        result = np.zeros(self.size, np.float32)
        total = 0.0
        for postings, spelt in ((self.exact, words), (self.folded, [fold(word) for word in words])):
            known, unknown = postings.look_up(spelt)
            postings.add_scores(known, result)
            total += float(postings.idf[known].sum()) + unknown * postings.unseen_idf
        return result, total

    def idf_of(self, words: Sequence[str]) -> np.ndarray:
        """How telling each word is (without diacritics), float32; a word never seen tells most."""
        # Every word of the vocabulary occurs, and single words come before pairs: place = number.
        numbers = [self.folded.vocabulary.get(fold(word), -1) for word in words]
        idf, unseen = self.folded.idf, self.folded.unseen_idf
        return np.array([idf[number] if number >= 0 else unseen for number in numbers], np.float32)

    def pair_idf(self, left: str, right: str) -> float:
        """How telling two words side by side are (without diacritics); a pair never seen tells most."""
        words, codes = self.folded.vocabulary, self.folded.codes
        if left not in words or right not in words:
            return self.folded.unseen_idf
        code = (words[left] + 1) * (len(words) + 1) + words[right] + 1
        place = int(np.searchsorted(codes, code))
        seen = place < len(codes) and codes[place] == code
        return float(self.folded.idf[place]) if seen else self.folded.unseen_idf

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Everything as named arrays, for one .npz file."""
        arrays = {"size": np.array(self.size)}
        for name, postings in (("exact", self.exact), ("folded", self.folded)):
            words = "\n".join(postings.vocabulary).encode()
            arrays[f"{name}_words"] = np.frombuffer(words, np.uint8)
            for part in PARTS:
                arrays[f"{name}_{part}"] = getattr(postings, part)
            arrays[f"{name}_unseen"] = np.array(postings.unseen_idf)
            arrays[f"{name}_mean"] = np.array(postings.mean_length)
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Lexical:
        """The index that `to_arrays` wrote. Raises KeyError or ValueError if it is not one."""
        sides = []
        for name in ("exact", "folded"):
            words = arrays[f"{name}_words"].tobytes().decode()
            vocabulary = {word: number for number, word in enumerate(words.split("\n") if words else [])}
            parts = {part: arrays[f"{name}_{part}"] for part in PARTS}
            unseen, mean = float(arrays[f"{name}_unseen"]), float(arrays[f"{name}_mean"])
            sides.append(Postings(vocabulary, **parts, unseen_idf=unseen, mean_length=mean))
        return cls(int(arrays["size"]), *sides)


class Extended(Lexical):
    """A large index with a few texts after its last one, which were built `like` it."""

    def __init__(self, large: Lexical, more: Lexical) -> None:
        super().__init__(large.size + more.size, large.exact, large.folded)
        self._large, self._more = large, more

    def scores(self, question: str) -> tuple[np.ndarray, float]:
        """As `Lexical`."""
        scores, total = self._large.scores(question)
        return np.concatenate([scores, self._more.scores(question)[0]]), total


def post(lines: Sequence[np.ndarray], vocabulary: dict[str, int], like: Postings | None = None) -> Postings:
    """Postings of numbered syllables and their pairs, BM25 weights worked out beforehand.

    `like`: take idf and mean length from these postings instead of from the lines.
    """
    count = len(lines)
    base = len(vocabulary) + 1
    terms, times, lengths = [], [], np.zeros(max(count, 1), np.float64)
    for owner, line in enumerate(lines):
        # A pair's code starts above every single syllable's, so that the two never meet.
        both = np.concatenate([line + 1, (line[:-1] + 1) * base + line[1:] + 1])
        # Counted a text at a time: all texts' words at once would take a gigabyte.
        own, often = np.unique(both, return_counts=True)
        terms.append(own)
        times.append(often.astype(np.int32))
        lengths[owner] = len(both)
    owners = np.repeat(np.arange(count, dtype=np.int32), [len(own) for own in terms])
    flat = np.concatenate(terms) if terms else np.zeros(0, np.int64)
    frequency = np.concatenate(times) if times else np.zeros(0, np.int32)
    order = np.argsort(flat, kind="stable")
    codes, holders = np.unique(flat, return_counts=True)
    term = np.repeat(np.arange(len(codes)), holders)
    document, frequency = owners[order], frequency[order]
    if like is None:
        idf = np.log(1 + (count - holders + 0.5) / (holders + 0.5))
        mean, unseen = float(lengths.mean()) or 1.0, float(np.log(1 + (count + 0.5) / 0.5))
    else:
        idf = like.idf_of_codes(codes, list(vocabulary))
        mean, unseen = like.mean_length, like.unseen_idf
    damping = K1 * (1 - B + B * lengths[document] / mean)
    weights = idf[term] * frequency * (K1 + 1) / (frequency + damping)
    return Postings(
        vocabulary=vocabulary,
        codes=codes,
        starts=np.concatenate([[0], np.cumsum(holders)]).astype(np.int64),
        documents=document.astype(np.uint16 if count <= SMALL else np.int32),
        weights=weights.astype(np.float32),
        idf=idf.astype(np.float32),
        unseen_idf=unseen,
        mean_length=mean,
    )
