"""Everything, one table: `make bench`."""

from __future__ import annotations

import os
import platform
import sys

from benchmarks import ask, load, page_weight
from benchmarks.figures import Figure, table
from benchmarks.server import running

GOAL_FIRST = "≤ 30 kB, ≤ 4 requests, usable in 5 s"
GOAL_LESSON = "≤ 60 kB"


def weigh_pages() -> list[Figure]:
    """The first page and a lesson as a cheap phone on Slow 3G receives them."""
    lesson = load.lesson_path(load.measured_lesson())
    pages = [("first page on a phone", "/", GOAL_FIRST), ("lesson on a phone", lesson, GOAL_LESSON)]
    with running() as server, page_weight.chromium() as browser:
        return [weigh_page(browser, server.url + path, name, goal) for name, path, goal in pages]


def weigh_page(browser, url: str, name: str, goal: str) -> Figure:
    """One page, in words."""
    weight = page_weight.weigh(browser, url)
    size = f"{weight.wire_bytes / 1000:.1f} kB, {weight.requests} requests"
    broken = sum(part.status >= 400 for part in weight.parts)
    remark = f"Slow 3G, CPU ÷ {page_weight.CPU_SLOWER}" + (f", {broken} FILES MISSING" if broken else "")
    return Figure(name, f"{size}, usable in {weight.usable_s:.1f} s", goal, remark)


def machine() -> str:
    """What was measured on, and how busy it was: figures of a busy machine say little."""
    cores, busy = os.cpu_count(), os.getloadavg()[0]
    return f"{cores} cores, load {busy:.1f} at the start, Python {platform.python_version()}"


def main() -> int:
    """Measure part by part; a part that cannot be measured is named, the others still are."""
    print(f"Đo trên máy này: {machine()}", flush=True)
    figures: list[Figure] = []
    failed = False
    parts = {"pages": weigh_pages, "server": load.measure, "assistant": ask.measure}
    for name, measure in parts.items():
        print(f"  {name} …", file=sys.stderr, flush=True)
        try:
            figures += measure()
        except (RuntimeError, OSError) as error:
            failed = True
            print(*getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
            figures.append(Figure(name, "NOT MEASURED", "", str(error).strip().splitlines()[0]))
    print(table(figures))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
