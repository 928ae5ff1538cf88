"""What was measured, as a table that a person reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured thing: its name, the value in words, what we want to reach, and remarks."""

    name: str
    value: str
    goal: str = ""
    remark: str = ""


def table(figures: Iterable[Figure]) -> str:
    """The figures in aligned columns, a heading on top."""
    rows = [("what", "measured", "goal", "remark")]
    rows += [(one.name, one.value, one.goal, one.remark) for one in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    rows.insert(1, (*("-" * width for width in widths), "-" * 6))
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[3]]).rstrip())
    return "\n".join(lines)
