"""Fits the second ear for danger: `python -m assistant.evaluation.danger_fit`.

Sentences of people in danger stand in `assistant/data/danger_sentences.yaml`, by the card they need; ordinary
questions are those there and those that lessons and records are asked by. Each is taken as written and
without marks. The threshold is read off sentences that a fit did not see.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from assistant.understanding.danger import FEWEST_WORDS, FITTED, NO_DANGER, features
from assistant.understanding.heard import heard
from assistant.understanding.safety import urgent_card, warning_card
from courses import urgent
from courses.urgent import Cards
from courses.yamlfile import parse
from i18n.vietnamese import fold

DATA = Path(__file__).resolve().parent.parent / "data"
SENTENCES = DATA / "danger_sentences.yaml"
PROCEDURES = DATA / "asked_procedures.yaml"
LESSONS = Path(urgent.__file__).resolve().parent / "library"

ABOUT_DANGER = "nhan-ra-lua-dao"
"""The course whose questions are about danger, though nobody may be in it."""

FOLDS = 4
FALSE_ALARMS = 0.012
"""Share of ordinary questions that may be taken for danger; some speak of a trick, and are rightly."""
STEPS, RATE, PULL = 80, 0.1, 0.0008
"""Steps of the fit, their length, and how strongly weights are pulled to zero."""
SMALLEST_WEIGHT = 0.15

Rows = list[list[int]]


def sentences(path: Path = SENTENCES) -> list[tuple[str, str]]:
    """(sentence, its card's id or NO_DANGER): what is fitted on."""
    data = parse(path.read_text(encoding="utf-8"))
    in_need = [(str(one), card) for card, group in data["danger"].items() for one in group]
    return [*in_need, *((str(one), NO_DANGER) for one in (*data["ordinary"], *ordinary_questions()))]


def ordinary_questions() -> Iterable[str]:
    """How lessons and records are asked for, but for what speaks of danger: there a card may be right."""
    files = [file for file in sorted(LESSONS.glob("*/asked.yaml")) if file.parent.name != ABOUT_DANGER]
    cards = urgent.load()
    for text in dict.fromkeys(
        one for file in (*files, PROCEDURES) for one in _texts(parse(file.read_text(encoding="utf-8")))
    ):
        words = heard(text)
        if len(words.words) > FEWEST_WORDS and not (urgent_card(words, cards) or warning_card(words, cards)):
            yield text


def _texts(node: object) -> Iterable[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for one in node.values():
            yield from _texts(one)
    elif isinstance(node, list):
        for one in node:
            yield from _texts(one)


class Table:
    """Sentences as rows of feature numbers, in the form that sums quickly."""

    def __init__(self, rows: Rows, width: int) -> None:
        self.count, self.width = len(rows), width
        self._columns = np.fromiter((one for row in rows for one in row), dtype=np.int64)
        lengths = np.array([len(row) for row in rows])
        self._starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        owners = np.repeat(np.arange(self.count), lengths)
        order = np.argsort(self._columns, kind="stable")
        self._owners = owners[order]
        self._used, self._used_starts = np.unique(self._columns[order], return_index=True)

    def sums(self, weights: np.ndarray) -> np.ndarray:
        """For each row the sum of its features' weights: shape (rows, kinds)."""
        return np.add.reduceat(weights[self._columns], self._starts)

    def gathered(self, errors: np.ndarray) -> np.ndarray:
        """For each feature the sum of its rows' errors: shape (features, kinds)."""
        gathered = np.zeros((self.width, errors.shape[1]))
        gathered[self._used] = np.add.reduceat(errors[self._owners], self._used_starts)
        return gathered


def fit(table: Table, kinds: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(weights of shape (features, count), bias): softmax regression, pulled to zero, by Adam's steps."""
    weights, bias = np.zeros((table.width, count)), np.zeros(count)
    wanted = np.eye(count)[kinds]
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        errors = (_softmax(table.sums(weights) + bias) - wanted) / table.count
        slope = table.gathered(errors) + PULL / 10 * weights
        bias -= RATE * 10 * errors.sum(0)
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights, bias


def _softmax(sums: np.ndarray) -> np.ndarray:
    grown = np.exp(sums - sums.max(1, keepdims=True))
    return np.asarray(grown / grown.sum(1, keepdims=True))


def main(arguments: Sequence[str] = ()) -> int:
    """Fit, read off the threshold, write the weights, and say how well unseen sentences are told apart."""
    cards = urgent.load()
    told = sentences()
    rows, names = _read(told, cards)
    kinds = [NO_DANGER, *sorted({kind for _, kind in told if kind != NO_DANGER})]
    numbers = np.repeat(np.array([kinds.index(kind) for _, kind in told]), 2)
    unseen = np.zeros(len(rows))
    for part in range(FOLDS):
        left_out = np.arange(len(rows)) // 2 % FOLDS == part
        weights, bias = fit(_table(rows, ~left_out, len(names)), numbers[~left_out], len(kinds))
        unseen[left_out] = 1 - _softmax(_table(rows, left_out, len(names)).sums(weights) + bias)[:, 0]
    calm = np.sort(unseen[numbers == 0])[::-1]
    threshold = float(calm[int(len(calm) * FALSE_ALARMS)]) + 1e-6
    heard_share = float((unseen[numbers > 0] >= threshold).mean())
    weights, bias = fit(_table(rows, np.ones(len(rows), bool), len(names)), numbers, len(kinds))
    kept = {
        name: [round(float(one), 2) for one in weights[number]]
        for name, number in names.items()
        if np.abs(weights[number]).max() >= SMALLEST_WEIGHT
    }
    data = {"kinds": kinds, "bias": [round(float(one), 3) for one in bias], "threshold": round(threshold, 4)}
    FITTED.write_text(
        json.dumps({**data, "weights": kept}, ensure_ascii=False, separators=(",", ":")).replace("],", "],\n")
        + "\n",
        encoding="utf-8",
    )
    print(f"{len(told)} sentences, {len(kept)} features; unseen danger heard {heard_share:.3f}, "
          f"ordinary taken for danger {FALSE_ALARMS}, threshold {threshold:.3f}")  # fmt: skip
    if "--show" in arguments:
        for place in np.flatnonzero((unseen >= threshold) != (numbers > 0)):
            print(f"{unseen[place]:.2f}", kinds[numbers[place]], told[place // 2][0], sep="\t")
    return 0


def _read(told: Sequence[tuple[str, str]], cards: Cards) -> tuple[Rows, dict[str, int]]:
    names: dict[str, int] = {}
    rows = [
        [names.setdefault(one, len(names)) for one in features(heard(typed), cards)]
        for sentence, _ in told
        for typed in (sentence, fold(sentence))
    ]
    seen = Counter(one for row in rows for one in row)
    # A feature of one sentence says nothing of another; it stands in the row twice, with marks and without.
    often = {name: number for name, number in names.items() if seen[number] > 2}
    anew = {number: place for place, number in enumerate(often.values())}
    kept = [[anew[one] for one in row if one in anew] for row in rows]
    return kept, {name: anew[number] for name, number in often.items()}


def _table(rows: Rows, chosen: np.ndarray, width: int) -> Table:
    return Table([row for row, is_in in zip(rows, chosen, strict=True) if is_in], width)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
