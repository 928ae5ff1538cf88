"""The procedures as one revision of the store has them, ready to be searched.

A large index is built once, in a process of its own, and mapped by every worker. What was added or
changed since is indexed beside it, so that a change is found by the next question.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.indexing import record_index_files
from assistant.indexing.vector_cache import NOTHING_LACKS, Lacking, VectorCache, keys_of
from assistant.knowledge.entry import PROCEDURE, Entry
from assistant.knowledge.store import KnowledgeStore
from assistant.procedures import everyday_names, sayings
from assistant.procedures.answers.wording import short_title
from assistant.procedures.reading.provinces import own_provinces
from assistant.procedures.record import Procedure
from assistant.retrieval.lexical import Lexical
from assistant.retrieval.record_hits import Called
from assistant.retrieval.record_signals import Sayings
from assistant.retrieval.records import COMMUNE, MINISTRY, PROVINCE, RecordIndex
from assistant.retrieval.search import Index
from assistant.retrieval.vectors import VectorsMissing
from assistant.weights import weight
from i18n.vietnamese import fold, syllables

log = logging.getLogger(__name__)

FORMAT = "6"
HEAD_WORDS = 36
"""Words of a record that its vector is made of: its name, its field and how it begins."""

MOST_BESIDE = 200
"""Changed records that are indexed beside the large index; more wait until it is built again."""


@dataclass(frozen=True)
class Row:
    """What search keeps of a record in memory.

    `often`: people have everyday names for it; `provinces`: those whose own it is.
    """

    id: int
    code: str
    fingerprint: str
    title: str
    names: str
    head: str
    level: str
    prior: float
    often: bool
    provinces: tuple[str, ...] = ()

    @classmethod
    def of(cls, entry: Entry, record: Procedure) -> Row:
        """The row of an entry."""
        return cls(
            entry.id,
            entry.key,
            entry.fingerprint,
            record.title,
            names_of(record),
            record.head(HEAD_WORDS),
            record.level,
            prior_of(record),
            everyday_names.load().for_code(record.code) is not None,
            tuple(sorted(own_provinces(record))),
        )


def names_of(record: Procedure) -> str:
    """All that a record is called, a name a line: its title first."""
    called = everyday_names.load().for_code(record.code)
    return "\n".join(dict.fromkeys((record.title, *((called.title,) if called else ()))))


def level_of(written: str) -> str:
    """Who carries a record out, from how it is written: "Cấp Xã", "Cấp Bộ/Trung ương"."""
    low = written.lower()
    if "xã" in low:
        return COMMUNE
    return PROVINCE if "tỉnh" in low else MINISTRY if "bộ" in low or "trung ương" in low else ""


def prior_of(record: Procedure) -> float:
    """What a record gets for itself: people ask at the commune, and as citizens."""
    who = " ".join(record.who).lower()
    return (
        (weight("records.commune") if "xã" in record.level.lower() else 0.0)
        + (weight("records.citizen") if "công dân" in who or "cá nhân" in who else 0.0)
        + (weight("records.local") if "LOCAL" in record.kind.upper() else 0.0)
        + (weight("records.often") if everyday_names.load().for_code(record.code) else 0.0)
    )


@dataclass(frozen=True)
class Procedures:
    """Records with their index. `revision` is that of the store when it was read.

    `keys`: of the records' vectors.
    """

    revision: int
    rows: tuple[Row, ...]
    index: RecordIndex
    numbers: dict[str, int]
    vectors: Lacking
    waiting: int = 0
    built_from: Path | None = None
    names: Lexical | None = None
    keys: np.ndarray = field(default_factory=lambda: keys_of(()))
    masks: dict[str, np.ndarray] = field(default_factory=dict)
    titled: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def allowed(self, level: str | None) -> np.ndarray | None:
        """bool, shape (records,): those of one level, such as "Cấp Xã"; None: all."""
        if level is None:
            return None
        if level not in self.masks:
            self.masks[level] = np.array([row.level == level for row in self.rows], bool)
        return self.masks[level]

    def titled_in(self, question: str) -> int | None:
        """The record whose title a question begins with, before a colon or a dash, as tapped choices do."""
        words = " ".join(question.split()).lower()
        ends = [match.start() for match in _TITLE_ENDS.finditer(words)]
        return next((self.titled[words[:end]] for end in reversed(ends) if words[:end] in self.titled), None)

    def called(self, *wordings: str) -> dict[int, Called]:
        """The records whose everyday names were heard in one of the wordings, and by which words."""
        found: dict[int, Called] = {}
        for heard in (one for wording in wordings for one in everyday_names.load().heard(wording)):
            number = self.numbers.get(heard.code)
            if number is None or (number in found and found[number].weight >= heard.weight):
                continue
            found[number] = Called(heard.weight, frozenset(map(fold, syllables(heard.phrase))))
        return found


_TITLE_ENDS = re.compile(r"(?: –|:) ")

EMPTY = Procedures(-1, (), RecordIndex((), (), np.zeros(0)), {}, NOTHING_LACKS)


def stamp_of(known: Iterable[tuple[str, int, str]]) -> str:
    """A name for exactly these records with these everyday names."""
    parts = (FORMAT, repr(everyday_names.load().names), *(f"{key} {mark}" for key, _id, mark in known))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def build(store: KnowledgeStore, folder: Path) -> int:
    """Write the large index of all records in use, if there is none of just these; how many records."""
    known = store.fingerprints(PROCEDURE)
    stamp = stamp_of(known)
    path = folder / f"{record_index_files.PREFIX}{stamp}"
    if not known or (path / record_index_files.ROWS).is_file():
        return len(known)
    rows: list[Row] = []

    def bodies() -> Iterable[str]:
        for entry in store.each_entry(PROCEDURE):
            record = Procedure.from_json(entry.data)
            rows.append(Row.of(entry, record))
            yield record.full_text()

    body = Lexical.build(bodies())
    indexes = {"names": Lexical.build(row.names for row in rows), "body": body}
    record_index_files.write(folder, stamp, [list(vars(row).values()) for row in rows], indexes)
    return len(rows)


def load(store: KnowledgeStore, cache: VectorCache | None, folder: Path) -> Procedures:
    """The records in use. The revision is read first: a change meanwhile is found next time."""
    revision = store.revision(PROCEDURE)
    known = store.fingerprints(PROCEDURE)
    if not known:
        return Procedures(revision, (), EMPTY.index, {}, NOTHING_LACKS)
    path = record_index_files.newest(folder)
    base = _base(path)
    alive = {id for _key, id, _mark in known}
    old_rows, indexes = base if base is not None else ((), None)
    have = {row.id for row in old_rows}
    fresh = [id for _key, id, _mark in known if id not in have]
    fresh_rows = _rows_of(store, fresh[-MOST_BESIDE:])
    rows = (*old_rows, *(row for row, _record in fresh_rows))
    gone = np.array([row.id not in alive for row in rows], bool)
    pieces = []
    if indexes is not None:
        pieces.append((indexes["names"], indexes["body"]))
    if fresh_rows:
        like = pieces[0] if pieces else (None, None)
        pieces.append(
            (
                Lexical.build((row.names for row, _record in fresh_rows), like[0]),
                Lexical.build((record.full_text() for _row, record in fresh_rows), like[1]),
            )
        )
    prior = np.where(gone, -np.inf, np.array([row.prior for row in rows]))
    levels, often = [level_of(row.level) for row in rows], np.array([row.often for row in rows], bool)
    numbers_of = {row.code: number for number, row in enumerate(rows) if not gone[number]}
    bare = Procedures(
        revision,
        rows,
        RecordIndex(
            [row.names for row in rows],
            pieces,
            prior,
            levels=levels,
            asked_often=often,
            provinces=[frozenset(row.provinces) for row in rows],
        ),
        numbers_of,
        NOTHING_LACKS,
        max(0, len(fresh) - MOST_BESIDE),
        path,
        pieces[0][0],
        keys=keys_of(row.head for row in rows),
        titled=_titled(rows, gone),
    )
    return with_vectors(bare, cache)


def with_vectors(procedures: Procedures, cache: VectorCache | None) -> Procedures:
    """The same records with the vectors that are there now; nothing else is read again."""
    if not procedures.rows:
        return procedures
    said = _sayings(procedures.numbers, cache)
    if cache is None:
        return replace(procedures, index=procedures.index.with_vectors(None, None, said))
    numbers, vectors = cache.known_rows(procedures.keys)
    try:
        index = procedures.index.with_vectors(vectors, numbers, said, cache.mapped)
    except VectorsMissing as error:
        log.warning("%s; records are found by words alone", error)
        index = procedures.index.with_vectors(None, None, said)
    lacking = cache.lacking(np.concatenate([procedures.keys, _saying_keys(saying_texts(procedures.numbers))]))
    return replace(procedures, index=index, vectors=lacking)


def _titled(rows: Sequence[Row], gone: np.ndarray) -> dict[str, int]:
    """Records by title and by the beginning that choices show; of two alike, the one asked for sooner."""
    titled: dict[str, int] = {}
    for number in sorted(np.flatnonzero(~gone).tolist(), key=lambda one: -rows[one].prior):
        title = " ".join(rows[number].title.split()).lower()
        for name in (title, title.split(" (")[0], short_title(title)):
            titled.setdefault(name, number)
    return titled


def is_newer(procedures: Procedures, folder: Path) -> bool:
    """Whether another process has written a large index since these were read."""
    return record_index_files.newest(folder) != procedures.built_from


def vector_texts(procedures: Procedures) -> list[str]:
    """What search wants vectors of: the heads of the records, and what people say who want them."""
    return [*saying_texts(procedures.numbers), *(row.head for row in procedures.rows)]


def shipped_saying_texts() -> list[str]:
    """What people say who want a procedure with an everyday name; their vectors come with the program.

    Those of the others are made when the catalogue is imported, beside the records' own.
    """
    return [one.text for one in sayings.load()]


def phrases_of(numbers: Mapping[str, int]) -> tuple[sayings.Phrase, ...]:
    """What people say who want one of these records; nothing is made for those that are not here."""
    return tuple(one for one in sayings.all_phrases() if any(code in numbers for code in one.codes))


def saying_texts(numbers: Mapping[str, int]) -> tuple[str, ...]:
    """The words of `phrases_of`."""
    return tuple(one.text for one in phrases_of(numbers))


def _sayings(numbers: dict[str, int], cache: VectorCache | None) -> Sayings:
    """The sayings of the records that are here; by words alone until most of their vectors are there."""
    phrases = phrases_of(numbers)
    texts = tuple(one.text for one in phrases)
    have, vectors, kept_in = (
        (None, None, None) if cache is None else (*cache.known_rows(_saying_keys(texts)), cache.mapped)
    )
    pairs = [
        (place, numbers[code]) for place, one in enumerate(phrases) for code in one.codes if code in numbers
    ]
    places, records = np.array(pairs, np.int64).reshape(-1, 2).T
    return Sayings(Index(_saying_words(texts), vectors, have, kept_in=kept_in), places, records)


@lru_cache(maxsize=1)
def _saying_words(texts: tuple[str, ...]) -> Lexical:
    return Lexical.build(texts)


@lru_cache(maxsize=1)
def _saying_keys(texts: tuple[str, ...]) -> np.ndarray:
    return keys_of(texts)


def _rows_of(store: KnowledgeStore, ids: Sequence[int]) -> list[tuple[Row, Procedure]]:
    found = []
    for id in ids:
        entry = store.entry(id)
        record = Procedure.from_json(entry.data)
        found.append((Row.of(entry, record), record))
    return found


@lru_cache(maxsize=2)
def _base(path: Path | None) -> tuple[tuple[Row, ...], dict[str, Lexical]] | None:
    """The large index in a folder; the same one is mapped only once."""
    if path is None:
        return None
    found = record_index_files.read(path, ("names", "body"))
    if found is None:
        return None
    rows, indexes = found
    return tuple(Row(*row) for row in rows), indexes
