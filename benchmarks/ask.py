"""How long the assistant takes to answer, question by question, in one process.

    python -m benchmarks.ask [--rounds 5]

The questions are what people ask at a commune desk about the three courses, and a few about something
else; each is asked as it stands and typed without diacritics.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from assistant import service
from assistant.settings import Settings
from benchmarks.figures import Figure, table
from courses import reader
from i18n.vietnamese import fold

QUESTIONS = Path(__file__).with_name("questions.txt")
GOAL_P95 = "p95 ≤ 80 ms"


def questions() -> list[str]:
    """The questions, one a line of questions.txt."""
    return QUESTIONS.read_text(encoding="utf-8").splitlines()


def percentile(waits: list[float], share: float) -> float:
    """The value that `share` (0…1) of `waits` do not exceed."""
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ask_all(assistant: service.Assistant, asked: list[str], rounds: int, name: str) -> Figure:
    """Ask every question `rounds` times; the first time of each is left out, it may be read from disk."""
    outcomes: Counter[str] = Counter()
    waits = []
    for turn in range(rounds + 1):
        for question in asked:
            began = time.perf_counter()
            answer = assistant.ask(question)
            waited = (time.perf_counter() - began) * 1000
            if turn:
                waits.append(waited)
                outcomes[answer.outcome] += 1
    told = ", ".join(f"{count // rounds} {outcome}" for outcome, count in outcomes.most_common())
    value = f"p50 {percentile(waits, 0.5):.0f} ms, p95 {percentile(waits, 0.95):.0f} ms"
    return Figure(name, value, GOAL_P95, told)


def measure(rounds: int = 3) -> list[Figure]:
    """Prepare an assistant over the shipped courses in a fresh instance, open it, and ask."""
    with tempfile.TemporaryDirectory(prefix="hocso-bench-") as folder:
        settings = Settings.load({"HOCSO_INSTANCE": folder})
        began = time.perf_counter()
        service.prepare(settings)
        prepared = time.perf_counter() - began
        began = time.perf_counter()
        assistant = service.Assistant.open(settings, reader.load())
        opened = time.perf_counter() - began
        asked = questions()
        return [
            Figure("index of the courses, first start", f"{prepared:.1f} s"),
            Figure("assistant opened", f"{opened:.1f} s"),
            ask_all(assistant, asked, rounds, "ask"),
            ask_all(assistant, [fold(one) for one in asked], rounds, "ask, typed without diacritics"),
        ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time the assistant.")
    parser.add_argument("--rounds", type=int, default=3)
    print(table(measure(max(1, parser.parse_args().rounds))))


if __name__ == "__main__":
    main()
