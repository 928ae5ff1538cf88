"""How long the assistant takes to answer, question by question, in one process.

    python -m benchmarks.ask

The questions are those of questions/lessons.jsonl: what people ask about the three courses, and some
about something else; each is asked once as it stands and once typed without diacritics.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from assistant.knowledge.store import prepare
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.storage import make_engine
from benchmarks.figures import Figure, table
from courses.reading import reader
from i18n.vietnamese import fold

QUESTIONS = Path(__file__).parent / "questions" / "lessons.jsonl"
WARM_UP = 5
GOAL_P95 = "p95 ≤ 80 ms"


def questions() -> list[str]:
    """The questions, one a line of the file."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines if line.strip()]


def percentile(waits: list[float], share: float) -> float:
    """The value that `share` (0…1) of `waits` do not exceed."""
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ask_all(assistant: Assistant, asked: list[str], name: str) -> Figure:
    """Ask every question once; the first few before that are not counted."""
    for question in asked[:WARM_UP]:
        assistant.ask(question)
    outcomes: Counter[str] = Counter()
    waits = []
    cpu_began = time.process_time()
    for question in asked:
        began = time.perf_counter()
        outcomes[assistant.ask(question).outcome] += 1
        waits.append((time.perf_counter() - began) * 1000)
    cpu = (time.process_time() - cpu_began) / len(asked) * 1000
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    value = f"p50 {percentile(waits, 0.5):.0f} ms, p95 {percentile(waits, 0.95):.0f} ms"
    return Figure(name, value, GOAL_P95, f"{cpu:.0f} ms CPU each; {told}")


def measure() -> list[Figure]:
    """Open an assistant over the shipped courses in a fresh instance, and ask."""
    with tempfile.TemporaryDirectory(prefix="hocso-bench-") as folder:
        settings = Settings.load({"HOCSO_INSTANCE": folder})
        engine = make_engine(settings.database_url)
        prepare(engine)
        began = time.perf_counter()
        assistant = Assistant(settings, reader.load(), engine)
        assistant.load_models()
        opened = time.perf_counter() - began
        missing = assistant.status()["missing_vectors"]
        if missing:
            print(f"    making {missing} vectors that were not shipped …", file=sys.stderr, flush=True)
        assistant.fill_vectors()
        asked = questions()
        figures = [
            Figure("assistant opened", f"{opened:.1f} s", "", f"{missing} vectors were not shipped"),
            ask_all(assistant, asked, f"ask, {len(asked)} questions"),
            ask_all(assistant, [fold(one) for one in asked], "ask, typed without diacritics"),
        ]
        engine.dispose()
        return figures


if __name__ == "__main__":
    print(table(measure()))
