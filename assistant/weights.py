"""The weights and thresholds of finding and answering: data, each with the question that turns on it.

They stand in data/weights.yaml. `python -m assistant weights` fits them again and looks for such questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from i18n import tables

FILE = Path(__file__).resolve().parent / "data" / "weights.yaml"


class WeightsBroken(ValueError):
    """The file of weights has an entry that cannot be used; the sentence names it."""


@dataclass(frozen=True)
class Weight:
    """One number: what it does, and a question that is answered otherwise at `without` ("": none is known).

    `without`: the value that switches it off, or, for a threshold, one beyond which `turns` is answered
    otherwise.
    """

    name: str
    value: float
    does: str
    without: float = 0.0
    turns: str = ""


@lru_cache(maxsize=4)
def load(path: Path = FILE) -> Mapping[str, Weight]:
    """All weights by their names, "group.name". Raises WeightsBroken."""
    found: dict[str, Weight] = {}
    for group, entries in tables.read(path.read_text(encoding="utf-8")).items():
        for name, entry in entries.items():
            full = f"{group}.{name}"
            if not isinstance(entry, dict) or not isinstance(entry.get("value"), int | float):
                raise WeightsBroken(f"{path.name}: “{full}” has no number as its value")
            found[full] = Weight(
                full,
                float(entry["value"]),
                str(entry.get("does", "")),
                float(entry.get("without", 0.0)),
                str(entry.get("turns", "")),
            )
    return found


_values: dict[str, float] = {name: one.value for name, one in load().items()}


def weight(name: str) -> float:
    """The value of a weight, such as "records.name". Raises KeyError for a name that is not in the file."""
    return _values[name]


@contextmanager
def changed(values: Mapping[str, float]) -> Iterator[None]:
    """Inside, these weights have other values, for every thread: for fitting and tests, never to serve."""
    if unknown := values.keys() - _values.keys():
        raise KeyError(", ".join(sorted(unknown)))
    before = dict(_values)
    _values.update(values)
    try:
        yield
    finally:
        _values.update(before)
