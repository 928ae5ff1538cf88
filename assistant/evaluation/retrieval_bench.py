"""Measuring retrieval on a BEIR folder: `corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv`."""

from __future__ import annotations

import csv
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.indexing.vector_cache import VectorCache
from assistant.retrieval.embedding import Embedder
from assistant.retrieval.search import Index, build
from i18n.vietnamese import Restorer, clean, fold, nfc

TYPED = ("plain", "folded", "typos")
SEED = 20261122
TYPO_RATE = 0.05
DEPTH = 10
LARGEST_FILE = 2_000_000_000
NEIGHBOURS = {
    key: "".join(row[place + step] for step in (-1, 1) if 0 <= place + step < len(row))
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for place, key in enumerate(row)
}


class BenchError(ValueError):
    """The folder or file cannot be measured; the sentence says why."""


@dataclass(frozen=True)
class Collection:
    """Documents, questions and which document is right for which question."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    questions: dict[str, str]
    right: dict[str, frozenset[str]]


def read_folder(folder: Path) -> Collection:
    """Read a BEIR folder. Raises BenchError."""
    documents = read_lines(folder / "corpus.jsonl")
    texts = tuple(clean(f"{one.get('title') or ''} {one['text']}") for one in documents)
    right: dict[str, set[str]] = {}
    path = folder / "qrels" / "test.tsv"
    if not path.is_file():
        raise BenchError(f"{path} is missing")
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if float(row["score"]) > 0:
                right.setdefault(row["query-id"], set()).add(row["corpus-id"])
    questions = {
        str(one["_id"]): nfc(one["text"])
        for one in read_lines(folder / "queries.jsonl")
        if str(one["_id"]) in right
    }
    if not questions or not texts:
        raise BenchError(f"{folder} holds no question with a right document")
    return Collection(
        names=tuple(str(one["_id"]) for one in documents),
        texts=texts,
        questions=questions,
        right={name: frozenset(ids) for name, ids in right.items()},
    )


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a .jsonl file, empty lines left out. Raises BenchError with the line's number."""
    if not path.is_file():
        raise BenchError(f"{path} is missing")
    if path.stat().st_size > LARGEST_FILE:
        raise BenchError(f"{path} is larger than {LARGEST_FILE} bytes")
    found = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except json.JSONDecodeError as error:
                raise BenchError(f"{path}, line {number}: not JSON ({error})") from error
            if not isinstance(value, dict):
                raise BenchError(f"{path}, line {number}: not a JSON object")
            found.append(value)
    return found


def typed_as(text: str, typed: str) -> str:
    """The question as somebody might type it: `plain`, `folded` (no diacritics), `typos`."""
    if typed == "folded":
        return fold(text)
    return with_typos(text) if typed == "typos" else text


def with_typos(text: str, rate: float = TYPO_RATE, seed: int = SEED) -> str:
    """5 % of the letters changed places with the next one or became a neighbouring key.

    The same text always gets the same errors.
    """
    chance = random.Random(f"{seed} {text}")
    letters = list(text)
    place = 0
    while place < len(letters):
        if letters[place].isalpha() and chance.random() < rate:
            following = place + 1
            if chance.random() < 0.5 and following < len(letters) and letters[following].isalpha():
                letters[place], letters[following] = letters[following], letters[place]
                place += 1
            else:
                letters[place] = neighbour(letters[place], chance)
        place += 1
    return "".join(letters)


def neighbour(letter: str, chance: random.Random) -> str:
    """The letter of a key beside this one's; a letter that no key bears stays."""
    keys = NEIGHBOURS.get(fold(letter))
    if not keys:
        return letter
    other = chance.choice(keys)
    return other.upper() if letter.isupper() else other


def measure(
    collection: Collection,
    embedder: Embedder | None,
    cache: VectorCache | None,
    typed: str = "plain",
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Index the collection and ask everything once; recall@1, recall@5, mrr@10, times in milliseconds.

    `index_s` counts making the vectors too, where the cache does not have them yet.
    """
    started = time.perf_counter()
    vectors = None
    if embedder is not None and cache is not None:
        cache.fill(collection.texts, embedder, progress)
        vectors = cache.rows(collection.texts)
    index = build(collection.texts, vectors)
    restorer = Restorer.train(collection.texts)
    index_s = time.perf_counter() - started
    places, times = ask_all(collection, index, restorer, embedder, typed)
    return {
        "typed": typed,
        "embedder": embedder.identity if embedder else "none",
        "documents": len(collection.texts),
        "questions": len(places),
        "recall@1": share(places, 1),
        "recall@5": share(places, 5),
        "mrr@10": round(sum(1 / place for place in places if place) / len(places), 4),
        "ms_p50": round(float(np.percentile(times, 50)), 2),
        "ms_p95": round(float(np.percentile(times, 95)), 2),
        "index_s": round(index_s, 2),
    }


def ask_all(
    collection: Collection, index: Index, restorer: Restorer, embedder: Embedder | None, typed: str
) -> tuple[list[int], list[float]]:
    """(place of the first right document, 1 to 10 or 0; milliseconds) for every question."""
    places, times = [], []
    for name, question in collection.questions.items():
        heard = clean(typed_as(question, typed))
        started = time.perf_counter()
        heard = restorer.restore(heard)
        vector = embedder.query(heard) if embedder and index.is_dense else None
        ranking = index.search(heard, vector, count=DEPTH)
        times.append((time.perf_counter() - started) * 1000)
        found = [collection.names[hit.number] for hit in ranking.hits]
        places.append(next((i for i, one in enumerate(found, 1) if one in collection.right[name]), 0))
    return places, times


def share(places: list[int], depth: int) -> float:
    """The share of questions whose right document is among the first `depth`."""
    return round(sum(0 < place <= depth for place in places) / len(places), 4)
